#include "relay/queue/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/queue/store_columns.h"
#include "relay/queue/store_internal.h"

#define PART_BYTES ((size_t)256 * 1024) /* of a body */

static const char *const statement_texts[STATEMENTS] = {
    [ADD_PART] = "INSERT INTO body VALUES (?,?,?)",
    [DELETE_RECIPIENT] = "DELETE FROM recipient WHERE message_id=? AND number=?",
    [MARK_WARNED] = "UPDATE message SET warned=1 WHERE id=?",
    [DELETE_MESSAGE] = "DELETE FROM message WHERE id=?",
    [DELETE_BODY] = "DELETE FROM body WHERE message_id=?",
    [READ_PART] = "SELECT start, data FROM body WHERE message_id=? AND start<=? ORDER BY start DESC LIMIT 1",
    [PUT_RECORD] = "INSERT INTO record VALUES (?,?,?) ON CONFLICT (kind, name) DO UPDATE SET value=excluded.value",
    [DELETE_RECORD] = "DELETE FROM record WHERE kind=? AND name=?",
    [EACH_RECORD] = "SELECT name, value FROM record WHERE kind=? ORDER BY name",
    [WRITE_COUNTS] = "UPDATE state SET messages=?, recipients=?",
    [BODY_SIZE] = "SELECT sum(length(data)), max(start + length(data)), max(typeof(data)) FROM body WHERE message_id=?",
};

/* Statements that name columns. */
static const struct {
    const struct store_table *table;
    void (*write)(const struct store_table *table, struct buf *sql);
} of_columns[STATEMENTS] = {
    [ADD_MESSAGE] = {&store_messages, store_columns_insert},
    [ADD_RECIPIENT] = {&store_recipients, store_columns_insert},
    [UPDATE_RECIPIENT] = {&store_recipients, store_columns_update},
    [EACH_MESSAGE] = {&store_messages, store_columns_select},
    [EACH_RECIPIENT] = {&store_recipients, store_columns_select},
};

static int prepare(struct store *store, enum statement which, const char *sql, struct err *err)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->statements[which], NULL) == SQLITE_OK)
        return ERR_OK;
    return store_fail(store, err, sql);
}

int store_prepare_statements(struct store *store, struct err *err)
{
    int rc = ERR_OK;
    for (int i = 0; i < STATEMENTS && rc == ERR_OK; i++) {
        struct buf sql;
        buf_init(&sql, STORE_SQL_MAX);
        if (of_columns[i].write != NULL)
            of_columns[i].write(of_columns[i].table, &sql);
        else
            (void)buf_add_cstr(&sql, statement_texts[i]);
        rc = prepare(store, (enum statement)i, buf_cstr(&sql), err);
        buf_fini(&sql);
    }
    return rc;
}

/* ---- writing ---- */

sqlite3_stmt *store_begin_write(struct store *store, enum statement which, struct err *err)
{
    if (!store->dirty && store_run(store, "BEGIN IMMEDIATE", err) != ERR_OK)
        return NULL;
    store->dirty = true;
    (void)sqlite3_reset(store->statements[which]);
    return store->statements[which];
}

int store_step_write(struct store *store, sqlite3_stmt *statement, struct err *err)
{
    int got = sqlite3_step(statement);
    int rc = got == SQLITE_DONE ? ERR_OK : store_fail(store, err, "cannot be written");
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    return rc;
}

void store_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int add_part(struct store *store, const char *id, uint64_t start, struct slice part, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, ADD_PART, err);
    if (s == NULL)
        return ERR_STORE;
    store_bind_text(s, 1, id);
    (void)sqlite3_bind_int64(s, 2, (sqlite3_int64)start);
    (void)sqlite3_bind_blob64(s, 3, part.ptr, part.len, SQLITE_STATIC);
    return store_step_write(store, s, err);
}

int store_add_piece(struct store *store, const char *id, uint64_t start, struct slice piece, struct err *err)
{
    int rc = ERR_OK;
    while (rc == ERR_OK && piece.len > 0) {
        size_t len = piece.len < PART_BYTES ? piece.len : PART_BYTES;
        rc = add_part(store, id, start, slice_head(piece, len), err);
        piece = slice_from(piece, len);
        start += len;
    }
    return rc;
}

int store_add_message(struct store *store, const struct store_message *message, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, ADD_MESSAGE, err);
    if (s == NULL)
        return ERR_STORE;
    store_columns_bind(&store_messages, s, message);
    int rc = store_step_write(store, s, err);
    store->counts.messages += rc == ERR_OK;
    return rc == ERR_OK ? store_add_piece(store, message->id, message->size - message->body.len, message->body, err)
                        : rc;
}

static int write_recipient(struct store *store, enum statement which, const struct store_recipient *r, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, which, err);
    if (s == NULL)
        return ERR_STORE;
    store_columns_bind(&store_recipients, s, r);
    return store_step_write(store, s, err);
}

