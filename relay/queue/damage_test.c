/* A database that is not what the relay wrote: what is damaged is set aside, and everything else goes on. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/queue/queue.h"

static struct config config;
static struct loop *loop;
static struct queue *queue;
static struct prng prng;
static char folder[sizeof "/tmp/relaylab-damage-XXXXXX"];
static const char good[] = "good", bad[] = "bad";
static unsigned delivered_of_good, delivered_of_bad, bounces;

static void on_ready(void *arg)
{
    struct queue_batch batch;
    static const struct queue_result delivered = {.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250"};
    struct queue_domain *domain, *tried = NULL; /* a report may end the domain: it is looked up again each time */
    (void)arg;
    while ((domain = LIST_FIRST(struct queue_domain, link, queue_ready_domains(queue))) != NULL && domain != tried) {
        if (!queue_take(queue, domain, &batch)) {
            tried = domain;
            continue;
        }
        bounces += batch.message->mail.reverse_path[0] == '\0';
        for (size_t i = 0; i < batch.count; i++) {
            delivered_of_good += strcmp(batch.message->id, good) == 0;
            delivered_of_bad += strcmp(batch.message->id, bad) == 0;
            queue_report(queue, batch.recipients[i], &delivered);
        }
        if (batch.count == 0)
            break;
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

static void turns(int count)
{
    struct err err;
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(loop_turn(loop, false, &err), ERR_OK);
}

static void on_nothing(void *arg)
{
    (void)arg;
}

/* A turn, so that what was added is committed. */
static void commit(void)
{
    struct timer timer;
    timer_init(&timer, loop, on_nothing, NULL);
    timer_set_after(&timer, 0);
    turns(2);
    timer_stop(&timer);
}

static void add(const char *id, const char *first, const char *second)
{
    struct err err;
    static const struct queue_source own = {NULL, NULL};
    struct envelope_recipient to[] = {{.address = first}, {.address = second}};
    struct envelope envelope = {{.reverse_path = "alice@s.example", .octets = OCTETS_7BIT}, to, 2};
    struct slice body = SLICE_LIT("Subject: x\r\n\r\nx\r\n");
    ck_assert_int_eq(queue_add(queue, &own, id, &envelope, 0, body, &err), ERR_OK);
}

static void change(const char *sql)
{
    sqlite3 *db;
    char *path = mem_printf("%s/queue.db", folder), *words = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &words) == SQLITE_OK, "%s: %s", sql, words);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    free(path);
}

static void begin(void)
{
    delivered_of_good = delivered_of_bad = bounces = 0;
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-damage-XXXXXX"); /* a new one for each test of a process */
    config.spool = mkdtemp(folder);
    config.limits.queue_recipients = 1000;
    config.retry.lifetime_ns = config.retry.bounce_lifetime_ns = 3600 * NS_PER_S;
    open_queue();
    add(good, "bob@d.example", "ann@e.example");
    add(bad, "bob@d.example", "ann@e.example");
    commit();
    close_queue();
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    close_queue();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    ck_assert_int_eq(rmdir(folder), 0);
}

static void run_queue(void)
{
    queue_start(queue, on_ready, NULL);
    commit();
    commit();
}

static struct queue_counts operate(enum queue_action action)
{
    struct queue_filter filter = {.id = bad};
    struct queue_counts counts = queue_operate(queue, action, &filter);
    commit();
    commit();
    return counts;
}

/* Every way in which rows were changed, and the words for it. */
static const struct {
    const char *sql;
    const char *damage;
    bool in_body; /* another attempt may find it repaired */
} changes[] = {
    {"DELETE FROM body WHERE message_id='bad'", "its body is missing", true},
    {"UPDATE body SET data=x'41' WHERE message_id='bad'", "its body is incomplete", true},
    {"UPDATE body SET data=CAST(data AS TEXT) WHERE message_id='bad'", "its body is missing", true},
    {"UPDATE body SET start=7 WHERE message_id='bad'", "its body is missing", true},
    {"UPDATE message SET size=-1 WHERE id='bad'", "its size is invalid", false},
    {"UPDATE message SET size=99 WHERE id='bad'", "its body is incomplete", true},
    {"UPDATE message SET created_ns=-5 WHERE id='bad'", "its arrival time is invalid", false},
    {"UPDATE message SET created_ns=9223372036854775807 WHERE id='bad'", "its arrival time is invalid", false},
    {"UPDATE message SET reverse_path='a'||char(0)||'b' WHERE id='bad'", "its reverse-path is not an address", false},
    {"UPDATE message SET reverse_path='a'||char(13,10)||'b' WHERE id='bad'", "its reverse-path is not an address",
     false},
    {"UPDATE message SET reverse_path=hex(zeroblob(5000000)) WHERE id='bad'", "its reverse-path is not an address",
     false},
    {"UPDATE recipient SET address='' WHERE message_id='bad' AND number=1", "a recipient is not an address", false},
    {"UPDATE recipient SET address=x'00' WHERE message_id='bad'", "a recipient is not an address", false},
    {"UPDATE recipient SET next_ns=-1 WHERE message_id='bad'", "a number or time of a recipient is invalid", false},
    {"UPDATE recipient SET attempts=1e300 WHERE message_id='bad'", "a number or time of a recipient is invalid", false},
    {"UPDATE recipient SET number=-9 WHERE message_id='bad' AND number=1", "a number or time of a recipient is invalid",
     false},
    {"UPDATE recipient SET diagnostic=hex(zeroblob(5000)) WHERE message_id='bad'",
     "the last reply to a recipient is too long", false},
    {"DELETE FROM recipient WHERE message_id='bad'", "its recipients are missing", false},
    {"DELETE FROM message WHERE id='bad'", "its sender and its arrival time are missing", false},
};
#define CHANGES (sizeof changes / sizeof changes[0])

