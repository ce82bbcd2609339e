/* The store's schema; how it is opened, what is looked at then, and how it is closed. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "relay/message/octets.h"
#include "relay/queue/store_columns.h"
#include "relay/queue/store_files.h"
#include "relay/queue/store_internal.h"
#include "relay/queue/store_salvage.h"

#define CHECKED_MAX                                                                                                    \
    ((int64_t)256 * 1024 * 1024) /* a larger database is not checked page by page: that takes seconds                  \
                                  */

/*
 * Step n makes version n out of version n - 1: first the columns that store_columns.c has with that version are added,
 * then this is run. Steps that have been released are never edited.
 */
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
    "UPDATE message SET size = length(body);"
    "ALTER TABLE message DROP COLUMN body;"
    "PRAGMA user_version = 2;",

    "PRAGMA user_version = 3;",

    "PRAGMA user_version = 4;",

    ("CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 0), in_use INTEGER NOT NULL, messages INTEGER NOT NULL,"
     " recipients INTEGER NOT NULL);"
     "INSERT INTO state SELECT 0, 0, (SELECT count(*) FROM message), (SELECT count(*) FROM recipient);"
     "PRAGMA user_version = 5;"),

    /* The actual octets replace what was declared. */
    ("ALTER TABLE message RENAME COLUMN eight_bit TO octets;"
     "UPDATE message SET octets = (SELECT coalesce(max(octets_of(data)), 0) FROM body WHERE message_id = id);"
     "PRAGMA user_version = 6;"),

    "PRAGMA user_version = 7;",

    ("CREATE TABLE record (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
     " PRIMARY KEY (kind, name)) WITHOUT ROWID;"
     "PRAGMA user_version = 8;"),
};
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof steps[0]))

/* The receiver of reports of damage. */
struct teller {
    void (*tell)(void *arg, const char *problem);
    void *arg;
};

static bool is_about_the_disk(int code)
{
    return code == SQLITE_IOERR || code == SQLITE_FULL || code == SQLITE_READONLY || code == SQLITE_CANTOPEN;
}

int store_fail(struct store *store, struct err *err, const char *what)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *hint =
        (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED ? " (is another relay using this spool?)" : "";
    char disk[256] = "";
    int error = sqlite3_system_errno(store->db);
    if (is_about_the_disk(code & 0xff))
        store_files_disk_state(store->folder, disk, sizeof disk);
    bool says_why = disk[0] != '\0' || error == 0;
    return err_set(err, ERR_STORE, "queue database: %s: %s%s%s%s%s", what, sqlite3_errmsg(store->db),
                   says_why ? "" : ": ", says_why ? "" : strerror(error), disk, hint);
}

int store_run(struct store *store, const char *sql, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return ERR_OK;
    return store_fail(store, err, sql);
}

static int read_version(struct store *store, int *version, struct err *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK)
        return store_fail(store, err, "cannot be read");
    int rc = ERR_OK;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    else
        rc = store_fail(store, err, "cannot be read");
    (void)sqlite3_finalize(statement);
    return rc;
}

/* octets_of(data) in SQL. A part does not say whether it has the header section: all counts as body. */
static void octets_in_sql(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    struct slice data = slice_make(sqlite3_value_blob(values[0]), (size_t)sqlite3_value_bytes(values[0]));
    sqlite3_result_int(context, slice_is_ascii(data) ? OCTETS_7BIT : OCTETS_8BIT_BODY);
}

static int run_step(struct store *store, int version, struct err *err)
{
    struct buf sql;
    buf_init(&sql, 2 * STORE_SQL_MAX);
    store_columns_add(&store_messages, version, &sql);
    store_columns_add(&store_recipients, version, &sql);
    int rc = store_run(store, buf_cstr(&sql), err);
    buf_fini(&sql);
    return rc == ERR_OK ? store_run(store, steps[version - 1], err) : rc;
}

static int prepare_schema(struct store *store, struct err *err)
{
    int version = 0;
    if (sqlite3_create_function(store->db, "octets_of", 1, SQLITE_UTF8, NULL, octets_in_sql, NULL, NULL) != SQLITE_OK)
        return store_fail(store, err, "cannot be prepared");
    int rc = store_run(store, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
    if (rc == ERR_OK)
        rc = store_run(store, "BEGIN IMMEDIATE", err);
    if (rc == ERR_OK)
        rc = read_version(store, &version, err);
    for (int step = version; rc == ERR_OK && step < SCHEMA_VERSION; step++)
        rc = run_step(store, step + 1, err);
    if (rc == ERR_OK && version > SCHEMA_VERSION)
        rc = err_set(err, ERR_STORE,
                     "queue database: written by a newer relay (version %d; this relay supports up to %d)", version,
                     SCHEMA_VERSION);
    if (rc == ERR_OK)
        rc = store_run(store, "COMMIT", err);
    return rc;
}

/* Pieces of messages that were never whole. */
static const char remove_orphans[] = "DELETE FROM body WHERE message_id NOT IN (SELECT id FROM message)"
                                     " AND message_id NOT IN (SELECT message_id FROM recipient)";

/* ---- whether it is unchanged since the last run ---- */

/* Whether damage was found. */
static bool check_pages(struct store *store, const struct teller *teller)
{
    bool damaged = false;
    sqlite3_stmt *s;
    char problem[512];
    if (sqlite3_prepare_v2(store->db,
                           "SELECT quick_check FROM pragma_quick_check(8), pragma_page_count AS n,"
                           " pragma_page_size AS size WHERE n.page_count * size.page_size <= ?1",
                           -1, &s, NULL) != SQLITE_OK)
        return true;
    (void)sqlite3_bind_int64(s, 1, CHECKED_MAX);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *said = (const char *)sqlite3_column_text(s, 0);
        if (said == NULL || strcmp(said, "ok") == 0)
            continue;
        (void)snprintf(problem, sizeof problem, "SQLite reports damage: %s", said);
        teller->tell(teller->arg, problem);
        damaged = true;
    }
    return sqlite3_finalize(s) != SQLITE_OK || damaged;
}

