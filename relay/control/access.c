#include "relay/control/access.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/slice.h"

static const struct row {
    const struct control_access *access;
    const char *verb, *keys;
} rows[] = {
#define ROW(id, verb, keys) {&control_##id, verb, keys},
    CONTROL_ACCESS_VERBS(ROW)
#undef ROW
};
#define ROWS (sizeof rows / sizeof rows[0])

const struct control_access *control_access_find(const char *verb)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].verb, verb) == 0)
            return rows[i].access;
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    for (struct slice rest = slice_cstr(words); rest.len > 0;)
        if (slice_eq_cstr(slice_cut(&rest, ' '), word))
            return true;
    return false;
}

bool control_access_has(const struct control_access *access, const char *key)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].access == access)
            return has_word(rows[i].keys, key);
    return false;
}

int control_access_text(const struct json *request, const char *key, const char **out, struct err *err)
{
    *out = json_get_str(request, key, NULL);
    return *out != NULL ? ERR_OK : err_set(err, ERR_INVALID, "the request has no `%s`", key);
}

void control_cursor_move(struct control_cursor *cursor, const char *name)
{
    free(cursor->after);
    cursor->after = mem_strdup(name);
}

void control_cursor_fini(struct control_cursor *cursor)
{
    free(cursor->after);
    *cursor = (struct control_cursor){0};
}
