/* Messages that are stored over several turns: what they keep free for themselves, and how they are refused. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/dkim/testing.h"
#include "relay/queue/intake.h"
#include "relay/queue/store.h"

#define BODY_BYTES   ((size_t)600 * 1024) /* three pieces */
#define RECIPIENTS   60
#define FULL_FOLDER  "/proc" /* a file system that has no block free */
#define CLIENT_OF(n) ((n) == 0 ? "192.0.2.1" : "192.0.2.2")

static struct config config;
static struct loop *loop;
static struct queue *queue;
static struct buf body;
static struct intake intakes[2];
static struct envelope_recipient recipients[RECIPIENTS];
static const struct envelope envelope = {
    {.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, recipients, RECIPIENTS};
static char folder[] = "/tmp/relaylab-intake-XXXXXX";

static void make_body(void)
{
    buf_init(&body, BODY_BYTES);
    (void)buf_add_slice(&body, SLICE_LIT("Subject: x\r\n\r\n"));
    while (body.len + 2 <= BODY_BYTES)
        (void)buf_add_slice(&body, SLICE_LIT("\r\n"));
}

static void begin(void)
{
    struct err err = {0};
    struct prng prng;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder};
    config.limits.queue_recipients = config.limits.queue_recipients_per_client = 100;
    config.limits.received_fields = 100;
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
    for (size_t i = 0; i < RECIPIENTS; i++)
        recipients[i].address = mem_printf("r%zu@d.example", i);
    make_body();
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    queue_close(queue);
    loop_free(loop);
    for (size_t i = 0; i < RECIPIENTS; i++)
        envelope_recipient_fini(&recipients[i]);
    buf_fini(&body);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

static enum intake_verdict begin_intake(int n)
{
    struct intake_origin origin = {.source = {CLIENT_OF(n), NULL}, .helo = "client.example", .esmtp = true};
    intake_accept(&intakes[n], queue, &origin, &envelope, buf_slice(&body));
    return intakes[n].verdict;
}

static enum intake_verdict finish_intake(int n)
{
    for (int pieces = 0; !intake_go_on(&intakes[n]); pieces++)
        ck_assert_int_lt(pieces, 10);
    return intakes[n].verdict;
}

START_TEST(room_that_one_session_uses_is_not_free_for_another)
{
    begin();
    ck_assert_int_eq(begin_intake(0), INTAKE_STORED);
    ck_assert(!intake_go_on(&intakes[0]));
    ck_assert_int_eq(begin_intake(1), INTAKE_FULL);
    intake_end(&intakes[1]);
    ck_assert_int_eq(finish_intake(0), INTAKE_STORED);
    ck_assert(queue_has_room(queue, 40, 1)); /* its recipients are counted once */
    intake_end(&intakes[0]);
    ck_assert(queue_has_room(queue, 40, 1));
    ck_assert(!queue_has_room(queue, 41, 1));
    end();
}
END_TEST

static bool has_pieces(const char *id)
{
    struct err err;
    struct buf out;
    struct queue_message message = {0};
    memcpy(message.id, id, sizeof message.id);
    buf_init(&out, 100);
    bool found = queue_read_body(queue, &message, 0, 10, &out, &err) == ERR_OK;
    buf_fini(&out);
    return found;
}

START_TEST(a_session_that_dies_gives_its_room_back_and_leaves_no_pieces)
{
    char id[QUEUE_ID_MAX + 1];
    begin();
    ck_assert_int_eq(begin_intake(0), INTAKE_STORED);
    ck_assert(!intake_go_on(&intakes[0]));
    memcpy(id, intakes[0].queue_id, sizeof id);
    ck_assert(has_pieces(id));
    intake_end(&intakes[0]);
    ck_assert(!has_pieces(id));
    ck_assert_int_eq(begin_intake(1), INTAKE_STORED);
    intake_end(&intakes[1]);
    ck_assert(queue_has_room(queue, 100, 1));
    end();
}
END_TEST

START_TEST(a_disk_that_fills_up_meanwhile_refuses_this_message_and_the_relay_goes_on)
{
    char id[QUEUE_ID_MAX + 1];
    begin();
    ck_assert_int_eq(begin_intake(0), INTAKE_STORED);
    ck_assert(!intake_go_on(&intakes[0]));
    memcpy(id, intakes[0].queue_id, sizeof id);
    config.spool = FULL_FOLDER;
    ck_assert(intake_go_on(&intakes[0]));
    ck_assert_int_eq(intakes[0].verdict, INTAKE_FULL);
    ck_assert(!has_pieces(id));
    ck_assert(!queue_failed(queue));
    intake_end(&intakes[0]);
    config.spool = folder;
    ck_assert_int_eq(begin_intake(1), INTAKE_STORED);
    ck_assert_int_eq(finish_intake(1), INTAKE_STORED);
    intake_end(&intakes[1]);
    end();
}
END_TEST

static void count_problem(void *arg, const char *problem)
{
    unsigned *count = arg;
    (void)problem;
    ++*count;
}

START_TEST(a_relay_that_stops_within_a_message_shuts_down_gracefully)
{
    struct err err;
    struct store *store;
    unsigned problems = 0;
    begin();
    ck_assert_int_eq(begin_intake(0), INTAKE_STORED);
    ck_assert(!intake_go_on(&intakes[0]));
    intake_end(&intakes[0]);
    queue_close(queue);
    loop_free(loop);
    ck_assert_int_eq(store_open(&store, folder, count_problem, &problems, &err), ERR_OK);
    ck_assert_uint_eq(problems, 0);
    store_close(store);
    struct prng prng;
    prng_init_seed(&prng, 1);
    ck_assert_int_eq(loop_new(&loop, &err), ERR_OK);
    ck_assert_int_eq(queue_open(&queue, &config, loop, NULL, &prng, &err), ERR_OK);
    end();
}
END_TEST

/* What is in the queue under this id, as far as it fits. */
static void read_queued(const char *id, struct buf *out)
{
    struct err err;
    ck_assert_ptr_nonnull(queue_find(queue, id));
    ck_assert_int_eq(queue_read_body(queue, queue_find(queue, id), 0, out->max, out, &err), ERR_OK);
}

START_TEST(what_the_relay_writes_itself_is_never_refused_and_gets_no_trace_field)
{
    static const struct envelope_recipient to = {.address = "a@s.example"};
    static const struct envelope report = {
        {.reverse_path = "", .octets = OCTETS_7BIT}, (struct envelope_recipient *)&to, 1};
    struct intake intake;
    struct buf queued;
    begin();
    config.limits.queue_recipients = 0;
    config.limits.received_fields = 1;
    config.spool = FULL_FOLDER;
    intake_accept(&intake, queue, &(struct intake_origin){.id = "report"}, &report,
                  SLICE_LIT("Received: x\r\nSubject: y\r\n\r\nz\r\n"));
    ck_assert(intake_go_on(&intake));
    ck_assert_int_eq(intake.verdict, INTAKE_STORED);
    ck_assert_str_eq(intake.queue_id, "report");
    intake_end(&intake);
    buf_init(&queued, 1000);
    read_queued("report", &queued);
    ck_assert_str_eq(buf_cstr(&queued), "Received: x\r\nSubject: y\r\n\r\nz\r\n");
    ck_assert_str_eq(queue_find(queue, "report")->mail.reverse_path, "");
    buf_fini(&queued);
    config.spool = folder;
    end();
}
END_TEST

START_TEST(what_a_client_sends_is_checked_and_gets_a_trace_field)
{
    static char big_header[3 * HEADER_FIELDS_MAX + 10]; /* a field too many, and no text */
    for (size_t i = 0; i <= HEADER_FIELDS_MAX; i++)
        memcpy(big_header + 3 * i, "A:\n", 3);
    const struct {
        int64_t received_max, recipients_max;
        const char *message;
        enum intake_verdict verdict;
        unsigned octets;
    } rows[] = {
        {2, 200, "Received: x\r\n\r\nz\r\n", INTAKE_STORED, OCTETS_7BIT},
        {2, 200, "Subject: \xc3\xa4\r\n\r\nz\r\n", INTAKE_STORED, OCTETS_8BIT_HEADER},
        {2, 200, "Subject: x\r\n\r\n\xc3\xa4\r\n", INTAKE_STORED, OCTETS_8BIT_BODY},
        {1, 200, "Received: x\r\n\r\nz\r\n", INTAKE_LOOP, 0},
        {2, 200, big_header, INTAKE_BIG_HEADER, 0},
        {2, RECIPIENTS - 1, "Subject: x\r\n\r\nz\r\n", INTAKE_FULL, 0},
        {2, RECIPIENTS, "Subject: x\r\n\r\nz\r\n", INTAKE_SHARE_USED, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct intake_origin origin = {.source = {"192.0.2.1", NULL}, .helo = "client.example"};
        struct intake intake;
        struct buf queued;
        begin();
        config.limits.received_fields = rows[i].received_max;
        config.limits.queue_recipients = rows[i].recipients_max;
        config.limits.queue_recipients_per_client = 0; /* half of them */
        intake_accept(&intake, queue, &origin, &envelope, slice_cstr(rows[i].message));
        ck_assert(intake_go_on(&intake));
        ck_assert_int_eq(intake.verdict, rows[i].verdict);
        buf_init(&queued, 10000);
        if (rows[i].verdict == INTAKE_STORED) {
            read_queued(intake.queue_id, &queued);
            ck_assert_uint_eq(queue_find(queue, intake.queue_id)->mail.octets, rows[i].octets);
            ck_assert_ptr_nonnull(strstr(buf_cstr(&queued), "Received: from client.example"));
        }
        buf_fini(&queued);
        intake_end(&intake);
        end();
    }
}
END_TEST

/* For the author a@s.example. */
static struct signer *a_signer(void)
{
    static const char *const authors[] = {"s.example"};
    struct signer *signer = signer_new();
    struct dkim_key *key;
    struct err err;
    ck_assert_int_eq(dkim_key_read(&key, slice_cstr(testing_ed25519), &err), ERR_OK);
    signer_add(signer,
               &(struct signer_key){.domain = "s.example", .selector = "one", .authors = authors, .author_count = 1},
               key);
    return signer;
}

/* What bh= has to be for this body. */
static const char *hash_of(struct slice text)
{
    static struct buf out;
    uint8_t digest[BODY_HASH_LEN];
    struct body_hash hash;
    buf_fini(&out);
    buf_init(&out, 100);
    body_hash_init(&hash);
    body_hash_add(&hash, text);
    body_hash_end(&hash, digest);
    body_hash_fini(&hash);
    (void)buf_add_cstr(&out, "bh=");
    (void)base64_encode(slice_make(digest, sizeof digest), &out);
    (void)buf_add_char(&out, ';');
    return buf_cstr(&out);
}

/* What is stored of a message of several pieces: `turns` until then, with the key or without from the second on. */
static void take_big(struct buf *queued, int turns, bool keep_key)
{
    static const char fields[] = "From: a@s.example\r\n";
    struct intake_origin origin = {.source = {"192.0.2.1", NULL}, .helo = "client.example"};
    memcpy(body.data, fields, sizeof fields - 1);
    memcpy(body.data + sizeof fields - 1, "\r\nword  word", 12);
    intake_accept(&intakes[0], queue, &origin, &envelope, buf_slice(&body));
    for (int turn = 1; turn < turns; turn++) {
        ck_assert(!intake_go_on(&intakes[0]));
        if (!keep_key)
            queue_sign_with(queue, NULL);
    }
    ck_assert(intake_go_on(&intakes[0]));
    ck_assert_int_eq(intakes[0].verdict, INTAKE_STORED);
    for (size_t before = 1; queued->len != before;) {
        struct err err;
        before = queued->len;
        ck_assert_int_eq(
            queue_read_body(queue, queue_find(queue, intakes[0].queue_id), before, queued->max - before, queued, &err),
            ERR_OK);
    }
}

START_TEST(a_body_of_several_pieces_is_hashed_before_it_is_stored)
{
    static const struct {
        bool keep_key;
        const char *signatures;
    } rows[] = {{true, "s.example/one"}, {false, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf queued;
        begin();
        queue_sign_with(queue, a_signer());
        buf_init(&queued, 2 * BODY_BYTES);
        take_big(&queued, 5, rows[i].keep_key); /* two pieces are read; the third is read, and the first stored */
        ck_assert_str_eq(intakes[0].signatures, rows[i].signatures);
        struct slice text = slice_from(buf_slice(&body), strlen("From: a@s.example\r\n\r\n"));
        ck_assert_int_eq(strncmp(buf_cstr(&queued), "DKIM-Signature:", 15) == 0, rows[i].keep_key);
        ck_assert_int_eq(strstr(buf_cstr(&queued), hash_of(text)) != NULL, rows[i].keep_key);
        ck_assert(slice_eq(slice_from(buf_slice(&queued), queued.len - text.len), text));
        intake_end(&intakes[0]);
        buf_fini(&queued);
        end();
    }
}
END_TEST

START_TEST(a_session_that_dies_while_its_body_is_hashed_leaves_nothing)
{
    struct intake_origin origin = {.source = {"192.0.2.1", NULL}, .helo = "client.example"};
    begin();
    queue_sign_with(queue, a_signer());
    memcpy(body.data, "From: a@s.example\r\n\r\n", 21);
    intake_accept(&intakes[0], queue, &origin, &envelope, buf_slice(&body));
    ck_assert(!intake_go_on(&intakes[0]));
    ck_assert(!has_pieces(intakes[0].queue_id));
    intake_end(&intakes[0]);
    ck_assert(queue_has_room(queue, 100, 1));
    end();
}
END_TEST

START_TEST(what_the_relay_writes_itself_is_signed_at_once)
{
    static const struct envelope_recipient to = {.address = "a@s.example"};
    static const struct envelope report = {
        {.reverse_path = "", .octets = OCTETS_7BIT}, (struct envelope_recipient *)&to, 1};
    struct intake intake;
    struct buf queued;
    begin();
    queue_sign_with(queue, a_signer());
    intake_accept(&intake, queue, &(struct intake_origin){.id = "report"}, &report,
                  SLICE_LIT("From: r@s.example\r\nSubject: y\r\n\r\nz\r\n"));
    ck_assert(intake_go_on(&intake));
    ck_assert_int_eq(intake.verdict, INTAKE_STORED);
    intake_end(&intake);
    buf_init(&queued, 10000);
    read_queued("report", &queued);
    ck_assert_int_eq(strncmp(buf_cstr(&queued), "DKIM-Signature:", 15), 0);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&queued), hash_of(SLICE_LIT("z\r\n"))));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&queued), "\r\nFrom: r@s.example\r\nSubject: y\r\n\r\nz\r\n"));
    ck_assert_ptr_null(strstr(buf_cstr(&queued), "Received:"));
    buf_fini(&queued);
    end();
}
END_TEST

