/* The queue on a real database, with waits of milliseconds. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/message/octets.h"
#include "relay/queue/queue.h"

#define TURNS_MAX 5000

static struct config config;
static struct loop *loop;
static struct queue *queue;
static struct prng prng;
static char folder[] = "/tmp/relaylab-queue-XXXXXX";

/* What on_due does with each recipient, in this order; the last one stays. */
static struct queue_result answers[8];
static unsigned answer_count, due_count;
static char last_from[64], last_to[64];

static void answer(struct queue_recipient *r)
{
    const struct queue_result *result = &answers[due_count < answer_count ? due_count : answer_count - 1];
    due_count++;
    (void)snprintf(last_from, sizeof last_from, "%s", r->message->mail.reverse_path);
    (void)snprintf(last_to, sizeof last_to, "%s", r->to.address);
    queue_report(queue, r, result);
}

/* Takes what is ready, and answers it at once unless a test needs it to stay on the wire. */
static void on_ready(void *arg)
{
    struct queue_batch batch;
    bool *stay = arg;
    LIST_EACH_SAFE (struct queue_domain, link, domain, next, queue_ready_domains(queue))
        if (queue_take(queue, domain, &batch))
            for (size_t i = 0; i < batch.count && (stay == NULL || !*stay); i++)
                answer(batch.recipients[i]);
}

static void open_queue(void)
{
    struct err err = {0};
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
}

static void close_queue(void)
{
    queue_close(queue);
    loop_free(loop);
}

static void begin(void)
{
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder};
    config.limits.queue_recipients = 100;
    config.retry.recipient.first_ns = config.retry.host.closed_ns = config.retry.host.unreachable_ns = NS_PER_MS;
    config.retry.recipient.max_ns = config.retry.host.max_ns = 4 * NS_PER_MS;
    config.retry.lifetime_ns = config.retry.bounce_lifetime_ns = 3600 * NS_PER_S;
    prng_init_seed(&prng, 1);
    answer_count = due_count = 0;
    open_queue();
}

static void end(void)
{
    close_queue();
    char *command[] = {mem_printf("%s/queue.db", folder), mem_printf("%s/queue.db-wal", folder),
                       mem_printf("%s/queue.db-shm", folder)};
    for (size_t i = 0; i < 3; i++) {
        (void)unlink(command[i]);
        free(command[i]);
    }
    (void)rmdir(folder);
}

static const struct queue_source own = {NULL, NULL};

static void add(const char *from, const char *to)
{
    struct err err;
    struct envelope_recipient recipient = {.address = to};
    struct envelope envelope = {{.reverse_path = from, .octets = OCTETS_7BIT}, &recipient, 1};
    char id[QUEUE_ID_MAX + 1];
    queue_new_id(queue, id);
    struct slice body = SLICE_LIT("Subject: x\r\n\r\ny\r\n");
    ck_assert_int_eq(queue_add(queue, &own, id, &envelope, 0, body, &err), ERR_OK);
}

/* The first recipient of the oldest message. */
static struct queue_recipient *first_one(void)
{
    struct queue_cursor cursor;
    queue_cursor_open(&cursor, queue);
    const struct queue_message *message = queue_cursor_at(&cursor);
    queue_cursor_close(&cursor, queue);
    ck_assert_ptr_nonnull(message);
    return LIST_FIRST(struct queue_recipient, link, &message->recipients);
}

static size_t waiting(void)
{
    struct queue_cursor cursor;
    size_t count = 0;
    queue_cursor_open(&cursor, queue);
    for (; queue_cursor_at(&cursor) != NULL; queue_cursor_step(&cursor, queue))
        count += queue_cursor_at(&cursor)->recipient_count > 0;
    queue_cursor_close(&cursor, queue);
    return count;
}

#define TURN_UNTIL(condition)                                                                                          \
    do {                                                                                                               \
        for (int turns_ = 0; !(condition) && turns_ < TURNS_MAX; turns_++)                                             \
            ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);                                                     \
        ck_assert_msg(condition, "%s", #condition);                                                                    \
    } while (0)

