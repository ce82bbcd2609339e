#include "relay/queue/store_salvage.h"

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"

#define SQL_MAX 1024

/* A table, and the walk from its start and from its end. */
static const struct {
    const char *name;
    const char *walks[2];
} tables[] = {
    {"message", {"SELECT * FROM message ORDER BY id", "SELECT * FROM message ORDER BY id DESC"}},
    {"recipient",
     {"SELECT * FROM recipient ORDER BY message_id, number",
      "SELECT * FROM recipient ORDER BY message_id DESC, number DESC"}},
    {"body",
     {"SELECT * FROM body ORDER BY message_id, start", "SELECT * FROM body ORDER BY message_id DESC, start DESC"}},
    {"record", {"SELECT * FROM record ORDER BY kind, name", "SELECT * FROM record ORDER BY kind DESC, name DESC"}},
};

static sqlite3_stmt *prepare_insert(sqlite3 *to, const char *table, int columns)
{
    struct buf sql;
    sqlite3_stmt *insert = NULL;
    buf_init(&sql, SQL_MAX);
    (void)buf_printf(&sql, "INSERT OR IGNORE INTO %s VALUES (?", table);
    for (int i = 1; i < columns; i++)
        (void)buf_add_cstr(&sql, ",?");
    (void)buf_add_cstr(&sql, ")");
    (void)sqlite3_prepare_v2(to, buf_cstr(&sql), -1, &insert, NULL);
    buf_fini(&sql);
    return insert;
}

/* The relay writes no row that breaks a constraint. */
static bool copy_row(sqlite3_stmt *row, sqlite3_stmt *insert)
{
    for (int i = 0; i < sqlite3_column_count(row); i++)
        (void)sqlite3_bind_value(insert, i + 1, sqlite3_column_value(row, i));
    int got = sqlite3_step(insert);
    (void)sqlite3_reset(insert);
    return got == SQLITE_DONE || got == SQLITE_CONSTRAINT;
}

static int copy_walk(sqlite3 *from, const char *walk, sqlite3 *to, const char *table, struct err *err)
{
    sqlite3_stmt *row;
    if (sqlite3_prepare_v2(from, walk, -1, &row, NULL) != SQLITE_OK)
        return ERR_OK; /* nothing of it can be read */
    sqlite3_stmt *insert = prepare_insert(to, table, sqlite3_column_count(row));
    bool good = insert != NULL;
    while (good && sqlite3_step(row) == SQLITE_ROW)
        good = copy_row(row, insert);
    int rc = good ? ERR_OK
                  : err_set(err, ERR_STORE, "the readable part of the queue cannot be copied: %s", sqlite3_errmsg(to));
    (void)sqlite3_finalize(row);
    (void)sqlite3_finalize(insert);
    return rc;
}

int store_salvage(sqlite3 *from, sqlite3 *to, struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; rc == ERR_OK && i < sizeof tables / sizeof tables[0]; i++)
        for (int end = 0; rc == ERR_OK && end < 2; end++)
            rc = copy_walk(from, tables[i].walks[end], to, tables[i].name, err);
    return rc;
}
