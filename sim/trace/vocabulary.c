#include "sim/trace/vocabulary.h"

#include <string.h>

const struct trace_event_row trace_event_rows[TRACE_KINDS] = {
#define X(constant, name, fields, help) [TRACE_##constant] = {name, fields, help},
    TRACE_EVENTS(X)
#undef X
};

const struct trace_field_row trace_field_rows[FIELDS] = {
#define X(constant, name, type, help) [FIELD_##constant] = {name, type, help},
    TRACE_FIELDS(X)
#undef X
};

enum trace_kind trace_kind_of(const char *name)
{
    int kind = 0;
    while (kind < TRACE_KINDS && strcmp(trace_event_rows[kind].name, name) != 0)
        kind++;
    return (enum trace_kind)kind;
}

enum trace_field trace_field_of(const char *name)
{
    int field = 0;
    while (field < FIELDS && strcmp(trace_field_rows[field].name, name) != 0)
        field++;
    return (enum trace_field)field;
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

bool trace_carries(enum trace_kind kind, enum trace_field field)
{
    if (field == FIELD_T || field == FIELD_SEQ || field == FIELD_EVENT)
        return true;
    return kind < TRACE_KINDS && field < FIELDS &&
           has_word(trace_event_rows[kind].fields, trace_field_rows[field].name);
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
    for (int i = 0; i < FIELDS; i++)
        (void)fprintf(out, "| `%s` | %s |\n", trace_field_rows[i].name, trace_field_rows[i].help);
}