START_TEST(a_deferred_recipient_comes_again_until_it_is_delivered)
{
    begin();
    answers[0] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answers[1] = answers[0];
    answers[2] = (struct queue_result){.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250 ok"};
    answer_count = 3;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(waiting() == 0);
    ck_assert_uint_eq(due_count, 3);
    end();
}
END_TEST

START_TEST(what_is_in_the_queue_survives_the_process)
{
    begin();
    add("alice@s.example", "bob@d.example");
    add("", "carol@d.example");
    TURN_UNTIL(waiting() == 2); /* one turn commits */
    ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    answers[0] = (struct queue_result){.outcome = QUEUE_DEFER_CLOSED, .status = "4.3.2", .diagnostic = "421"};
    answer_count = 1;
    queue_start(queue, on_ready, NULL);
    TURN_UNTIL(due_count >= 2);
    close_queue(); /* nothing is flushed by this: all is on disk since its turn */
    open_queue();
    ck_assert_uint_eq(waiting(), 2);
    ck_assert_int_eq(first_one()->attempts, 1);
    ck_assert_str_eq(first_one()->diagnostic, "421");
    ck_assert_int_gt(first_one()->last_ns, 0);
    end();
}
END_TEST

START_TEST(a_failure_becomes_a_bounce_with_a_null_reverse_path)
{
    begin();
    answers[0] =
        (struct queue_result){.outcome = QUEUE_FAILED, .status = "5.1.1", .diagnostic = "550 no", .remote_mta = "mx"};
    answers[1] = (struct queue_result){.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250 ok"};
    answer_count = 2;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 2 && waiting() == 0);
    ck_assert_str_eq(last_from, "");
    ck_assert_str_eq(last_to, "alice@s.example");
    end();
}
END_TEST

START_TEST(a_bounce_that_fails_is_never_bounced)
{
    begin();
    answers[0] = (struct queue_result){.outcome = QUEUE_FAILED, .status = "5.1.1", .diagnostic = "550 no"};
    answer_count = 1;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 2 && waiting() == 0);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_eq(due_count, 2);
    end();
}
END_TEST

START_TEST(the_lifetime_ends_in_a_bounce)
{
    begin();
    config.retry.lifetime_ns = 10 * NS_PER_MS;
    answers[0] =
        (struct queue_result){.outcome = QUEUE_DEFER_UNREACHABLE, .status = "4.4.1", .diagnostic = "no answer"};
    answer_count = 1;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(last_from[0] == '\0' && due_count >= 4);
    ck_assert_str_eq(last_to, "alice@s.example");
    end();
}
END_TEST

START_TEST(waiting_for_a_host_to_back_off_is_not_an_attempt)
{
    begin();
    answers[0] = (struct queue_result){.outcome = QUEUE_WAIT};
    answers[1] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answer_count = 2;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 2);
    ck_assert_int_eq(first_one()->attempts, 1);
    end();
}
END_TEST

START_TEST(the_queue_has_a_limit)
{
    begin();
    ck_assert(queue_has_room(queue, 100, 1000));
    ck_assert(!queue_has_room(queue, 101, 1000));
    ck_assert(!queue_has_room(queue, 1, SIZE_MAX / 4));
    end();
}
END_TEST

static void nothing(void *arg)
{
    (void)arg;
}

/* A turn in which nothing happens has no end. */
static void turns(int count)
{
    struct timer tick;
    timer_init(&tick, loop, nothing, NULL);
    for (int i = 0; i < count; i++) {
        timer_set_after(&tick, 0);
        ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    }
    timer_stop(&tick);
}

static struct queue_counts operate(enum queue_action action, const char *recipient)
{
    struct queue_counts counts = queue_operate(queue, action, &(struct queue_filter){.recipient = recipient});
    turns(1);
    return counts;
}

static const struct queue_result later = {
    .outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};

