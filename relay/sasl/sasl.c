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

bool sasl_start(struct sasl *sasl, struct slice name, struct buf *challenge)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (!slice_ieq_cstr(name, rows[i].name))
            continue;
        *sasl = (struct sasl){.mechanism = rows[i].mechanism};
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

void sasl_end(struct sasl *sasl)
{
    if (sasl->password != NULL)
        explicit_bzero(sasl->password, strlen(sasl->password));
    free(sasl->user);
    free(sasl->password);
    *sasl = (struct sasl){0};
}

void sasl_add_names(struct buf *out)
{
    for (size_t i = 0; i < ROWS; i++)
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
