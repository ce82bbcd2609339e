/* Candidates for the last word of a command line, from the tables. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/cli/table.h"

#define DESCRIPTION_MAX 70

/*
 * bash splits words at `=`; they are joined again, into `out`, with room for as many and owned by the caller. *split:
 * the last word followed a `=`.
 */
static int join_words(int count, char **words, char **out, bool *split)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        *split = kept > 0 && (strcmp(words[i], "=") == 0 || strcmp(words[i - 1], "=") == 0);
        if (!*split) {
            out[kept++] = mem_strdup(words[i]);
            continue;
        }
        char *whole = mem_printf("%s%s", out[kept - 1], words[i]);
        free(out[kept - 1]);
        out[kept - 1] = whole;
    }
    return kept;
}

struct line {
    struct buf *out;
    const char *prefix; /* what precedes each candidate: "--net=" */
    struct slice begin; /* candidates begin so */
};

static void offer(const struct line *line, struct slice word, const char *help)
{
    if (word.len < line->begin.len || memcmp(word.ptr, line->begin.ptr, line->begin.len) != 0)
        return;
    (void)buf_printf(line->out, "%s%.*s", line->prefix, SLICE_ARG(word));
    size_t len = help != NULL ? strcspn(help, ";(\n") : 0;
    while (len > 0 && (help[len - 1] == ' ' || len > DESCRIPTION_MAX))
        len -= len > DESCRIPTION_MAX ? len - DESCRIPTION_MAX : 1;
    while (len > 0 && ((unsigned char)help[len] & 0xc0) == 0x80)
        len--; /* not within a character */
    (void)buf_printf(line->out, "%s%.*s\n", len > 0 ? "\t" : "", (int)len, help != NULL ? help : "");
}

static bool has_lower(struct slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] >= 'a' && word.ptr[i] <= 'z')
            return true;
    return false;
}

/* spec: "always|never", "NAME|DIR", "KIND=FILE". Words in lower case are literal, those in capitals are placeholders of
 * values. */
static void offer_values(const struct line *line, const char *spec, void (*more)(struct buf *out))
{
    struct slice rest = slice_cstr(spec);
    bool paths_only = slice_find(line->begin, '=') < line->begin.len && strchr(spec, '=') != NULL;
    const char *directive = NULL;
    while (rest.len > 0) {
        struct slice word = slice_cut(&rest, '|');
        if (has_lower(word))
            offer(line, word, NULL);
    }
    struct buf words;
    buf_init(&words, CLI_PAGE_MAX);
    if (more != NULL && !paths_only)
        more(&words);
    for (rest = buf_slice(&words); rest.len > 0;)
        offer(line, slice_cut(&rest, '\n'), NULL);
    buf_fini(&words);
    if (strstr(spec, "FILE") != NULL || strstr(spec, "SOCKET") != NULL)
        directive = paths_only ? ":file=" : strchr(spec, '=') == NULL ? ":file" : NULL;
    else if (strstr(spec, "SCENARIO") != NULL || strstr(spec, "DIR") != NULL)
        directive = strstr(spec, "SCENARIO") != NULL ? ":file" : ":dir";
    if (directive != NULL)
        (void)buf_printf(line->out, "%s\n", directive);
}

static void offer_options(const struct line *line, const struct cli_options *options)
{
    struct buf name;
    buf_init(&name, CLI_PAGE_MAX);
    for (size_t i = 0; i < options->count; i++) {
        buf_reset(&name);
        (void)buf_printf(&name, "--%s", options->list[i].row->name);
        if (cli_is_shown(options->list[i].row))
            offer(line, buf_slice(&name), options->list[i].row->help);
    }
    buf_fini(&name);
}

static void offer_commands(const struct line *line, const struct cli_program *program)
{
    for (size_t i = 0; program->commands[i] != NULL; i++)
        offer(line, slice_cstr(program->commands[i]->name), program->commands[i]->summary);
    offer(line, SLICE_LIT("help"), "print the help of a command");
}

/* What precedes the last word. */
struct context {
    const struct cli_command *command; /* NULL = none yet */
    const struct cli_option *waits;    /* an option whose value the last word is */
    bool only_arguments, passes_on;
    int after_command; /* index of the first word of the other program */
};

static void read_context(struct context *context, const struct cli_program *program, int count, char **words)
{
    struct cli_options options;
    struct cli_token token;
    *context = (struct context){.command = program->commands == NULL ? &program->self : NULL};
    cli_options_of_all(program, &options);
    struct cli_scan scan = {
        .options = &options, .argc = count, .argv = words, .stops_at_argument = program->self.stops_at_argument};
    do {
        cli_scan_next(&scan, &token);
        context->waits = token.kind == CLI_TOKEN_BAD && token.lacks_value ? token.known->row : NULL;
        if (token.kind == CLI_TOKEN_ARGUMENT && context->command == NULL && strcmp(token.argument, "help") != 0) {
            context->command = cli_find_command(program, token.argument);
            context->passes_on = context->command != NULL && context->command->passes_on;
            context->after_command = scan.at;
        }
    } while (token.kind != CLI_TOKEN_END && !context->passes_on && !(context->waits != NULL && scan.at >= count));
    context->only_arguments = scan.only_arguments;
}

/* last: "--net=lo" */
static void offer_after_equals(struct line *line, const struct cli_options *options, const char *last, bool split)
{
    size_t len = strcspn(last, "=");
    char *name = mem_strndup(last, len), *prefix = mem_strndup(last, len + 1);
    struct cli_scan scan = {.options = options, .argc = 1, .argv = &name};
    struct cli_token token;
    cli_scan_next(&scan, &token);
    line->prefix = split ? "" : prefix;
    line->begin = slice_cstr(last + len + 1);
    if (token.known != NULL && cli_takes_value(token.known->row))
        offer_values(line, token.known->row->value, token.known->row->offer);
    free(prefix);
    free(name);
}

static void offer_for(const struct context *context, const struct cli_program *program, struct line *line,
                      const char *last, bool split)
{
    struct cli_options options;
    bool is_option = !context->only_arguments && last[0] == '-';
    cli_options_of(program, context->command, &options);
    line->begin = slice_cstr(last);
    if (context->waits != NULL)
        offer_values(line, context->waits->value, context->waits->offer);
    else if (is_option && strchr(last, '=') != NULL)
        offer_after_equals(line, &options, last, split);
    else if (is_option)
        offer_options(line, &options);
    else if (context->command == NULL)
        offer_commands(line, program);
    else if (context->command->arguments != NULL)
        offer_values(line, context->command->arguments, context->command->offer);
}

const struct cli_command *cli_complete(struct buf *out, const struct cli_program *program, const char *shell, int count,
                                       char **words, int *first)
{
    struct context context;
    struct line line = {out, "", {0}};
    bool split = false, is_bash = strcmp(shell, "bash") == 0;
    char **joined = mem_alloc((size_t)count * sizeof *joined);
    int left = is_bash ? join_words(count, words, joined, &split) : count;
    read_context(&context, program, left - 1, is_bash ? joined : words);
    if (!context.passes_on)
        offer_for(&context, program, &line, is_bash ? joined[left - 1] : words[left - 1], split);
    *first = context.after_command;
    for (int i = 0; is_bash && i < left; i++)
        free(joined[i]);
    free(joined);
    return context.passes_on ? context.command : NULL;
}
