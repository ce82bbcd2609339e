/* The queue on a real database, with waits of milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
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

static void on_due(void *arg, const struct queue_batch *batch)
{
    (void)arg;
    for (size_t i = 0; i < batch->count; i++) {
        const struct queue_result *answer = &answers[due_count < answer_count ? due_count : answer_count - 1];
        due_count++;
        (void)snprintf(last_from, sizeof last_from, "%s", batch->message->reverse_path);
        (void)snprintf(last_to, sizeof last_to, "%s", batch->recipients[i]->address);
        queue_attempt_started(queue, batch->recipients[i]);
        queue_report(queue, batch->recipients[i], answer);
    }
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

static void add(const char *from, const char *to)
{
    struct err err;
    char recipient[64], id[QUEUE_ID_MAX + 1];
    (void)snprintf(recipient, sizeof recipient, "%s", to);
    queue_new_id(queue, id);
    ck_assert_int_eq(
        queue_add(queue, id, from, (char *const[]){recipient}, 1, false, SLICE_LIT("Subject: x\r\n\r\ny\r\n"), &err),
        ERR_OK);
}

static size_t waiting(void)
{
    struct json *list = queue_list(queue);
    size_t count = json_count(json_get(list, "messages"));
    json_free(list);
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
    queue_start(queue, on_due, NULL);
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
    queue_start(queue, on_due, NULL);
    TURN_UNTIL(due_count >= 2);
    close_queue(); /* nothing is flushed by this: all is on disk since its turn */
    open_queue();
    struct json *list = queue_list(queue);
    const struct json *first = json_at(json_get(json_at(json_get(list, "messages"), 0), "recipients"), 0);
    ck_assert_uint_eq(json_count(json_get(list, "messages")), 2);
    ck_assert_str_eq(json_get_str(first, "state", ""), "deferred");
    ck_assert_str_eq(json_get_str(first, "reply", ""), "421");
    json_free(list);
    end();
}
END_TEST

START_TEST(a_failure_becomes_a_bounce_with_a_null_sender)
{
    begin();
    answers[0] =
        (struct queue_result){.outcome = QUEUE_FAILED, .status = "5.1.1", .diagnostic = "550 no", .remote_mta = "mx"};
    answers[1] = (struct queue_result){.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250 ok"};
    answer_count = 2;
    queue_start(queue, on_due, NULL);
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
    queue_start(queue, on_due, NULL);
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
    queue_start(queue, on_due, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(last_from[0] == '\0' && due_count >= 4);
    ck_assert_str_eq(last_to, "alice@s.example");
    end();
}
END_TEST

START_TEST(waiting_for_a_resting_host_is_no_attempt)
{
    begin();
    answers[0] = (struct queue_result){.outcome = QUEUE_WAIT};
    answers[1] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answer_count = 2;
    queue_start(queue, on_due, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 2);
    struct json *list = queue_list(queue);
    const struct json *r = json_at(json_get(json_at(json_get(list, "messages"), 0), "recipients"), 0);
    ck_assert_int_eq(json_get_int(r, "attempts", 0), 1);
    json_free(list);
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

START_TEST(a_flush_makes_all_due_once_and_the_clock_goes_on_from_there)
{
    begin();
    config.retry.recipient.first_ns = config.retry.recipient.max_ns = 1800 * NS_PER_S;
    answers[0] = (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451 later"};
    answer_count = 1;
    queue_start(queue, on_due, NULL);
    add("alice@s.example", "bob@d.example");
    TURN_UNTIL(due_count == 1);
    ck_assert_uint_eq(queue_flush(queue), 1);
    TURN_UNTIL(due_count == 2);
    ck_assert_int_eq(loop_turn(loop, false, NULL), ERR_OK);
    ck_assert_uint_eq(due_count, 2);
    struct json *list = queue_list(queue);
    const struct json *r = json_at(json_get(json_at(json_get(list, "messages"), 0), "recipients"), 0);
    ck_assert_int_ge(json_get_int(r, "next", 0), loop_wall_ns(loop) / NS_PER_S + 1700);
    json_free(list);
    end();
}
END_TEST

SUITE(queue, a_deferred_recipient_comes_again_until_it_is_delivered, what_is_in_the_queue_survives_the_process,
      a_flush_makes_all_due_once_and_the_clock_goes_on_from_there, a_failure_becomes_a_bounce_with_a_null_sender,
      a_bounce_that_fails_is_never_bounced, the_lifetime_ends_in_a_bounce, waiting_for_a_resting_host_is_no_attempt,
      the_queue_has_a_limit)
