#include "harness/suite/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"

#define QUOTED_MAX 200
#define PART_MAX   ((size_t)1024 * 1024)

/* ---- traces ---- */

struct line_reader {
    FILE *file;
    char *line;
    size_t size;
};

static const char *next_line(struct line_reader *reader)
{
    if (reader->file == NULL || getline(&reader->line, &reader->size, reader->file) < 0)
        return NULL;
    reader->line[strcspn(reader->line, "\n")] = '\0';
    return reader->line;
}

static void end_reading(struct line_reader *reader)
{
    if (reader->file != NULL)
        (void)fclose(reader->file);
    free(reader->line);
}

static char *tell_line(size_t number, const char *first, const char *again)
{
    return mem_printf("another trace, from line %zu on: %.*s instead of %.*s", number, QUOTED_MAX,
                      again != NULL ? again : "its end", QUOTED_MAX, first != NULL ? first : "its end");
}

char *repeat_traces_differ(const char *first_path, const char *again_path)
{
    struct line_reader x = {.file = fopen(first_path, "re")}, y = {.file = fopen(again_path, "re")};
    char *differ = x.file == NULL || y.file == NULL ? mem_strdup("no trace") : NULL;
    for (size_t number = 1; differ == NULL; number++) {
        const char *first = next_line(&x), *again = next_line(&y);
        if (first == NULL && again == NULL)
            break;
        if (first == NULL || again == NULL || strcmp(first, again) != 0)
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
    char *text = json == NULL              ? mem_strdup("nothing")
                 : !json_write(json, &out) ? mem_strdup("too much")
                                           : mem_strdup(buf_cstr(&out));
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
