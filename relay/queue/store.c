#include "relay/queue/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"

#define PART_BYTES ((size_t)256 * 1024) /* of a body */

/* Step n makes version n out of version n - 1. Steps that have been released are never edited. */
static const char *const steps[] = {
    "CREATE TABLE message (id TEXT PRIMARY KEY, reverse_path TEXT NOT NULL, created_ns INTEGER NOT NULL,"
    " eight_bit INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE recipient (message_id TEXT NOT NULL, number INTEGER NOT NULL, address TEXT NOT NULL,"
    " next_ns INTEGER NOT NULL, attempts INTEGER NOT NULL, deferrals INTEGER NOT NULL,"
    " host_deferrals INTEGER NOT NULL, status TEXT NOT NULL, diagnostic TEXT NOT NULL,"
    " remote_mta TEXT NOT NULL, PRIMARY KEY (message_id, number)) WITHOUT ROWID;"
    "PRAGMA user_version = 1;",

    "CREATE TABLE body (message_id TEXT NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY (message_id, start)) WITHOUT ROWID;"
    "INSERT INTO body SELECT id, 0, body FROM message;"
    "ALTER TABLE message ADD COLUMN size INTEGER NOT NULL DEFAULT 0;"
    "UPDATE message SET size = length(body);"
    "ALTER TABLE message DROP COLUMN body;"
    "ALTER TABLE recipient ADD COLUMN last_ns INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE recipient ADD COLUMN held INTEGER NOT NULL DEFAULT 0;"
    "PRAGMA user_version = 2;",

    ("ALTER TABLE message ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;"
     "PRAGMA user_version = 3;"),

    ("ALTER TABLE message ADD COLUMN client TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE message ADD COLUMN account TEXT NOT NULL DEFAULT '';"
     "PRAGMA user_version = 4;"),
};
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof steps[0]))

enum statement {
    ADD_MESSAGE,
    ADD_PART,
    ADD_RECIPIENT,
    UPDATE_RECIPIENT,
    DELETE_RECIPIENT,
    MARK_WARNED,
    DELETE_MESSAGE,
    DELETE_BODY,
    EACH_MESSAGE,
    EACH_RECIPIENT,
    READ_PART,
    BODY_SIZE,
    STATEMENTS
};

static const char *const statement_texts[STATEMENTS] = {
    [ADD_MESSAGE] = "INSERT INTO message (id, reverse_path, created_ns, eight_bit, size, client, account)"
                    " VALUES (?,?,?,?,?,?,?)",
    [ADD_PART] = "INSERT INTO body VALUES (?,?,?)",
    [ADD_RECIPIENT] = "INSERT INTO recipient VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
    [UPDATE_RECIPIENT] = "UPDATE recipient SET next_ns=?4, attempts=?5, deferrals=?6, host_deferrals=?7, status=?8,"
                         " diagnostic=?9, remote_mta=?10, last_ns=?11, held=?12 WHERE message_id=?1 AND number=?2",
    [DELETE_RECIPIENT] = "DELETE FROM recipient WHERE message_id=? AND number=?",
    [MARK_WARNED] = "UPDATE message SET warned=1 WHERE id=?",
    [DELETE_MESSAGE] = "DELETE FROM message WHERE id=?",
    [DELETE_BODY] = "DELETE FROM body WHERE message_id=?",
    [EACH_MESSAGE] =
        "SELECT id, reverse_path, created_ns, eight_bit, size, warned, client, account FROM message"
        " ORDER BY created_ns, id",
    [EACH_RECIPIENT] = "SELECT message_id, number, address, next_ns, attempts, deferrals, host_deferrals, status,"
                       " diagnostic, remote_mta, last_ns, held FROM recipient ORDER BY message_id, number",
    [READ_PART] = "SELECT start, data FROM body WHERE message_id=? AND start<=? ORDER BY start DESC LIMIT 1",
    [BODY_SIZE] = "SELECT sum(length(data)), max(start + length(data)), max(typeof(data)) FROM body WHERE message_id=?",
};

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    bool dirty;
};

static int fail(struct store *store, struct err *err, const char *what)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *hint =
        (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ? " (is another relay using this spool?)" : "";
    return err_set(err, ERR_STORE, "queue database: %s: %s%s", what, sqlite3_errmsg(store->db), hint);
}

static int run(struct store *store, const char *sql, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return ERR_OK;
    return fail(store, err, sql);
}

static int read_version(struct store *store, int *version, struct err *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK)
        return fail(store, err, "cannot be read");
    int rc = ERR_OK;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    else
        rc = fail(store, err, "cannot be read");
    (void)sqlite3_finalize(statement);
    return rc;
}