/* One message of a client, with or without an account. */
static void add_of(const char *client, const char *account, size_t recipients)
{
    struct err err;
    struct queue_source source = {client, account};
    char id[QUEUE_ID_MAX + 1];
    static const char to[] = "b@d.example";
    struct envelope_recipient all[] = {{.address = to}, {.address = to}, {.address = to},
                                       {.address = to}, {.address = to}, {.address = to}};
    struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, all, recipients};
    struct slice body = SLICE_LIT("x\r\n");
    ck_assert_int_eq(queue_room_for(queue, &source, recipients, 1), QUEUE_ROOM);
    queue_new_id(queue, id);
    ck_assert_int_eq(queue_add(queue, &source, id, &envelope, 0, body, &err), ERR_OK);
}

static enum queue_room room_of(const char *client, const char *account, size_t recipients)
{
    return queue_room_for(queue, &(struct queue_source){client, account}, recipients, 1);
}

START_TEST(a_client_has_half_of_the_queue_by_address_and_by_account_also_after_a_restart)
{
    begin();
    config.limits.queue_recipients = 12;
    add_of("192.0.2.1", NULL, 4);
    add_of("192.0.2.1", "alice", 1);
    ck_assert_int_eq(room_of("192.0.2.1", NULL, 1), QUEUE_ROOM);
    ck_assert_int_eq(room_of("192.0.2.1", NULL, 2), QUEUE_SHARE_USED);
    ck_assert_int_eq(room_of("192.0.2.2", "alice", 5), QUEUE_ROOM);
    ck_assert_int_eq(room_of("192.0.2.2", "alice", 6), QUEUE_SHARE_USED);
    ck_assert_int_eq(room_of("192.0.2.2", "bob", 6), QUEUE_ROOM);
    ck_assert_int_eq(room_of("alice", NULL, 6), QUEUE_ROOM); /* an address is not an account */
    turns(2);
    close_queue();
    open_queue();
    ck_assert_int_eq(room_of("192.0.2.1", NULL, 2), QUEUE_SHARE_USED);
    ck_assert_int_eq(room_of("192.0.2.1", "bob", 2), QUEUE_SHARE_USED);
    ck_assert_int_eq(room_of("192.0.2.3", "alice", 6), QUEUE_SHARE_USED);
    ck_assert_int_eq(room_of("192.0.2.3", NULL, 7), QUEUE_SHARE_USED);
    config.limits.queue_recipients_per_client = 7;
    ck_assert_int_eq(room_of("192.0.2.3", NULL, 7), QUEUE_ROOM);
    ck_assert_int_eq(room_of("192.0.2.3", NULL, 8), QUEUE_FULL);
    (void)operate(QUEUE_DROP, NULL);
    turns(2);
    ck_assert_int_eq(room_of("192.0.2.1", "alice", 7), QUEUE_ROOM);
    config.limits.queue_recipients_per_client = 0;
    end();
}
END_TEST

START_TEST(a_held_recipient_waits_also_after_a_restart_until_it_is_released)
{
    begin();
    answers[0] = later;
    answer_count = 1;
    add("alice@s.example", "bob@d.example");
    add("alice@s.example", "ann@e.example");
    ck_assert_uint_eq(operate(QUEUE_HOLD, "d.example").changed, 1);
    ck_assert_uint_eq(operate(QUEUE_HOLD, "bob@*").changed, 0); /* held already */
    close_queue();
    open_queue();
    queue_start(queue, on_ready, NULL);
    TURN_UNTIL(due_count == 3);
    ck_assert_str_eq(last_to, "ann@e.example");
    ck_assert_int_eq(first_one()->attempts, 0);
    due_count = 0;
    ck_assert_uint_eq(operate(QUEUE_RELEASE, "d.example").changed, 1);
    TURN_UNTIL(first_one()->attempts > 0);
    end();
}
END_TEST

