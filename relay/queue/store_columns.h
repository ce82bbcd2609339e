/*
 * The columns of the queue's tables, one row each: its name in the database, its member in memory, its type, and the
 * version of the schema that brought it. The store generates every statement that names columns from it, and the
 * migration steps that add some: a new column is one row here with the next version, and a step in store_open.c.
 *
 * A row of a table in memory is a struct store_message or struct store_recipient.
 */
#ifndef RL_RELAY_STORE_COLUMNS_H
#define RL_RELAY_STORE_COLUMNS_H

#include <sqlite3.h>

#include "lib/base/buf.h"
#include "relay/queue/store.h"

#define STORE_SQL_MAX 2048

struct store_column;

struct store_table {
    const char *name;
    const char *order; /* in which its rows are read */
    const struct store_column *columns;
    size_t count;
};

extern const struct store_table store_messages, store_recipients;

/* "INSERT …", "UPDATE …" of the columns that change during the life of a row, "SELECT …" of all rows. */
void store_columns_insert(const struct store_table *table, struct buf *sql);
void store_columns_update(const struct store_table *table, struct buf *sql);
void store_columns_select(const struct store_table *table, struct buf *sql);
/* Appends "ALTER TABLE … ADD COLUMN …;" for each column that this version (2 or later) brought. */
void store_columns_add(const struct store_table *table, int version, struct buf *sql);

/* Binds all of a row to its INSERT or UPDATE. Its texts outlive the step. */
void store_columns_bind(const struct store_table *table, sqlite3_stmt *statement, const void *row);
/* Reads the present row of its SELECT. Texts are valid until the next step; an invalid one is STORE_NO_TEXT. */
void store_columns_read(const struct store_table *table, sqlite3_stmt *statement, void *row);

#endif
