#include "sim/trace/vocabulary.h"

#include <string.h>

const struct trace_event_row trace_event_rows[TRACE_KINDS] = {
#define X(constant, name, fields, help) [TRACE_##constant] = {name, fields, help},
    TRACE_EVENTS(X)
#undef X
};

const struct trace_field_row trace_field_rows[] = {
#define X(name, type, help) {name, type, help},
    TRACE_FIELDS(X)
#undef X
};
const unsigned trace_field_count = sizeof trace_field_rows / sizeof trace_field_rows[0];

enum trace_kind trace_kind_of(const char *name)
{
    int kind = 0;
    while (kind < TRACE_KINDS && strcmp(trace_event_rows[kind].name, name) != 0)
        kind++;
    return (enum trace_kind)kind;
}

const struct trace_field_row *trace_field_of(const char *name)
{
    for (unsigned i = 0; i < trace_field_count; i++)
        if (strcmp(trace_field_rows[i].name, name) == 0)
            return &trace_field_rows[i];
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

bool trace_carries(enum trace_kind kind, const char *field)
{
    return has_word("t seq event", field) || (kind < TRACE_KINDS && has_word(trace_event_rows[kind].fields, field));
}

static void print_words(FILE *out, const char *words)
{
    for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        (void)fprintf(out, "%s`%.*s`", at == words ? "" : ", ", (int)len, at);
        at += len;
    }
}

void trace_vocabulary_print(FILE *out)
{
    (void)fputs("| event | fields | when |\n| --- | --- | --- |\n", out);
    for (int i = 0; i < TRACE_KINDS; i++) {
        (void)fprintf(out, "| `%s` | ", trace_event_rows[i].name);
        print_words(out, trace_event_rows[i].fields);
        (void)fprintf(out, " | %s |\n", trace_event_rows[i].help);
    }
    (void)fputs("\n| field | meaning |\n| --- | --- |\n", out);
    for (unsigned i = 0; i < trace_field_count; i++)
        (void)fprintf(out, "| `%s` | %s |\n", trace_field_rows[i].name, trace_field_rows[i].help);
}
