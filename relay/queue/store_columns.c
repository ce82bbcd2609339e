#include "relay/queue/store_columns.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum type { TEXT, INT64, UINT64, UNSIGNED, BOOL };
enum role { FIXED, KEY, STATE }; /* written once, part of the primary key, changed by an UPDATE */

struct store_column {
    const char *name;
    enum type type;
    enum role role;
    size_t offset;
    int version;
};

#define MESSAGE(member)   offsetof(struct store_message, member)
#define RECIPIENT(member) offsetof(struct store_recipient, member)
#define COUNT(array)      (sizeof(array) / sizeof(array)[0])

static const struct store_column message_columns[] = {
    {"id", TEXT, KEY, MESSAGE(id), 1},
    {"reverse_path", TEXT, FIXED, MESSAGE(mail.reverse_path), 1},
    {"created_ns", INT64, FIXED, MESSAGE(created_ns), 1},
    {"octets", UNSIGNED, FIXED, MESSAGE(mail.octets), 1}, /* named eight_bit before version 6 */
    {"size", UINT64, FIXED, MESSAGE(size), 2},
    {"warned", BOOL, STATE, MESSAGE(warned), 3},
    {"client", TEXT, FIXED, MESSAGE(client), 4},
    {"account", TEXT, FIXED, MESSAGE(account), 4},
    {"utf8", BOOL, FIXED, MESSAGE(mail.utf8), 7},
    {"ret", UNSIGNED, FIXED, MESSAGE(mail.ret), 7},
    {"envid", TEXT, FIXED, MESSAGE(mail.envid), 7},
};

static const struct store_column recipient_columns[] = {
    {"message_id", TEXT, KEY, RECIPIENT(message_id), 1},
    {"number", INT64, KEY, RECIPIENT(number), 1},
    {"address", TEXT, FIXED, RECIPIENT(to.address), 1},
    {"next_ns", INT64, STATE, RECIPIENT(next_ns), 1},
    {"attempts", INT64, STATE, RECIPIENT(attempts), 1},
    {"deferrals", INT64, STATE, RECIPIENT(deferrals), 1},
    {"host_deferrals", INT64, STATE, RECIPIENT(host_deferrals), 1},
    {"status", TEXT, STATE, RECIPIENT(status), 1},
    {"diagnostic", TEXT, STATE, RECIPIENT(diagnostic), 1},
    {"remote_mta", TEXT, STATE, RECIPIENT(remote_mta), 1},
    {"last_ns", INT64, STATE, RECIPIENT(last_ns), 2},
    {"held", BOOL, STATE, RECIPIENT(held), 2},
    {"notify", UNSIGNED, FIXED, RECIPIENT(to.notify), 7},
    {"orcpt", TEXT, FIXED, RECIPIENT(to.orcpt), 7},
};

const struct store_table store_messages = {"message", "created_ns, id", message_columns, COUNT(message_columns)};
const struct store_table store_recipients = {"recipient", "message_id, number", recipient_columns,
                                             COUNT(recipient_columns)};

/* ---- statements ---- */

static void add_names(const struct store_table *table, struct buf *sql)
{
    for (size_t i = 0; i < table->count; i++)
        (void)buf_printf(sql, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
}

void store_columns_insert(const struct store_table *table, struct buf *sql)
{
    (void)buf_printf(sql, "INSERT INTO %s (", table->name);
    add_names(table, sql);
    (void)buf_add_cstr(sql, ") VALUES (");
    for (size_t i = 0; i < table->count; i++)
        (void)buf_printf(sql, "%s?%zu", i > 0 ? "," : "", i + 1);
    (void)buf_add_cstr(sql, ")");
}

/* "name=?n" of each column of this role. */
static void add_pairs(const struct store_table *table, enum role role, const char *between, struct buf *sql)
{
    bool first = true;
    for (size_t i = 0; i < table->count; i++) {
        if (table->columns[i].role != role)
            continue;
        (void)buf_printf(sql, "%s%s=?%zu", first ? "" : between, table->columns[i].name, i + 1);
        first = false;
    }
}

void store_columns_update(const struct store_table *table, struct buf *sql)
{
    (void)buf_printf(sql, "UPDATE %s SET ", table->name);
    add_pairs(table, STATE, ", ", sql);
    (void)buf_add_cstr(sql, " WHERE ");
    add_pairs(table, KEY, " AND ", sql);
}

void store_columns_select(const struct store_table *table, struct buf *sql)
{
    (void)buf_add_cstr(sql, "SELECT ");
    add_names(table, sql);
    (void)buf_printf(sql, " FROM %s ORDER BY %s", table->name, table->order);
}

void store_columns_add(const struct store_table *table, int version, struct buf *sql)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct store_column *column = &table->columns[i];
        if (version > 1 && column->version == version)
            (void)buf_printf(sql, "ALTER TABLE %s ADD COLUMN %s %s;", table->name, column->name,
                             column->type == TEXT ? "TEXT NOT NULL DEFAULT ''" : "INTEGER NOT NULL DEFAULT 0");
    }
}

/* ---- values ---- */

static const char *text_in(const void *member)
{
    const char *text = *(const char *const *)member;
    return text != NULL ? text : "";
}

static int64_t number_in(enum type type, const void *member)
{
    switch (type) {
    case UINT64:
        return (int64_t) * (const uint64_t *)member;
    case UNSIGNED:
        return *(const unsigned *)member;
    case BOOL:
        return *(const bool *)member;
    case INT64:
    case TEXT:
        break;
    }
    return *(const int64_t *)member;
}

void store_columns_bind(const struct store_table *table, sqlite3_stmt *statement, const void *row)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct store_column *column = &table->columns[i];
        const void *member = (const char *)row + column->offset;
        if (column->type == TEXT)
            (void)sqlite3_bind_text(statement, (int)i + 1, text_in(member), -1, SQLITE_STATIC);
        else
            (void)sqlite3_bind_int64(statement, (int)i + 1, number_in(column->type, member));
    }
}

static const char *text_at(sqlite3_stmt *statement, int at)
{
    const char *text = (const char *)sqlite3_column_text(statement, at);
    bool whole = text != NULL && strlen(text) == (size_t)sqlite3_column_bytes(statement, at);
    return whole ? text : STORE_NO_TEXT;
}

static void read_value(sqlite3_stmt *statement, int at, enum type type, void *member)
{
    switch (type) {
    case TEXT:
        *(const char **)member = text_at(statement, at);
        break;
    case INT64:
        *(int64_t *)member = sqlite3_column_int64(statement, at);
        break;
    case UINT64:
        *(uint64_t *)member = (uint64_t)sqlite3_column_int64(statement, at);
        break;
    case UNSIGNED:
        *(unsigned *)member = (unsigned)sqlite3_column_int(statement, at);
        break;
    case BOOL:
        *(bool *)member = sqlite3_column_int(statement, at) != 0;
        break;
    }
}

void store_columns_read(const struct store_table *table, sqlite3_stmt *statement, void *row)
{
    for (size_t i = 0; i < table->count; i++)
        read_value(statement, (int)i, table->columns[i].type, (char *)row + table->columns[i].offset);
}
