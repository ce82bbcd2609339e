/* The table of columns against the database that the migration steps make, and against itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/queue/store_columns.h"

static char folder[] = "/tmp/relaylab-columns-XXXXXX";

static void ignore(void *arg, const char *problem)
{
    (void)arg;
    (void)problem;
}

static void begin(void)
{
    struct err err = {0};
    struct store *store;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_msg(store_open(&store, folder, ignore, NULL, &err) == ERR_OK, "%s", err.text);
    store_close(store);
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

static sqlite3 *open_database(void)
{
    sqlite3 *db;
    char *path = mem_printf("%s/queue.db", folder);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    free(path);
    return db;
}

/* Its names in the database, in order: "SELECT id, …". */
static char *select_of_database(sqlite3 *db, const struct store_table *table)
{
    sqlite3_stmt *s;
    char *sql = mem_printf("SELECT 'SELECT ' || group_concat(name, ', ') || ' FROM %s ORDER BY %s'"
                           " FROM (SELECT name FROM pragma_table_info('%s') ORDER BY cid)",
                           table->name, table->order, table->name);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(s), SQLITE_ROW);
    char *found = mem_strdup((const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
    free(sql);
    return found;
}

START_TEST(each_column_of_the_database_has_its_row_and_the_other_way_round)
{
    const struct store_table *const tables[] = {&store_messages, &store_recipients};
    begin();
    sqlite3 *db = open_database();
    for (size_t i = 0; i < 2; i++) {
        struct buf sql;
        buf_init(&sql, STORE_SQL_MAX);
        store_columns_select(tables[i], &sql);
        char *found = select_of_database(db, tables[i]);
        ck_assert_str_eq(buf_cstr(&sql), found);
        free(found);
        buf_fini(&sql);
    }
    (void)sqlite3_close(db);
    end();
}
END_TEST

static sqlite3_stmt *write_and_read(sqlite3 *db, const struct store_table *table, const void *row, void *back)
{
    struct buf insert, select;
    sqlite3_stmt *write, *read;
    buf_init(&insert, STORE_SQL_MAX);
    buf_init(&select, STORE_SQL_MAX);
    store_columns_insert(table, &insert);
    store_columns_select(table, &select);
    ck_assert_int_eq(sqlite3_prepare_v2(db, buf_cstr(&insert), -1, &write, NULL), SQLITE_OK);
    store_columns_bind(table, write, row);
    ck_assert_int_eq(sqlite3_step(write), SQLITE_DONE);
    (void)sqlite3_finalize(write);
    ck_assert_int_eq(sqlite3_prepare_v2(db, buf_cstr(&select), -1, &read, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(read), SQLITE_ROW);
    store_columns_read(table, read, back);
    buf_fini(&insert);
    buf_fini(&select);
    return read;
}

START_TEST(every_value_comes_back_from_the_database_as_it_was)
{
    const struct store_message message = {
        .id = "id1",
        .mail = {.reverse_path = "a@s.example", .octets = 3, .utf8 = true, .ret = 2, .envid = "e1"},
        .created_ns = 5,
        .size = 7,
        .client = "192.0.2.1",
        .account = "alice",
        .warned = true};
    const struct store_recipient recipient = {.message_id = "id1",
                                              .number = 1,
                                              .to = {.address = "b@d.example", .notify = 6, .orcpt = "rfc822;b"},
                                              .next_ns = INT64_MAX,
                                              .attempts = 2,
                                              .deferrals = 3,
                                              .host_deferrals = 4,
                                              .status = "4.7.1",
                                              .diagnostic = "451 later",
                                              .remote_mta = "mx.d.example",
                                              .last_ns = 9,
                                              .held = true};
    struct store_message message_back = {0};
    struct store_recipient recipient_back = {0};
    begin();
    sqlite3 *db = open_database();
    /* the texts of a row live as long as its statement */
    sqlite3_stmt *reads[] = {write_and_read(db, &store_messages, &message, &message_back),
                             write_and_read(db, &store_recipients, &recipient, &recipient_back)};
    ck_assert_str_eq(message_back.id, message.id);
    ck_assert_str_eq(message_back.mail.reverse_path, message.mail.reverse_path);
    ck_assert_uint_eq(message_back.mail.octets, message.mail.octets);
    ck_assert(message_back.mail.utf8);
    ck_assert_uint_eq(message_back.mail.ret, message.mail.ret);
    ck_assert_str_eq(message_back.mail.envid, message.mail.envid);
    ck_assert_int_eq(message_back.created_ns, message.created_ns);
    ck_assert_uint_eq(message_back.size, message.size);
    ck_assert_str_eq(message_back.client, message.client);
    ck_assert_str_eq(message_back.account, message.account);
    ck_assert(message_back.warned);
    ck_assert_str_eq(recipient_back.message_id, recipient.message_id);
    ck_assert_int_eq(recipient_back.number, recipient.number);
    ck_assert_str_eq(recipient_back.to.address, recipient.to.address);
    ck_assert_uint_eq(recipient_back.to.notify, recipient.to.notify);
    ck_assert_str_eq(recipient_back.to.orcpt, recipient.to.orcpt);
    ck_assert_int_eq(recipient_back.next_ns, recipient.next_ns);
    ck_assert_int_eq(recipient_back.attempts, recipient.attempts);
    ck_assert_int_eq(recipient_back.deferrals, recipient.deferrals);
    ck_assert_int_eq(recipient_back.host_deferrals, recipient.host_deferrals);
    ck_assert_str_eq(recipient_back.status, recipient.status);
    ck_assert_str_eq(recipient_back.diagnostic, recipient.diagnostic);
    ck_assert_str_eq(recipient_back.remote_mta, recipient.remote_mta);
    ck_assert_int_eq(recipient_back.last_ns, recipient.last_ns);
    ck_assert(recipient_back.held);
    for (size_t i = 0; i < 2; i++)
        (void)sqlite3_finalize(reads[i]);
    (void)sqlite3_close(db);
    end();
}
END_TEST

START_TEST(a_version_adds_the_columns_that_it_brought_and_the_first_adds_none)
{
    static const struct {
        int version;
        const char *sql;
    } rows[] = {{1, ""},
                {2, "ALTER TABLE message ADD COLUMN size INTEGER NOT NULL DEFAULT 0;"},
                {3, "ALTER TABLE message ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;"},
                {4, "ALTER TABLE message ADD COLUMN client TEXT NOT NULL DEFAULT '';"
                    "ALTER TABLE message ADD COLUMN account TEXT NOT NULL DEFAULT '';"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf sql;
        buf_init(&sql, STORE_SQL_MAX);
        store_columns_add(&store_messages, rows[i].version, &sql);
        ck_assert_str_eq(buf_cstr(&sql), rows[i].sql);
        buf_fini(&sql);
    }
}
END_TEST

START_TEST(an_update_changes_what_an_attempt_changes_and_nothing_else)
{
    struct buf sql;
    buf_init(&sql, STORE_SQL_MAX);
    store_columns_update(&store_recipients, &sql);
    ck_assert_str_eq(buf_cstr(&sql),
                     "UPDATE recipient SET next_ns=?4, attempts=?5, deferrals=?6, host_deferrals=?7, status=?8,"
                     " diagnostic=?9, remote_mta=?10, last_ns=?11, held=?12 WHERE message_id=?1 AND number=?2");
    buf_fini(&sql);
}
END_TEST

SUITE(store_columns, each_column_of_the_database_has_its_row_and_the_other_way_round,
      every_value_comes_back_from_the_database_as_it_was,
      a_version_adds_the_columns_that_it_brought_and_the_first_adds_none,
      an_update_changes_what_an_attempt_changes_and_nothing_else)
