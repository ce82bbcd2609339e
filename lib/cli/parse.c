/* From argv to a command and its values. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/nearest.h"
#include "lib/base/version.h"
#include "lib/cli/table.h"

/* ---- output and errors ---- */

int cli_end(const struct cli_program *program, int code)
{
    bool interrupted = code > 128; /* by a closed pipe, perhaps */
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || interrupted)
        return code;
    fprintf(stderr, "%s: standard output could not be written: it is closed, or its disk is full\n",
            program->self.name);
    return code == CLI_EXIT_USAGE ? code : CLI_EXIT_OUTPUT;
}

static int print_and_free(struct buf *page)
{
    (void)fwrite(page->data, 1, page->len, stdout);
    buf_fini(page);
    return 0;
}

static int refuse(const struct cli_program *program, const struct cli_command *command, const char *text)
{
    struct buf name;
    buf_init(&name, CLI_PAGE_MAX);
    cli_add_name(&name, program, command);
    fprintf(stderr, "%s: %s\nSee `%s --help`.\n", buf_cstr(&name), text, buf_cstr(&name));
    buf_fini(&name);
    return CLI_EXIT_USAGE;
}

int cli_refuse(const struct cli_call *call, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return refuse(call->program, call->command, text);
}

static int unexpected(const struct cli_call *call, const char *word)
{
    return cli_refuse(call, "unexpected argument `%s`", word);
}

/* ---- what every program has ---- */

static int print_help(const struct cli_program *program, const struct cli_command *command)
{
    struct buf page;
    buf_init(&page, CLI_PAGE_MAX);
    cli_print_help(&page, program, command);
    return print_and_free(&page);
}

static int print_script(const struct cli_call *call, const char *shell)
{
    struct buf page;
    buf_init(&page, CLI_PAGE_MAX);
    if (cli_print_script(&page, call->program->self.name, shell))
        return print_and_free(&page);
    buf_fini(&page);
    return cli_refuse(call, "--completion takes bash, zsh or fish, not `%s`", shell);
}

static int print_page(void (*print)(struct buf *out, const struct cli_program *program),
                      const struct cli_program *program)
{
    struct buf page;
    buf_init(&page, CLI_PAGE_MAX);
    print(&page, program);
    return print_and_free(&page);
}

/* The exit status of an option that is served at once; CLI_GO_ON for others. */
static int serve(const struct cli_call *call, const struct cli_token *token)
{
    switch (token->known->row->kind) {
    case CLI_HELP:
        return print_help(call->program, call->command);
    case CLI_VERSION:
        return printf("%s %s\n", call->program->self.name, RELAYLAB_VERSION) < 0 ? CLI_EXIT_OUTPUT : 0;
    case CLI_MAN:
        return print_page(cli_print_man, call->program);
    case CLI_REFERENCE:
        return print_page(cli_print_reference, call->program);
    case CLI_SCRIPT:
        return print_script(call, token->value);
    case CLI_DO:
        return token->known->row->run();
    default:
        return CLI_GO_ON;
    }
}

/* ---- the command ---- */

/* "a, b or c" */
static void list_commands(const struct cli_program *program, struct buf *out)
{
    for (size_t i = 0; program->commands[i] != NULL; i++)
        (void)buf_printf(out, "%s%s",
                         i == 0                             ? ""
                         : program->commands[i + 1] != NULL ? ", "
                                                            : " or ",
                         program->commands[i]->name);
}

static int missing_command(const struct cli_call *call)
{
    struct buf names;
    buf_init(&names, CLI_PAGE_MAX);
    list_commands(call->program, &names);
    int code = cli_refuse(call, "missing command; expected %s", buf_cstr(&names));
    buf_fini(&names);
    return code;
}