START_TEST(a_damaged_message_is_set_aside_and_dropped_and_everything_else_goes_on)
{
    begin();
    change(changes[_i].sql);
    open_queue();
    run_queue();
    ck_assert_uint_eq(delivered_of_good, 2);
    ck_assert_uint_eq(delivered_of_bad, 0);
    const struct queue_message *message = queue_find(queue, bad);
    ck_assert_ptr_nonnull(message);
    ck_assert_str_eq(message->damage, changes[_i].damage);
    ck_assert_uint_eq(operate(QUEUE_HOLD).changed, message->recipient_count);
    ck_assert_uint_eq(operate(QUEUE_RELEASE).changed, message->recipient_count);
    ck_assert_uint_eq(operate(QUEUE_RETRY).changed, changes[_i].in_body ? message->recipient_count : 0);
    ck_assert_ptr_nonnull(queue_find(queue, bad)->damage);
    ck_assert_uint_ge(operate(QUEUE_DROP).changed, 1);
    ck_assert_ptr_null(queue_find(queue, bad));
    ck_assert(!queue_failed(queue));
    close_queue();
    open_queue();
    ck_assert_ptr_null(queue_find(queue, bad)); /* nothing of it is left */
    end();
}
END_TEST

START_TEST(a_damaged_message_is_bounced_on_request_if_necessary_without_its_header)
{
    begin();
    change(changes[_i].sql);
    open_queue();
    run_queue();
    ck_assert_uint_ge(operate(QUEUE_BOUNCE).changed, 1);
    ck_assert(!queue_failed(queue));
    ck_assert_ptr_null(queue_find(queue, bad));
    ck_assert_uint_le(bounces, 1);
    if (changes[_i].in_body)
        ck_assert_uint_eq(bounces, 1);
    end();
}
END_TEST

START_TEST(a_body_that_was_repaired_is_delivered_to_all_recipients)
{
    begin();
    change("ALTER TABLE body RENAME TO kept; CREATE TABLE body (message_id TEXT NOT NULL, start INTEGER NOT NULL, data"
           " BLOB NOT NULL, PRIMARY KEY (message_id, start)) WITHOUT ROWID;");
    open_queue();
    run_queue();
    ck_assert_uint_eq(delivered_of_bad, 0);
    close_queue();
    change("DROP TABLE body; ALTER TABLE kept RENAME TO body");
    open_queue();
    run_queue();
    ck_assert_uint_eq(delivered_of_bad, 2);
    ck_assert_uint_eq(delivered_of_good, 2);
    end();
}
END_TEST

START_TEST(rows_without_a_usable_id_are_skipped)
{
    begin();
    change("INSERT INTO message (id, reverse_path, created_ns, octets) VALUES ('a-far-too-long-queue-id', '', 1, 0);"
           "INSERT INTO recipient (message_id, number, address, next_ns, attempts, deferrals, host_deferrals, status,"
           " diagnostic, remote_mta) VALUES (x'00ff', 0, 'b@d.example', 1, 0, 0, 0, '', '', ''),"
           " ('', 0, 'b@d.example', 1, 0, 0, 0, '', '', '');");
    open_queue();
    run_queue();
    ck_assert_uint_eq(delivered_of_good + delivered_of_bad, 4);
    end();
}
END_TEST

Suite *damage_suite(void);
Suite *damage_suite(void)
{
    Suite *suite = suite_create("damage");
    TCase *tcase = tcase_create("damage");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, a_damaged_message_is_set_aside_and_dropped_and_everything_else_goes_on, 0, (int)CHANGES);
    tcase_add_loop_test(tcase, a_damaged_message_is_bounced_on_request_if_necessary_without_its_header, 0,
                        (int)CHANGES);
    tcase_add_test(tcase, a_body_that_was_repaired_is_delivered_to_all_recipients);
    tcase_add_test(tcase, rows_without_a_usable_id_are_skipped);
    suite_add_tcase(suite, tcase);
    return suite;
}