static int prepare_schema(struct store *store, struct err *err)
{
    int version = 0;
    int rc = run(store, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
    if (rc == ERR_OK)
        rc = run(store, "BEGIN IMMEDIATE", err);
    if (rc == ERR_OK)
        rc = read_version(store, &version, err);
    for (int step = version; rc == ERR_OK && step < SCHEMA_VERSION; step++)
        rc = run(store, steps[step], err);
    if (rc == ERR_OK && version > SCHEMA_VERSION)
        rc = err_set(err, ERR_STORE, "queue database: made by a newer relay (version %d, known is %d)", version,
                     SCHEMA_VERSION);
    if (rc == ERR_OK)
        rc = run(store, "COMMIT", err);
    return rc;
}

static int prepare_statements(struct store *store, struct err *err)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i],
                               NULL) != SQLITE_OK)
            return fail(store, err, statement_texts[i]);
    return ERR_OK;
}

int store_open(struct store **out, const char *folder, struct err *err)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_errno(err, "cannot make the spool %s", folder);
    struct store *store = mem_zalloc(sizeof *store);
    char *path = mem_printf("%s/queue.db", folder);
    int rc = ERR_OK;
    if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        rc = fail(store, err, "cannot be opened");
    if (rc == ERR_OK)
        rc = prepare_schema(store, err);
    if (rc == ERR_OK)
        rc = prepare_statements(store, err);
    if (rc != ERR_OK) {
        (void)err_prefix(err, "%s", path);
        store_close(store);
    } else {
        *out = store;
    }
    free(path);
    return rc;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close(store->db);
    free(store);
}

/* ---- writing ---- */

static sqlite3_stmt *begin_write(struct store *store, enum statement which, struct err *err)
{
    if (!store->dirty && run(store, "BEGIN IMMEDIATE", err) != ERR_OK)
        return NULL;
    store->dirty = true;
    (void)sqlite3_reset(store->statements[which]);
    return store->statements[which];
}

static int step_write(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int got = sqlite3_step(statement);
    int rc = got == SQLITE_DONE ? ERR_OK : fail(store, err, "cannot be written");
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return rc;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int add_part(struct store *store, const char *id, struct slice body, size_t start, struct err *err)
{
    sqlite3_stmt *s = begin_write(store, ADD_PART, err);
    if (s == NULL)
        return ERR_STORE;
    size_t len = body.len - start < PART_BYTES ? body.len - start : PART_BYTES;
    bind_text(s, 1, id);
    (void)sqlite3_bind_int64(s, 2, (sqlite3_int64)start);
    (void)sqlite3_bind_blob64(s, 3, body.ptr + start, len, SQLITE_STATIC);
    return step_write(store, s, err);
}

int store_add_message(struct store *store, const struct store_message *message, struct err *err)
{
    sqlite3_stmt *s = begin_write(store, ADD_MESSAGE, err);
    if (s == NULL)
        return ERR_STORE;
    bind_text(s, 1, message->id);
    bind_text(s, 2, message->reverse_path);
    (void)sqlite3_bind_int64(s, 3, message->created_ns);
    (void)sqlite3_bind_int(s, 4, message->eight_bit);
    (void)sqlite3_bind_int64(s, 5, (sqlite3_int64)message->body.len);
    bind_text(s, 6, message->client);
    bind_text(s, 7, message->account);
    int rc = step_write(store, s, err);
    for (size_t start = 0; rc == ERR_OK && start < message->body.len; start += PART_BYTES)
        rc = add_part(store, message->id, message->body, start, err);
    return rc;
}

static int write_recipient(struct store *store, enum statement which, const struct store_recipient *r, struct err *err)
{
    sqlite3_stmt *s = begin_write(store, which, err);
    if (s == NULL)
        return ERR_STORE;
    bind_text(s, 1, r->message_id);
    (void)sqlite3_bind_int64(s, 2, r->number);
    if (which == ADD_RECIPIENT)
        bind_text(s, 3, r->address);
    (void)sqlite3_bind_int64(s, 4, r->next_ns);
    (void)sqlite3_bind_int64(s, 5, r->attempts);
    (void)sqlite3_bind_int64(s, 6, r->deferrals);
    (void)sqlite3_bind_int64(s, 7, r->host_deferrals);
    bind_text(s, 8, r->status);
    bind_text(s, 9, r->diagnostic);
    bind_text(s, 10, r->remote_mta);
    (void)sqlite3_bind_int64(s, 11, r->last_ns);
    (void)sqlite3_bind_int(s, 12, r->held);
    return step_write(store, s, err);
}

int store_add_recipient(struct store *store, const struct store_recipient *recipient, struct err *err)
{
    return write_recipient(store, ADD_RECIPIENT, recipient, err);
}

int store_update_recipient(struct store *store, const struct store_recipient *recipient, struct err *err)
{
    return write_recipient(store, UPDATE_RECIPIENT, recipient, err);
}

int store_delete_recipient(struct store *store, const char *message_id, int64_t number, struct err *err)
{
    sqlite3_stmt *s = begin_write(store, DELETE_RECIPIENT, err);
    if (s == NULL)
        return ERR_STORE;
    bind_text(s, 1, message_id);
    (void)sqlite3_bind_int64(s, 2, number);
    return step_write(store, s, err);
}

static int write_id(struct store *store, enum statement which, const char *id, struct err *err)
{
    sqlite3_stmt *s = begin_write(store, which, err);
    if (s == NULL)
        return ERR_STORE;
    bind_text(s, 1, id);
    return step_write(store, s, err);
}

int store_mark_warned(struct store *store, const char *id, struct err *err)
{
    return write_id(store, MARK_WARNED, id, err);
}

int store_delete_message(struct store *store, const char *id, struct err *err)
{
    int rc = write_id(store, DELETE_MESSAGE, id, err);
    return rc == ERR_OK ? write_id(store, DELETE_BODY, id, err) : rc;
}

int store_commit(struct store *store, struct err *err)
{
    if (!store->dirty)
        return ERR_OK;
    int rc = run(store, "COMMIT", err);
    if (rc != ERR_OK)
        (void)run(store, "ROLLBACK", NULL);
    store->dirty = false;
    return rc;
}

void store_roll_back(struct store *store)
{
    if (store->dirty)
        (void)run(store, "ROLLBACK", NULL);
    store->dirty = false;
}

/* ---- reading ---- */

static const char *text_at(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    bool whole = text != NULL && strlen(text) == (size_t)sqlite3_column_bytes(statement, column);
    return whole ? text : STORE_NO_TEXT;
}

static int end_read(struct store *store, sqlite3_stmt *statement, int got, struct err *err)
{
    int rc = got == SQLITE_DONE ? ERR_OK : fail(store, err, "cannot be read");
    (void)sqlite3_reset(statement);
    return rc;
}

int store_each_message(struct store *store, void (*each)(void *, const struct store_message *), void *arg,
                       struct err *err)
{
    sqlite3_stmt *s = store->statements[EACH_MESSAGE];
    int got;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct store_message message = {.id = text_at(s, 0),
                                        .reverse_path = text_at(s, 1),
                                        .created_ns = sqlite3_column_int64(s, 2),
                                        .eight_bit = sqlite3_column_int(s, 3) != 0,
                                        .size = (uint64_t)sqlite3_column_int64(s, 4),
                                        .warned = sqlite3_column_int(s, 5) != 0,
                                        .client = text_at(s, 6),
                                        .account = text_at(s, 7)};
        each(arg, &message);
    }
    return end_read(store, s, got, err);
}