static int unknown_command(const struct cli_call *call, const char *name)
{
    struct nearest near;
    nearest_init(&near, name);
    for (size_t i = 0; call->program->commands[i] != NULL; i++)
        nearest_offer(&near, call->program->commands[i]->name);
    if (near.best != NULL)
        return cli_refuse(call, "unknown command `%s`%s", name, nearest_hint(&near));
    struct buf names;
    buf_init(&names, CLI_PAGE_MAX);
    list_commands(call->program, &names);
    int code = cli_refuse(call, "unknown command `%s`; expected %s", name, buf_cstr(&names));
    buf_fini(&names);
    return code;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* PROGRAM help [COMMAND], in any spelling. words: those after the first `help`. */
static int help_command(struct cli_call *call, int argc, char **words)
{
    static char option_help[] = "--help";
    if (argc > 1)
        return unexpected(call, words[1]);
    if (argc == 0 || asks_for_help(words[0]))
        return print_help(call->program, NULL);
    call->command = cli_find_command(call->program, words[0]);
    if (call->command == NULL) {
        call->command = &call->program->self;
        return unknown_command(call, words[0]);
    }
    if (!call->command->passes_on)
        return print_help(call->program, call->command);
    call->argv[0] = words[0];
    call->argv[1] = option_help;
    call->argc = 2;
    return CLI_GO_ON;
}

/* The words before the command move one place up, over it. argv: with the program; at: counted without it. */
static void take_command_out(struct cli_call *call, int argc, char **argv, int at)
{
    for (int i = at; i > 0; i--)
        argv[i + 1] = argv[i];
    call->argv = argv + 2;
    call->argc = argc - 2;
}

static int found_command(struct cli_call *call, int argc, char **argv, int at)
{
    call->command = cli_find_command(call->program, argv[1 + at]);
    if (call->command == NULL) {
        call->command = &call->program->self;
        return unknown_command(call, argv[1 + at]);
    }
    if (!call->command->passes_on)
        take_command_out(call, argc, argv, at);
    else if (at > 0)
        return cli_refuse(call, "unexpected option `%s`: options of `%s` follow it", argv[1], argv[1 + at]);
    return CLI_GO_ON;
}

/* The first argument. Values are not read yet, so only what cannot be any option of any command is an error here. */
static int find_command(struct cli_call *call, int argc, char **argv)
{
    struct cli_options all;
    struct cli_token token;
    cli_options_of_all(call->program, &all);
    struct cli_scan scan = {.options = &all, .argc = argc - 1, .argv = argv + 1};
    int help = -1;
    for (;;) {
        cli_scan_next(&scan, &token);
        enum cli_kind kind = token.kind == CLI_TOKEN_OPTION ? token.known->row->kind : CLI_FLAG;
        if (token.kind == CLI_TOKEN_ARGUMENT && help < 0 && strcmp(token.argument, "help") == 0)
            return help_command(call, argc - 2 - token.at, argv + 2 + token.at);
        if (token.kind == CLI_TOKEN_ARGUMENT && help == 0 && token.at == 1)
            return help_command(call, argc - 2, argv + 2);
        if (token.kind == CLI_TOKEN_ARGUMENT)
            return found_command(call, argc, argv, token.at);
        if (token.kind == CLI_TOKEN_END)
            return help >= 0 ? print_help(call->program, NULL) : missing_command(call);
        if (token.kind == CLI_TOKEN_UNKNOWN || token.kind == CLI_TOKEN_BAD)
            return cli_refuse(call, "%s", token.text);
        if (kind == CLI_HELP)
            help = help < 0 ? token.at : help;
        else if (kind == CLI_VERSION && argc > 2)
            return unexpected(call, argv[token.at == 0 ? 2 : 1]);
        else if (kind == CLI_VERSION || kind == CLI_MAN || kind == CLI_REFERENCE || kind == CLI_SCRIPT)
            return serve(call, &token);
    }
}

/* PROGRAM --complete SHELL -- WORD…, for the scripts of print_script(). */
static int complete(struct cli_call *call, int argc, char **argv)
{
    struct buf page;
    int first;
    if (argc < 5)
        return cli_refuse(call, "--complete is for completion scripts; it takes a shell, `--` and words");
    buf_init(&page, CLI_PAGE_MAX);
    const struct cli_command *other = cli_complete(&page, call->program, argv[2], argc - 4, argv + 4, &first);
    if (other == NULL)
        return print_and_free(&page);
    buf_fini(&page);
    call->command = other;
    /* NAME --complete SHELL -- the words after NAME */
    char **argv_of_other = argv + 4 + first - 4;
    char *head[] = {argv[4 + first - 1], argv[1], argv[2], argv[3]};
    memcpy(argv_of_other, head, sizeof head);
    call->argv = argv_of_other;
    call->argc = argc - first;
    return CLI_GO_ON;
}

int cli_begin(struct cli_call *call, const struct cli_program *program, int argc, char **argv)
{
    *call = (struct cli_call){.program = program, .command = &program->self, .argc = argc - 1, .argv = argv + 1};
    if (argc > 1 && strcmp(argv[1], "--complete") == 0)
        return complete(call, argc, argv);
    return program->commands != NULL ? find_command(call, argc, argv) : CLI_GO_ON;
}

/* ---- values ---- */

static bool is_choice(const char *words, const char *value)
{
    struct slice rest = slice_cstr(words);
    while (rest.len > 0)
        if (slice_eq_cstr(slice_cut(&rest, '|'), value))
            return true;
    return false;
}

static int take_number(const struct cli_option *row, int64_t *member, const char *value, struct err *err)
{
    uint64_t n;
    if (!slice_to_u64(slice_cstr(value), (uint64_t)row->max, &n) || (int64_t)n < row->min)
        return err_set(err, ERR_INVALID, "--%s takes a number from %" PRId64 " to %" PRId64 ", not `%s`", row->name,
                       row->min, row->max, value);
    *member = (int64_t)n;
    return ERR_OK;
}

static int take_duration(const struct cli_option *row, int64_t *member, const char *value, struct err *err)
{
    int64_t ns;
    if (!duration_parse(slice_cstr(value), &ns) || ns <= 0)
        return err_set(err, ERR_INVALID, "--%s takes a duration, such as 90s, 1h30m or 5d, not `%s`", row->name, value);
    *member = ns;
    return ERR_OK;
}

/* "always, never or auto" */
static int bad_choice(const struct cli_option *row, const char *value, struct err *err)
{
    struct nearest near;
    struct buf words;
    struct slice rest = slice_cstr(row->value);
    char kept[CLI_OPTIONS_MAX];
    buf_init(&words, ERR_TEXT_MAX);
    nearest_init(&near, value);
    for (size_t count = 0; rest.len > 0; count++) {
        struct slice word = slice_cut(&rest, '|');
        (void)buf_printf(&words, "%s%.*s", count == 0 ? "" : rest.len > 0 ? ", " : " or ", SLICE_ARG(word));
        (void)snprintf(kept, sizeof kept, "%.*s", SLICE_ARG(word));
        const char *best = near.best;
        nearest_offer(&near, kept);
        if (near.best != best) /* `kept` is overwritten by the next word */
            near.best = word.ptr;
        if (near.best == word.ptr)
            (void)snprintf(near.hint, sizeof near.hint, "; did you mean `%.*s`?", SLICE_ARG(word));
    }
    int rc = err_set(err, ERR_INVALID, "--%s takes %s, not `%s`%s", row->name, buf_cstr(&words), value,
                     near.best != NULL ? near.hint : "");
    buf_fini(&words);
    return rc;
}

static int take(const struct cli_known *known, const char *value, char *values, struct err *err)
{
    const struct cli_option *row = known->row;
    void *member = values + known->base + row->offset;
    switch (row->kind) {
    case CLI_FLAG:
        *(bool *)member = true;
        return ERR_OK;
    case CLI_NUMBER:
        return take_number(row, member, value, err);
    case CLI_DURATION:
        return take_duration(row, member, value, err);
    case CLI_TAKE:
        return row->take(values + known->base, value, err) ? ERR_OK : ERR_INVALID;
    case CLI_CHOICE:
        if (!is_choice(row->value, value))
            return bad_choice(row, value, err);
        break;
    default:
        break;
    }
    *(const char **)member = value;
    return ERR_OK;
}

/* "`hold` and `drop`": the commands that have this option. */
static void list_owners(const struct cli_program *program, const struct cli_option *row, struct buf *out)
{
    struct cli_options options;
    for (size_t i = 0; program->commands[i] != NULL; i++) {
        cli_options_of(program, program->commands[i], &options);
        for (size_t k = 0; k < options.count; k++)
            if (strcmp(options.list[k].row->name, row->name) == 0)
                (void)buf_printf(out, "%s`%s`", out->len > 0 ? " and " : "", program->commands[i]->name);
    }
}

/* An option that this command lacks, but another has, is named as such. */
static int refuse_option(const struct cli_call *call, const struct cli_token *token)
{
    struct cli_options all;
    struct cli_token again = {0};
    char *word = token->argument;
    if (token->kind == CLI_TOKEN_UNKNOWN && word != NULL && call->program->commands != NULL) {
        cli_options_of_all(call->program, &all);
        struct cli_scan scan = {.options = &all, .argc = 1, .argv = &word};
        cli_scan_next(&scan, &again);
    }
    if (again.known == NULL)
        return cli_refuse(call, "%s", token->text);
    struct buf owners;
    buf_init(&owners, CLI_PAGE_MAX);
    list_owners(call->program, again.known->row, &owners);
    int code = cli_refuse(call, "--%s is not an option of `%s`, but of %s", again.known->row->name, call->command->name,
                          buf_cstr(&owners));
    buf_fini(&owners);
    return code;
}

static int check_required(const struct cli_call *call, const struct cli_options *options, const bool *seen)
{
    for (size_t i = 0; i < options->count; i++)
        if (options->list[i].row->required && !seen[i])
            return cli_refuse(call, "missing option --%s %s", options->list[i].row->name, options->list[i].row->value);
    return CLI_GO_ON;
}

static int check_arguments(const struct cli_call *call)
{
    const struct cli_command *command = call->command;
    if (call->argc < command->arguments_min)
        return cli_refuse(call, "missing argument; expected %s", command->arguments);
    if (call->argc > command->arguments_max)
        return unexpected(call, call->argv[command->arguments_max]);
    return CLI_GO_ON;
}

int cli_read(struct cli_call *call, void *values)
{
    struct cli_options options;
    struct cli_token token;
    struct err err;
    bool seen[CLI_OPTIONS_MAX] = {false};
    int count = 0;
    cli_options_of(call->program, call->command, &options);
    struct cli_scan scan = {.options = &options,
                            .argc = call->argc,
                            .argv = call->argv,
                            .stops_at_argument = call->command->stops_at_argument};
    for (cli_scan_next(&scan, &token); token.kind != CLI_TOKEN_END; cli_scan_next(&scan, &token)) {
        if (token.kind == CLI_TOKEN_ARGUMENT) {
            call->argv[count++] = token.argument;
            continue;
        }
        if (token.kind != CLI_TOKEN_OPTION)
            return refuse_option(call, &token);
        int code = serve(call, &token);
        if (code != CLI_GO_ON)
            return code;
        seen[token.known - options.list] = true;
        if (token.known->row->kind < CLI_DO && take(token.known, token.value, values, &err) != ERR_OK)
            return cli_refuse(call, "%s", err.text);
    }
    call->argc = count;
    int code = check_required(call, &options, seen);
    return code != CLI_GO_ON ? code : check_arguments(call);
}