/* Of a damaged database, as far as it can be read. */
static bool read_state(struct store *store)
{
    sqlite3_stmt *s;
    bool in_use = false;
    if (sqlite3_prepare_v2(store->db, "SELECT in_use, messages, recipients FROM state", -1, &s, NULL) != SQLITE_OK)
        return false;
    if (sqlite3_step(s) == SQLITE_ROW) {
        in_use = sqlite3_column_int(s, 0) != 0;
        store->counts = (struct store_counts){sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2)};
    }
    (void)sqlite3_finalize(s);
    return in_use;
}

static const char count_again[] = "UPDATE state SET messages = (SELECT count(*) FROM message),"
                                  " recipients = (SELECT count(*) FROM recipient)";

struct store_counts store_check_counts(struct store *store, const struct store_counts *found)
{
    struct store_counts left = store->counts;
    store->counts = store->committed = *found;
    if (left.messages != found->messages || left.recipients != found->recipients)
        (void)store_run(store, count_again, NULL); /* at worst it is reported again */
    return left;
}

/* ---- another database in the place of a damaged one ---- */

static int open_database(struct store *store, const char *path, struct err *err)
{
    if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return store_fail(store, err, "cannot be opened");
    return prepare_schema(store, err);
}

/* Everything that can be read, in its own file. */
static int copy_into(struct store *store, const char *path, struct err *err)
{
    struct store other = {.folder = store->folder};
    (void)unlink(path);
    int rc = open_database(&other, path, err);
    if (rc == ERR_OK)
        rc = store_run(&other, "BEGIN IMMEDIATE", err);
    if (rc == ERR_OK)
        rc = store_salvage(store->db, other.db, err);
    if (rc == ERR_OK)
        rc = store_run(&other, count_again, err);
    if (rc == ERR_OK)
        rc = store_run(&other, "COMMIT", err);
    (void)sqlite3_close(other.db);
    if (rc != ERR_OK)
        (void)unlink(path);
    return rc;
}

/* The damaged file is kept, for people and better tools. */
static int replace_damaged(struct store *store, const char *path, const struct teller *teller, struct err *err)
{
    char *copy = mem_printf("%s.copy", path), *kept = NULL;
    int rc = copy_into(store, copy, err);
    if (rc == ERR_OK) {
        (void)sqlite3_close(store->db);
        store->db = NULL;
        rc = store_files_swap(path, copy, &kept, err);
    }
    if (rc == ERR_OK)
        rc = open_database(store, path, err);
    if (rc == ERR_OK) {
        char *problem =
            mem_printf("the readable part of the queue is in a new queue.db; the damaged file is kept as %s", kept);
        teller->tell(teller->arg, problem);
        free(problem);
    }
    free(kept);
    free(copy);
    return rc;
}

/*
 * A process that has the database open marks it as open in the database itself, bypassing the log. If the mark is there
 * and the log is gone, SQLite did not remove the log.
 */
static int open_checked(struct store *store, const char *path, bool has_log, const struct teller *teller,
                        struct err *err)
{
    int rc = open_database(store, path, err);
    if (rc != ERR_OK)
        return rc;
    bool damaged = check_pages(store, teller), in_use = read_state(store);
    if (in_use && !has_log)
        teller->tell(teller->arg, "the relay was not shut down gracefully, and its write-ahead log queue.db-wal is "
                                  "missing: the last changes may be lost");
    if (damaged)
        rc = replace_damaged(store, path, teller, err);
    if (rc == ERR_OK && (damaged || !in_use))
        rc = store_run(store, "UPDATE state SET in_use = 1; PRAGMA wal_checkpoint", err);
    if (rc == ERR_OK)
        (void)store_run(store, remove_orphans, NULL); /* at worst they take room until the next start */
    return rc == ERR_OK ? store_prepare_statements(store, err) : rc;
}

/* ---- life ---- */

static int prepare_files(const char *folder, const struct teller *teller, struct err *err)
{
    char *kept = NULL;
    int rc = store_files_prepare(folder, err);
    if (rc == ERR_OK)
        rc = store_files_keep_lost_log(folder, &kept, err);
    if (kept != NULL) {
        char *problem = mem_printf("queue.db is missing or empty, but its write-ahead log is not: the queue starts "
                                   "empty, and the log is kept as %s",
                                   kept);
        teller->tell(teller->arg, problem);
        free(problem);
    }
    free(kept);
    return rc;
}

int store_open(struct store **out, const char *folder, void (*tell)(void *, const char *), void *arg, struct err *err)
{
    const struct teller teller = {tell, arg};
    int rc = prepare_files(folder, &teller, err);
    if (rc != ERR_OK)
        return rc;
    struct store *store = mem_zalloc(sizeof *store);
    char *path = mem_printf("%s/queue.db", folder);
    store->folder = mem_strdup(folder);
    rc = open_checked(store, path, store_files_have_log(folder), &teller, err);
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
    if (store->dirty) /* the relay stops within a turn */
        (void)store_run(store, "ROLLBACK", NULL);
    if (store->statements[READ_PART] != NULL && !store->failed) /* it was open */
        (void)sqlite3_exec(store->db, "UPDATE state SET in_use = 0", NULL, NULL, NULL);
    for (int i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close(store->db);
    free(store->folder);
    free(store);
}