START_TEST(a_retry_is_made_at_once_and_leaves_the_schedule_unchanged)
{
    begin();
    config.retry.recipient.first_ns = config.retry.recipient.max_ns = 1000 * NS_PER_S;
    answers[0] = later;
    answer_count = 1;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 1);
    first_one()->next_ns += 2000 * NS_PER_S; /* as after many deferrals */
    int64_t planned = first_one()->next_ns;
    ck_assert_uint_eq(operate(QUEUE_RETRY, NULL).changed, 1);
    ck_assert_uint_eq(due_count, 2);
    ck_assert_int_eq(first_one()->next_ns, planned);
    ck_assert_int_eq(first_one()->deferrals, 1);
    first_one()->next_ns = loop_wall_ns(loop) + NS_PER_S; /* planned for in a moment: one of the two is enough */
    (void)operate(QUEUE_RETRY, NULL);
    ck_assert_int_gt(first_one()->next_ns, loop_wall_ns(loop) + 900 * NS_PER_S);
    end();
}
END_TEST

START_TEST(what_is_dropped_is_gone_from_disk_and_its_sender_notified_only_on_request)
{
    begin();
    add("alice@s.example", "bob@d.example");
    add("alice@s.example", "ann@e.example");
    ck_assert_uint_eq(operate(QUEUE_DROP, "bob@d.example").changed, 1);
    ck_assert_uint_eq(waiting(), 1);
    close_queue();
    open_queue();
    ck_assert_uint_eq(waiting(), 1);
    ck_assert_str_eq(first_one()->to.address, "ann@e.example");
    ck_assert_uint_eq(operate(QUEUE_BOUNCE, "*").changed, 1);
    ck_assert_uint_eq(waiting(), 1);
    ck_assert_str_eq(first_one()->message->mail.reverse_path, "");
    ck_assert_str_eq(first_one()->to.address, "alice@s.example");
    end();
}
END_TEST

START_TEST(what_is_on_the_wire_is_dropped_when_its_attempt_fails_and_delivered_when_it_does_not)
{
    static const struct queue_result sent = {.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250"};
    bool stay = true;
    begin();
    queue_start(queue, on_ready, &stay);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(first_one()->busy);
    ck_assert_uint_eq(operate(QUEUE_DROP, NULL).busy, 1);
    ck_assert_uint_eq(waiting(), 1);
    queue_report(queue, first_one(), &later);
    turns(1);
    add("alice@s.example", "ann@d.example");
    TURN_UNTIL(first_one()->busy);
    ck_assert_uint_eq(operate(QUEUE_BOUNCE, NULL).busy, 1);
    queue_report(queue, first_one(), &sent);
    stay = false;
    turns(3);
    ck_assert_uint_eq(waiting(), 0); /* and no bounce */
    end();
}
END_TEST

START_TEST(a_walk_survives_what_goes_and_does_not_see_what_comes)
{
    struct queue_cursor cursor;
    begin();
    for (int i = 0; i < 4; i++)
        add("alice@s.example", i == 1 || i == 2 ? "bob@d.example" : "ann@e.example");
    turns(1);
    queue_cursor_open(&cursor, queue);
    queue_cursor_step(&cursor, queue);
    (void)operate(QUEUE_DROP, "bob@d.example"); /* at the cursor, and the next */
    add("alice@s.example", "new@d.example");
    const struct queue_message *last = queue_cursor_at(&cursor);
    ck_assert_str_eq(LIST_FIRST(struct queue_recipient, link, &last->recipients)->to.address, "ann@e.example");
    queue_cursor_step(&cursor, queue);
    ck_assert_ptr_null(queue_cursor_at(&cursor));
    queue_cursor_close(&cursor, queue);
    end();
}
END_TEST

START_TEST(a_long_body_is_read_back_octet_by_octet_the_same)
{
    struct err err;
    size_t size = 1000003;
    struct envelope_recipient to = {.address = "b@d.example"};
    struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, &to, 1};
    char id[QUEUE_ID_MAX + 1], *body = mem_alloc(size);
    struct buf got;
    begin();
    for (size_t i = 0; i < size; i++)
        body[i] = (char)(i * 31 + i / 251);
    buf_init(&got, size);
    queue_new_id(queue, id);
    ck_assert_int_eq(queue_add(queue, &own, id, &envelope, 0, slice_make(body, size), &err), ERR_OK);
    close_queue();
    open_queue(); /* the turn did not end: nothing was promised */
    ck_assert_uint_eq(waiting(), 0);
    ck_assert_int_eq(queue_add(queue, &own, id, &envelope, 0, slice_make(body, size), &err), ERR_OK);
    turns(2);
    const struct queue_message *message = queue_find(queue, id);
    ck_assert_uint_eq(message->size, size);
    while (got.len < size)
        ck_assert_int_eq(queue_read_body(queue, message, got.len, 77777, &got, &err), ERR_OK);
    ck_assert(memcmp(got.data, body, size) == 0);
    buf_fini(&got);
    free(body);
    end();
}
END_TEST