START_TEST(what_a_door_gave_up_is_refused_with_its_verdict_and_stores_nothing)
{
    struct intake_origin origin = {.source = {"192.0.2.1", NULL}, .helo = "client.example"};
    struct intake intake;
    begin();
    intake_refuse(&intake, queue, &origin, &envelope, INTAKE_OVER_BUDGET);
    ck_assert(intake_go_on(&intake));
    ck_assert_int_eq(intake.verdict, INTAKE_OVER_BUDGET);
    ck_assert(queue_has_room(queue, 100, 1));
    intake_end(&intake);
    end();
}
END_TEST

SUITE(intake, what_the_relay_writes_itself_is_never_refused_and_gets_no_trace_field,
      what_a_client_sends_is_checked_and_gets_a_trace_field,
      what_a_door_gave_up_is_refused_with_its_verdict_and_stores_nothing,
      a_body_of_several_pieces_is_hashed_before_it_is_stored,
      a_session_that_dies_while_its_body_is_hashed_leaves_nothing, what_the_relay_writes_itself_is_signed_at_once,
      room_that_one_session_uses_is_not_free_for_another, a_session_that_dies_gives_its_room_back_and_leaves_no_pieces,
      a_disk_that_fills_up_meanwhile_refuses_this_message_and_the_relay_goes_on,
      a_relay_that_stops_within_a_message_shuts_down_gracefully)
