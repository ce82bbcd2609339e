#include "harness/suite/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

#define QUOTED_MAX 200
#define PART_MAX   ((size_t)64 * 1024 * 1024) /* of a record, which has no more */

/* ---- traces ---- */

struct line_reader {
    FILE *file;
    char *line;
    size_t size;
};

/* With its line feed; the last line may have none, and the empty line follows it. */
static struct slice next_line(struct line_reader *reader)
{
    ssize_t len = reader->file != NULL ? getline(&reader->line, &reader->size, reader->file) : 0;
    return slice_make(reader->line, len > 0 ? (size_t)len : 0);
}

static void end_reading(struct line_reader *reader)
{
    if (reader->file != NULL)
        (void)fclose(reader->file);
    free(reader->line);
}

static struct slice quoted(struct slice line)
{
    return line.len == 0 ? SLICE_LIT("its end")
                         : slice_head(line, line.len < QUOTED_MAX ? slice_find(line, '\n') : QUOTED_MAX);
}

static char *tell_line(size_t number, struct slice first, struct slice again)
{
    first = quoted(first);
    again = quoted(again);
    return mem_printf("a different trace from line %zu: %.*s instead of %.*s", number, SLICE_ARG(again),
                      SLICE_ARG(first));
}

char *repeat_traces_differ(const char *first_path, const char *again_path)
{
    struct line_reader x = {.file = fopen(first_path, "re")}, y = {.file = fopen(again_path, "re")};
    char *differ = x.file == NULL || y.file == NULL ? mem_strdup("no trace") : NULL;
    for (size_t number = 1; differ == NULL; number++) {
        struct slice first = next_line(&x), again = next_line(&y);
        if (first.len == 0 && again.len == 0)
            break;
        if (!slice_eq(first, again))
            differ = tell_line(number, first, again);
    }
    end_reading(&x);
    end_reading(&y);
    return differ;
}

/* ---- records ---- */

static char *text_of(const struct json *json)
{
    struct buf out;
    buf_init(&out, PART_MAX);
    if (json != NULL)
        rl_assert(json_write(json, &out));
    char *text = mem_strdup(json != NULL ? buf_cstr(&out) : "nothing");
    buf_fini(&out);
    return text;
}

static char *items_differ(const char *what, const struct json *first, const struct json *again)
{
    char *x = text_of(first), *y = text_of(again), *differ = NULL;
    if (strcmp(x, y) != 0)
        differ = mem_printf("other %s: %.*s instead of %.*s", what, QUOTED_MAX, y, QUOTED_MAX, x);
    free(x);
    free(y);
    return differ;
}

static char *lists_differ(const char *what, const struct json *first, const struct json *again)
{
    char *differ = NULL;
    size_t count = json_count(first) > json_count(again) ? json_count(first) : json_count(again);
    for (size_t i = 0; i < count && differ == NULL; i++)
        differ = items_differ(what, json_at(first, i), json_at(again, i));
    return differ;
}

char *repeat_records_differ(const struct json *first, const struct json *again)
{
    char *differ = lists_differ("attempts", json_get(first, "timeline"), json_get(again, "timeline"));
    return differ != NULL ? differ : lists_differ("verdicts", json_get(first, "verdicts"), json_get(again, "verdicts"));
}