START_TEST(a_body_in_pieces_is_complete_and_pieces_without_a_message_go_at_the_next_start)
{
    struct envelope_recipient bob = {.address = "bob@d.example"};
    struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_8BIT_BODY}, &bob, 1};
    struct buf body;
    struct err err;
    begin();
    ck_assert_int_eq(queue_store_piece(queue, "whole", 0, SLICE_LIT("Subject: x\r\n"), &err), ERR_OK);
    ck_assert_int_eq(queue_store_piece(queue, "never", 0, SLICE_LIT("Subject: y\r\n"), &err), ERR_OK);
    turns(1);
    ck_assert_int_eq(queue_add(queue, &(struct queue_source){"192.0.2.1", NULL}, "whole", &envelope, 12,
                               SLICE_LIT("\r\n\x80\r\n"), &err),
                     ERR_OK);
    turns(1);
    close_queue();
    open_queue();
    const struct queue_message *message = queue_find(queue, "whole");
    ck_assert_ptr_nonnull(message);
    ck_assert_uint_eq(message->mail.octets, OCTETS_8BIT_BODY);
    ck_assert_uint_eq(message->size, 17);
    buf_init(&body, 100);
    while (body.len < message->size)
        ck_assert_int_eq(queue_read_body(queue, message, body.len, 100, &body, &err), ERR_OK);
    ck_assert_str_eq(buf_cstr(&body), "Subject: x\r\n\r\n\x80\r\n");
    buf_fini(&body);
    ck_assert_ptr_null(queue_find(queue, "never"));
    /* its id is free again */
    ck_assert_int_eq(queue_store_piece(queue, "never", 0, SLICE_LIT("Subject: z\r\n"), &err), ERR_OK);
    end();
}
END_TEST

