#include "harness/explain/gloss.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "harness/explain/gloss_codes.h"
#include "harness/explain/gloss_wire.h"

#define ROW(kind, key, text, more, clause) {GLOSS_##kind, key, text, more, clause},
static const struct gloss rows[] = {GLOSSES_OF_THE_WIRE(ROW) GLOSSES_OF_CODES(ROW)};

#define ROWS (sizeof rows / sizeof rows[0])

const struct gloss *gloss_find(enum gloss_kind kind, const char *key)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind && strcasecmp(rows[i].key, key) == 0)
            return &rows[i];
    return NULL;
}

const struct gloss *gloss_within(enum gloss_kind kind, const char *text)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind && strcasestr(text, rows[i].key) != NULL)
            return &rows[i];
    return NULL;
}

const struct gloss *gloss_all(size_t *count)
{
    *count = ROWS;
    return rows;
}

static size_t digits(const char *text)
{
    size_t len = 0;
    while (isdigit((unsigned char)text[len]))
        len++;
    return len;
}

/* RFC 3463 §2: class 2, 4 or 5, then two numbers of one to three digits. */
size_t gloss_read_status(const char *text, struct gloss_status *out)
{
    if (strchr("245", text[0]) == NULL || text[0] == '\0' || text[1] != '.')
        return 0;
    size_t subject = digits(text + 2), detail = text[2 + subject] == '.' ? digits(text + 3 + subject) : 0;
    size_t len = 3 + subject + detail;
    if (subject == 0 || subject > 3 || detail == 0 || detail > 3 || strchr(" \n", text[len]) == NULL) /* or its end */
        return 0;
    (void)snprintf(out->class, sizeof out->class, "%c", text[0]);
    (void)snprintf(out->subject, sizeof out->subject, "%.*s", (int)subject, text + 2);
    (void)snprintf(out->detail, sizeof out->detail, "%.*s", (int)(subject + 1 + detail), text + 2);
    return len;
}
