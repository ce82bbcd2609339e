#include "relay/sasl/sasl.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"

static const struct row {
    const char *name, *specification, *help;
    const struct sasl_mechanism *mechanism;
} rows[] = {
#define ROW(id, name, specification, help) {name, specification, help, &sasl_##id},
    SASL_MECHANISMS(ROW)
#undef ROW
};

#define ROWS (sizeof rows / sizeof rows[0])

static bool is_offered(const struct sasl_door *door, size_t row)
{
    const struct sasl_mechanism *mechanism = rows[row].mechanism;
    return (door->without & (1u << row)) == 0 && (door->has_keys || !mechanism->needs_keys) &&
           (door->has_binding || !mechanism->needs_binding);
}

bool sasl_start(struct sasl *sasl, const struct sasl_door *door, struct slice name, struct buf *challenge)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (!slice_ieq_cstr(name, rows[i].name) || !is_offered(door, i))
            continue;
        *sasl = (struct sasl){.mechanism = rows[i].mechanism, .door = *door};
        (void)buf_add_cstr(challenge, sasl->mechanism->first);
        return true;
    }
    return false;
}

enum sasl_result sasl_respond(struct sasl *sasl, struct slice response, struct buf *challenge)
{
    rl_assert(sasl->mechanism != NULL && response.len <= SASL_RESPONSE_MAX);
    return sasl->mechanism->respond(sasl, response, challenge);
}

enum sasl_result sasl_found(struct sasl *sasl, const struct sasl_keys *keys, struct buf *challenge)
{
    rl_assert(sasl->mechanism != NULL && sasl->mechanism->needs_keys);
    return sasl->mechanism->found(sasl, keys, challenge);
}

void sasl_end(struct sasl *sasl)
{
    if (sasl->mechanism != NULL && sasl->mechanism->end != NULL)
        sasl->mechanism->end(sasl);
    if (sasl->password != NULL)
        explicit_bzero(sasl->password, strlen(sasl->password));
    free(sasl->user);
    free(sasl->password);
    *sasl = (struct sasl){0};
}

void sasl_add_names(const struct sasl_door *door, struct buf *out)
{
    for (size_t i = 0; i < ROWS; i++)
        if (is_offered(door, i))
            (void)buf_printf(out, " %s", rows[i].name);
}

void sasl_print(FILE *out)
{
    (void)fputs("| mechanism | specification | |\n| --- | --- | --- |\n", out);
    for (size_t i = 0; i < ROWS; i++)
        (void)fprintf(out, "| %s | %s | %s |\n", rows[i].name, rows[i].specification, rows[i].help);
}

bool sasl_is_word(struct slice text)
{
    return text.len > 0 && slice_find(text, '\0') == text.len;
}