int store_add_recipient(struct store *store, const struct store_recipient *recipient, struct err *err)
{
    int rc = write_recipient(store, ADD_RECIPIENT, recipient, err);
    store->counts.recipients += rc == ERR_OK;
    return rc;
}

int store_update_recipient(struct store *store, const struct store_recipient *recipient, struct err *err)
{
    return write_recipient(store, UPDATE_RECIPIENT, recipient, err);
}

int store_delete_recipient(struct store *store, const char *message_id, int64_t number, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, DELETE_RECIPIENT, err);
    if (s == NULL)
        return ERR_STORE;
    store_bind_text(s, 1, message_id);
    (void)sqlite3_bind_int64(s, 2, number);
    int rc = store_step_write(store, s, err);
    store->counts.recipients -= rc == ERR_OK ? sqlite3_changes(store->db) : 0; /* none of one that was lost */
    return rc;
}

static int write_id(struct store *store, enum statement which, const char *id, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, which, err);
    if (s == NULL)
        return ERR_STORE;
    store_bind_text(s, 1, id);
    return store_step_write(store, s, err);
}

int store_mark_warned(struct store *store, const char *id, struct err *err)
{
    return write_id(store, MARK_WARNED, id, err);
}

int store_delete_message(struct store *store, const char *id, struct err *err)
{
    int rc = write_id(store, DELETE_MESSAGE, id, err);
    store->counts.messages -= rc == ERR_OK ? sqlite3_changes(store->db) : 0;
    return rc == ERR_OK ? write_id(store, DELETE_BODY, id, err) : rc;
}

int store_drop_pieces(struct store *store, const char *id, struct err *err)
{
    return write_id(store, DELETE_BODY, id, err);
}

static int write_counts(struct store *store, struct err *err)
{
    sqlite3_stmt *s = store->statements[WRITE_COUNTS];
    if (memcmp(&store->counts, &store->committed, sizeof store->counts) == 0)
        return ERR_OK;
    (void)sqlite3_bind_int64(s, 1, store->counts.messages);
    (void)sqlite3_bind_int64(s, 2, store->counts.recipients);
    return store_step_write(store, s, err);
}

int store_commit(struct store *store, struct err *err)
{
    if (!store->dirty)
        return ERR_OK;
    int rc = write_counts(store, err);
    if (rc == ERR_OK)
        rc = store_run(store, "COMMIT", err);
    if (rc == ERR_OK)
        store->committed = store->counts;
    else
        store_roll_back(store);
    store->dirty = false;
    return rc;
}

void store_roll_back(struct store *store)
{
    if (store->dirty)
        (void)store_run(store, "ROLLBACK", NULL);
    store->counts = store->committed;
    store->dirty = false;
    store->failed = true;
}

/* ---- reading ---- */

int store_end_read(struct store *store, sqlite3_stmt *statement, int got, struct err *err)
{
    int rc = got == SQLITE_DONE ? ERR_OK : store_fail(store, err, "cannot be read");
    (void)sqlite3_reset(statement);
    return rc;
}

int store_each_message(struct store *store, void (*each)(void *, const struct store_message *), void *arg,
                       struct err *err)
{
    sqlite3_stmt *s = store->statements[EACH_MESSAGE];
    int got;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct store_message message = {0};
        store_columns_read(&store_messages, s, &message);
        each(arg, &message);
    }
    return store_end_read(store, s, got, err);
}

int store_each_recipient(struct store *store, void (*each)(void *, const struct store_recipient *), void *arg,
                         struct err *err)
{
    sqlite3_stmt *s = store->statements[EACH_RECIPIENT];
    int got;
    while ((got = sqlite3_step(s)) == SQLITE_ROW) {
        struct store_recipient r = {0};
        store_columns_read(&store_recipients, s, &r);
        each(arg, &r);
    }
    return store_end_read(store, s, got, err);
}

int store_body_size(struct store *store, const char *id, uint64_t *size, struct err *err)
{
    sqlite3_stmt *s = store->statements[BODY_SIZE];
    store_bind_text(s, 1, id);
    int rc = ERR_OK;
    if (sqlite3_step(s) == SQLITE_ROW) {
        sqlite3_int64 sum = sqlite3_column_int64(s, 0), end = sqlite3_column_int64(s, 1);
        const char *type = (const char *)sqlite3_column_text(s, 2);
        *size = type != NULL && strcmp(type, "blob") == 0 && sum == end && sum > 0 ? (uint64_t)sum : 0;
    } else {
        rc = store_fail(store, err, "cannot be read");
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
    store_bind_text(s, 1, id);
    (void)sqlite3_bind_int64(s, 2, (sqlite3_int64)start);
    int rc = ERR_OK;
    int got = sqlite3_step(s);
    if (got == SQLITE_ROW)
        copy_part(s, start, want, out);
    else if (got == SQLITE_DONE)
        rc = err_set(err, ERR_NOT_FOUND, "queue database: message %s has no body", id);
    else
        rc = store_fail(store, err, "cannot be read");
    (void)sqlite3_reset(s);
    return rc;
}