int store_each_recipient(struct store *store, void (*each)(void *, const struct store_recipient *), void *arg,
                         struct err *err)
{
    sqlite3_stmt *s = store->statements[EACH_RECIPIENT];
    int got;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct store_recipient r = {text_at(s, 0),
                                    sqlite3_column_int64(s, 1),
                                    text_at(s, 2),
                                    sqlite3_column_int64(s, 3),
                                    sqlite3_column_int64(s, 4),
                                    sqlite3_column_int64(s, 5),
                                    sqlite3_column_int64(s, 6),
                                    text_at(s, 7),
                                    text_at(s, 8),
                                    text_at(s, 9),
                                    sqlite3_column_int64(s, 10),
                                    sqlite3_column_int(s, 11) != 0};
        each(arg, &r);
    }
    return end_read(store, s, got, err);
}

int store_body_size(struct store *store, const char *id, uint64_t *size, struct err *err)
{
    sqlite3_stmt *s = store->statements[BODY_SIZE];
    bind_text(s, 1, id);
    int rc = ERR_OK;
    if (sqlite3_step(s) == SQLITE_ROW) {
        sqlite3_int64 sum = sqlite3_column_int64(s, 0), end = sqlite3_column_int64(s, 1);
        const char *type = (const char *)sqlite3_column_text(s, 2);
        *size = type != NULL && strcmp(type, "blob") == 0 && sum == end && sum > 0 ? (uint64_t)sum : 0;
    } else {
        rc = fail(store, err, "cannot be read");
    }
    (void)sqlite3_reset(s);
    return rc;
}

static void copy_part(sqlite3_stmt *s, uint64_t start, size_t want, struct buf *out)
{
    uint64_t skip = start - (uint64_t)sqlite3_column_int64(s, 0); /* not negative: start<=? */
    size_t len = (size_t)sqlite3_column_bytes(s, 1);
    const char *data = sqlite3_column_blob(s, 1);
    if (skip < len)
        (void)buf_add(out, data + skip, len - skip < want ? len - skip : want);
}

int store_read_body(struct store *store, const char *id, uint64_t start, size_t want, struct buf *out, struct err *err)
{
    sqlite3_stmt *s = store->statements[READ_PART];
    bind_text(s, 1, id);
    (void)sqlite3_bind_int64(s, 2, (sqlite3_int64)start);
    int rc = ERR_OK;
    int got = sqlite3_step(s);
    if (got == SQLITE_ROW)
        copy_part(s, start, want, out);
    else if (got == SQLITE_DONE)
        rc = err_set(err, ERR_NOT_FOUND, "queue database: message %s has no body", id);
    else
        rc = fail(store, err, "cannot be read");
    (void)sqlite3_reset(s);
    return rc;
}
