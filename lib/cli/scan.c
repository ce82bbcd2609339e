/* Words of a command line, as options with their values, and arguments. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/nearest.h"
#include "lib/cli/table.h"

__attribute__((format(printf, 2, 3))) static void bad(struct cli_token *out, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    out->kind = CLI_TOKEN_BAD;
    (void)vsnprintf(out->text, sizeof out->text, fmt, ap);
    va_end(ap);
}

static void unknown(const struct cli_scan *scan, struct cli_token *out, const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; i < scan->options->count; i++)
        nearest_offer(&near, scan->options->list[i].row->name);
    out->kind = CLI_TOKEN_UNKNOWN;
    (void)snprintf(out->text, sizeof out->text, "unknown option `--%.60s`%.80s", name, nearest_hint_of(&near, "--"));
}

/* An exact name, or the only one with this beginning. NULL: *candidates counts the names with this beginning. */
static const struct cli_known *find_name(const struct cli_options *options, struct slice name, int *candidates)
{
    const struct cli_known *found = NULL;
    *candidates = 0;
    for (size_t i = 0; i < options->count; i++) {
        const char *known = options->list[i].row->name;
        if (slice_eq_cstr(name, known))
            return &options->list[i];
        if (name.len == 0 || strncmp(known, name.ptr, name.len) != 0)
            continue;
        found = &options->list[i];
        (*candidates)++;
    }
    return *candidates == 1 ? found : NULL;
}

static const struct cli_known *find_letter(const struct cli_options *options, char letter)
{
    for (size_t i = 0; i < options->count; i++)
        if (options->list[i].row->letter == letter)
            return &options->list[i];
    return NULL;
}

/* Whether a word in the place of a value is an option, so that the value was forgotten. */
static bool is_known_option(const struct cli_scan *scan, const char *word)
{
    int candidates;
    if (strcmp(word, "--") == 0)
        return true;
    struct slice name = slice_cstr(word);
    if (strncmp(word, "--", 2) != 0)
        return false;
    name = slice_from(name, 2);
    return find_name(scan->options, slice_cut(&name, '='), &candidates) != NULL;
}

/* value: what was given with it, or NULL; else it is the next word. */
static void take_value(struct cli_scan *scan, struct cli_token *out, const char *value, const char *name)
{
    const struct cli_option *row = out->known->row;
    if (value == NULL && scan->at < scan->argc) {
        value = scan->argv[scan->at];
        if (!row->any_value && is_known_option(scan, value)) {
            out->lacks_value = true;
            bad(out, "%s needs a value (%.20s), but `%.60s` follows", name, row->value, value);
            return;
        }
        scan->at++;
    }
    if (value == NULL) {
        out->lacks_value = true;
        bad(out, "%s needs a value (%.20s)", name, row->value);
    } else if (value[0] == '\0' && !row->any_value) {
        bad(out, "%s needs a value that is not empty", name);
    }
    out->value = value;
}

static void scan_name(struct cli_scan *scan, struct cli_token *out, char *word)
{
    struct slice rest = slice_cstr(word + 2);
    const char *equals = strchr(word, '=');
    int candidates;
    char name[64];
    out->known = find_name(scan->options, slice_cut(&rest, '='), &candidates);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    if (out->known == NULL && candidates > 1) {
        bad(out, "option `--%s` is ambiguous: several options begin with it", name);
        return;
    }
    if (out->known == NULL) {
        unknown(scan, out, name);
        return;
    }
    (void)snprintf(name, sizeof name, "--%s", out->known->row->name);
    if (cli_takes_value(out->known->row))
        take_value(scan, out, equals != NULL ? equals + 1 : NULL, name);
    else if (equals != NULL)
        bad(out, "%s takes no value", name);
}

static void scan_letter(struct cli_scan *scan, struct cli_token *out)
{
    char name[3] = {'-', *scan->letters++, '\0'};
    const char *value = *scan->letters != '\0' ? scan->letters : NULL;
    out->known = find_letter(scan->options, name[1]);
    if (out->known == NULL) {
        bad(out, "unknown option `%s`", name);
        out->kind = CLI_TOKEN_UNKNOWN;
    } else if (cli_takes_value(out->known->row)) {
        scan->letters = NULL;
        take_value(scan, out, value, name);
    }
    if (value == NULL)
        scan->letters = NULL;
}

void cli_scan_next(struct cli_scan *scan, struct cli_token *out)
{
    *out = (struct cli_token){.kind = CLI_TOKEN_OPTION, .at = scan->at};
    if (scan->letters == NULL && scan->at >= scan->argc) {
        out->kind = CLI_TOKEN_END;
        return;
    }
    if (scan->letters != NULL) {
        scan_letter(scan, out);
        return;
    }
    char *word = out->argument = scan->argv[scan->at++];
    if (!scan->only_arguments && strcmp(word, "--") == 0) {
        scan->only_arguments = true;
        cli_scan_next(scan, out);
    } else if (scan->only_arguments || word[0] != '-' || word[1] == '\0') {
        out->kind = CLI_TOKEN_ARGUMENT;
        scan->only_arguments = scan->only_arguments || scan->stops_at_argument;
    } else if (word[1] == '-') {
        scan_name(scan, out, word);
    } else {
        scan->letters = word + 1;
        scan_letter(scan, out);
    }
}
