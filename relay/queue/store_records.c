/* The store's records: what the relay keeps in addition to messages. */
#include <string.h>

#include "relay/queue/store_internal.h"

int store_put_record(struct store *store, const char *kind, const char *name, const char *value, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, PUT_RECORD, err);
    if (s == NULL)
        return ERR_STORE;
    store_bind_text(s, 1, kind);
    store_bind_text(s, 2, name);
    store_bind_text(s, 3, value);
    return store_step_write(store, s, err);
}

int store_delete_record(struct store *store, const char *kind, const char *name, struct err *err)
{
    sqlite3_stmt *s = store_begin_write(store, DELETE_RECORD, err);
    if (s == NULL)
        return ERR_STORE;
    store_bind_text(s, 1, kind);
    store_bind_text(s, 2, name);
    return store_step_write(store, s, err);
}

static const char *text_of(sqlite3_stmt *s, int at)
{
    const char *text = (const char *)sqlite3_column_text(s, at);
    return text != NULL && strlen(text) == (size_t)sqlite3_column_bytes(s, at) ? text : STORE_NO_TEXT;
}

int store_each_record(struct store *store, const char *kind, void (*each)(void *, const char *, const char *),
                      void *arg, struct err *err)
{
    sqlite3_stmt *s = store->statements[EACH_RECORD];
    int got;
    store_bind_text(s, 1, kind);
    while ((got = sqlite3_step(s)) == SQLITE_ROW)
        each(arg, text_of(s, 0), text_of(s, 1));
    return store_end_read(store, s, got, err);
}