START_TEST(a_database_of_the_first_version_is_brought_up_to_date_and_nothing_is_lost)
{
    static const char old[] =
        "CREATE TABLE message (id TEXT PRIMARY KEY, reverse_path TEXT NOT NULL, created_ns INTEGER NOT NULL,"
        " eight_bit INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE recipient (message_id TEXT NOT NULL, number INTEGER NOT NULL, address TEXT NOT NULL,"
        " next_ns INTEGER NOT NULL, attempts INTEGER NOT NULL, deferrals INTEGER NOT NULL,"
        " host_deferrals INTEGER NOT NULL, status TEXT NOT NULL, diagnostic TEXT NOT NULL,"
        " remote_mta TEXT NOT NULL, PRIMARY KEY (message_id, number)) WITHOUT ROWID;"
        "INSERT INTO message VALUES ('m1', 'alice@s.example', 1, 0, x'413a20620d0a');"
        "INSERT INTO message VALUES ('m2', 'alice@s.example', 2, 0, x'413a20620d0a0d0aa00d0a');"
        "INSERT INTO message VALUES ('m3', 'alice@s.example', 3, 1, x'413a20620d0a');"
        "INSERT INTO recipient VALUES ('m1', 0, 'bob@d.example', 9, 3, 2, 1, '4.7.1', '451', 'mx');"
        "INSERT INTO recipient VALUES ('m2', 0, 'bob@d.example', 9, 0, 0, 0, '', '', '');"
        "INSERT INTO recipient VALUES ('m3', 0, 'bob@d.example', 9, 0, 0, 0, '', '', '');"
        "PRAGMA user_version = 1;";
    sqlite3 *db;
    struct buf body;
    struct err err;
    begin();
    close_queue();
    char *path = mem_printf("%s/queue.db", folder);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, old, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    open_queue();
    const struct queue_recipient *r = first_one();
    ck_assert_str_eq(r->to.address, "bob@d.example");
    ck_assert_int_eq(r->attempts, 3);
    ck_assert(!r->held);
    buf_init(&body, 100);
    ck_assert_uint_eq(r->message->size, 6);
    ck_assert_int_eq(queue_read_body(queue, r->message, 2, 100, &body, &err), ERR_OK);
    ck_assert_str_eq(buf_cstr(&body), " b\r\n");
    ck_assert_uint_eq(queue_find(queue, "m1")->mail.octets, OCTETS_7BIT);
    ck_assert_uint_eq(queue_find(queue, "m2")->mail.octets, OCTETS_8BIT_BODY); /* which was not declared */
    ck_assert_uint_eq(queue_find(queue, "m3")->mail.octets, OCTETS_7BIT);      /* though 8BITMIME was declared */
    buf_fini(&body);
    free(path);
    end();
}
END_TEST

/* What was reported to alice, in order. */
static char subjects[8][64];
static unsigned subject_count;
static struct queue_recipient *held_back; /* stays on the wire */
static bool hold_first_back;

static void take_report(struct queue_recipient *r)
{
    struct buf body;
    struct err err;
    buf_init(&body, 65536);
    ck_assert_int_eq(queue_read_body(queue, r->message, 0, 65536, &body, &err), ERR_OK);
    const char *subject = strstr(buf_cstr(&body), "Subject: ");
    ck_assert_ptr_nonnull(subject);
    (void)snprintf(subjects[subject_count++ % 8], sizeof subjects[0], "%.*s", (int)strcspn(subject, "\r"), subject);
    buf_fini(&body);
    queue_report(queue, r, &(struct queue_result){.outcome = QUEUE_DELIVERED});
}

static void on_ready_with_reports(void *arg)
{
    struct queue_batch batch;
    (void)arg;
    LIST_EACH_SAFE (struct queue_domain, link, domain, next, queue_ready_domains(queue))
        if (queue_take(queue, domain, &batch)) {
            if (batch.message->mail.reverse_path[0] == '\0')
                take_report(batch.recipients[0]);
            else if (hold_first_back && held_back == NULL)
                held_back = batch.recipients[0];
            else
                answer(batch.recipients[0]);
        }
}

static void begin_with_warning(int64_t warn_ns)
{
    begin();
    close_queue();
    config.retry.warn_ns = warn_ns;
    open_queue();
    subject_count = 0;
    held_back = NULL;
    hold_first_back = false;
    answers[0] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answer_count = 1;
}

