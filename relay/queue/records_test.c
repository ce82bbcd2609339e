/* Records of the queue's database: one value for each kind and name, durable with the turn that writes it. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/queue/queue.h"
#include "relay/queue/store_salvage.h"

static struct config config;
static struct loop *loop;
static struct queue *queue;
static char folder[] = "/tmp/relaylab-records-XXXXXX";
static struct buf said;

static void say(void *arg, const char *name, const char *value)
{
    (void)arg;
    (void)buf_printf(&said, "%s=%s ", name, value);
}

static const char *list(const char *kind)
{
    struct err err = {0};
    buf_reset(&said);
    ck_assert(queue_each_record(queue, kind, say, NULL, &err) == ERR_OK);
    return buf_cstr(&said);
}

static void open_queue(void)
{
    struct err err = {0};
    struct prng prng;
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
}

static void close_queue(void)
{
    queue_close(queue);
    loop_free(loop);
}

static void nothing(void *arg)
{
    (void)arg;
}

static void commit(void)
{
    struct timer now;
    timer_init(&now, loop, nothing, NULL);
    timer_set_after(&now, 0);
    (void)loop_turn(loop, true, NULL);
    timer_stop(&now);
}

static void begin(void)
{
    buf_init(&said, 4096);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder, .limits.queue_recipients = 100};
    open_queue();
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
    (void)rmdir(folder);
    buf_fini(&said);
}

START_TEST(a_record_is_replaced_and_deleted_by_kind_and_name)
{
    begin();
    queue_put_record(queue, "a", "two", "2");
    queue_put_record(queue, "a", "one", "1");
    queue_put_record(queue, "b", "one", "other");
    ck_assert_str_eq(list("a"), "one=1 two=2 ");
    queue_put_record(queue, "a", "one", "new");
    queue_delete_record(queue, "a", "two");
    queue_delete_record(queue, "a", "three");
    ck_assert_str_eq(list("a"), "one=new ");
    ck_assert_str_eq(list("b"), "one=other ");
    ck_assert_str_eq(list("c"), "");
    end();
}
END_TEST

START_TEST(records_survive_a_restart_when_their_turn_was_committed)
{
    begin();
    queue_put_record(queue, "a", "one", "1");
    commit();
    close_queue();
    open_queue();
    ck_assert_str_eq(list("a"), "one=1 ");
    queue_put_record(queue, "a", "two", "2");
    close_queue(); /* within the turn */
    open_queue();
    ck_assert_str_eq(list("a"), "one=1 ");
    end();
}
END_TEST

static sqlite3 *open_database(const char *path)
{
    sqlite3 *db;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static void copy_tables(sqlite3 *from, sqlite3 *to)
{
    sqlite3_stmt *s;
    ck_assert_int_eq(sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_master WHERE type='table'", -1, &s, NULL),
                     SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW)
        ck_assert_int_eq(sqlite3_exec(to, (const char *)sqlite3_column_text(s, 0), NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_finalize(s);
}

START_TEST(records_are_taken_along_when_a_damaged_database_is_replaced)
{
    struct err err = {0};
    sqlite3_stmt *s;
    begin();
    queue_put_record(queue, "a", "one", "1");
    commit();
    close_queue();
    char *path = mem_printf("%s/queue.db", folder);
    sqlite3 *from = open_database(path), *to = open_database(":memory:");
    copy_tables(from, to);
    ck_assert_msg(store_salvage(from, to, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_eq(sqlite3_prepare_v2(to, "SELECT value FROM record WHERE kind='a' AND name='one'", -1, &s, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    ck_assert_str_eq((const char *)sqlite3_column_text(s, 0), "1");
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(from);
    (void)sqlite3_close(to);
    free(path);
    open_queue();
    end();
}
END_TEST

SUITE(records, a_record_is_replaced_and_deleted_by_kind_and_name,
      records_survive_a_restart_when_their_turn_was_committed,
      records_are_taken_along_when_a_damaged_database_is_replaced)
