/* What the files of the store share: store_open.c schema, opening and closing; store.c reading and writing;
 * store_records.c the same for records. */
#ifndef RL_RELAY_STORE_INTERNAL_H
#define RL_RELAY_STORE_INTERNAL_H

#include <sqlite3.h>

#include "relay/queue/store.h"

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
    PUT_RECORD,
    DELETE_RECORD,
    EACH_RECORD,
    WRITE_COUNTS,
    STATEMENTS
};

struct store {
    sqlite3 *db;
    char *folder;
    sqlite3_stmt *statements[STATEMENTS];
    bool dirty, failed;
    struct store_counts counts;    /* with what this transaction has done */
    struct store_counts committed; /* of the last one */
};

/* ERR_STORE, with SQLite's words and those of the disk. */
int store_fail(struct store *store, struct err *err, const char *what);
int store_run(struct store *store, const char *sql, struct err *err);
int store_prepare_statements(struct store *store, struct err *err);

/* The statement, reset, in a transaction; NULL when none can begin. store_step_write ends it. */
sqlite3_stmt *store_begin_write(struct store *store, enum statement which, struct err *err);
int store_step_write(struct store *store, sqlite3_stmt *statement, struct err *err);
int store_end_read(struct store *store, sqlite3_stmt *statement, int got, struct err *err);
void store_bind_text(sqlite3_stmt *statement, int at, const char *text);

#endif