START_TEST(a_sender_is_warned_once_and_then_notified_of_the_end)
{
    begin_with_warning(5 * NS_PER_MS);
    config.retry.lifetime_ns = 300 * NS_PER_MS;
    queue_start(queue, on_ready_with_reports, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(waiting() == 0);
    ck_assert_uint_eq(subject_count, 2);
    ck_assert_str_eq(subjects[0], "Subject: Delayed mail (still being retried)");
    ck_assert_str_eq(subjects[1], "Subject: Undelivered mail returned to sender");
    end();
}
END_TEST

START_TEST(no_sender_is_warned_of_what_ended_at_that_moment)
{
    begin_with_warning(1);
    config.retry.lifetime_ns = 1;
    queue_start(queue, on_ready_with_reports, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(waiting() == 0);
    ck_assert_uint_eq(subject_count, 1);
    ck_assert_str_eq(subjects[0], "Subject: Undelivered mail returned to sender");
    end();
}
END_TEST

START_TEST(a_warning_is_not_repeated_after_a_restart)
{
    begin_with_warning(2 * NS_PER_MS);
    queue_start(queue, on_ready_with_reports, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(subject_count == 1 && waiting() == 1);
    unsigned tried = due_count;
    close_queue();
    prng_init_seed(&prng, 2); /* a new process has new ids */
    open_queue();
    queue_start(queue, on_ready_with_reports, NULL);
    TURN_UNTIL(due_count >= tried + 3);
    ck_assert_uint_eq(subject_count, 1);
    end();
}
END_TEST

START_TEST(no_sender_is_warned_while_an_attempt_is_under_way)
{
    begin_with_warning(2 * NS_PER_MS);
    hold_first_back = true;
    queue_start(queue, on_ready_with_reports, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(held_back != NULL);
    add("dave@s.example", "carol@e.example"); /* younger, so when it is late the other one is too */
    TURN_UNTIL(subject_count == 1);
    ck_assert(!held_back->message->warned);
    queue_report(queue, held_back, &answers[0]);
    ck_assert(held_back->message->warned);
    TURN_UNTIL(subject_count == 2);
    ck_assert_str_eq(subjects[1], "Subject: Delayed mail (still being retried)");
    end();
}
END_TEST

START_TEST(a_list_of_waits_applies_to_all_reasons)
{
    static const int64_t waits[] = {1 * NS_PER_MS, 2 * NS_PER_MS};
    static const int64_t wanted[] = {1 * NS_PER_MS, 2 * NS_PER_MS, 50 * NS_PER_MS};
    begin();
    config.retry.waits = (struct yaml_list){(void *)waits, 2};
    config.retry.then_ns = 50 * NS_PER_MS;
    answers[0] =
        (struct queue_result){.outcome = QUEUE_DEFER_UNREACHABLE, .status = "4.4.1", .diagnostic = "no answer"};
    answers[1] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answer_count = 2;
    queue_start(queue, on_ready, NULL);
    add("alice@s.example", "bob@d.example");
    for (unsigned i = 0; i < 3; i++) {
        TURN_UNTIL(due_count == i + 1);
        ck_assert_int_eq(first_one()->next_ns - first_one()->last_ns, wanted[i]);
    }
    end();
}
END_TEST

SUITE(queue, a_body_in_pieces_is_complete_and_pieces_without_a_message_go_at_the_next_start,
      a_deferred_recipient_comes_again_until_it_is_delivered, what_is_in_the_queue_survives_the_process,
      a_failure_becomes_a_bounce_with_a_null_reverse_path, a_bounce_that_fails_is_never_bounced,
      the_lifetime_ends_in_a_bounce, waiting_for_a_host_to_back_off_is_not_an_attempt, the_queue_has_a_limit,
      a_client_has_half_of_the_queue_by_address_and_by_account_also_after_a_restart,
      a_sender_is_warned_once_and_then_notified_of_the_end, no_sender_is_warned_of_what_ended_at_that_moment,
      a_warning_is_not_repeated_after_a_restart, no_sender_is_warned_while_an_attempt_is_under_way,
      a_list_of_waits_applies_to_all_reasons, a_held_recipient_waits_also_after_a_restart_until_it_is_released,
      a_retry_is_made_at_once_and_leaves_the_schedule_unchanged,
      what_is_dropped_is_gone_from_disk_and_its_sender_notified_only_on_request,
      what_is_on_the_wire_is_dropped_when_its_attempt_fails_and_delivered_when_it_does_not,
      a_walk_survives_what_goes_and_does_not_see_what_comes, a_long_body_is_read_back_octet_by_octet_the_same,
      a_database_of_the_first_version_is_brought_up_to_date_and_nothing_is_lost)
