#include "lib/cli/table.h"

#include <string.h>

const struct cli_option cli_standard_rows[] = {
    {.name = "help", .letter = 'h', .kind = CLI_HELP, .help = "print this text and exit"},
    {.name = "version", .kind = CLI_VERSION, .help = "print the version and exit"},
    {.name = "man", .kind = CLI_MAN, .help = "print the manual page (roff) and exit"},
    {.name = "reference", .kind = CLI_REFERENCE, .help = "print the reference page (Markdown) and exit"},
    {.name = "completion",
     .kind = CLI_SCRIPT,
     .value = "bash|zsh|fish",
     .help = "print the script that completes command lines in this shell, and exit"},
    {0}};
const struct cli_option cli_help_rows[] = {
    {.name = "help", .letter = 'h', .kind = CLI_HELP, .help = "print this text and exit"}, {0}};

static void add(struct cli_options *out, const struct cli_option *row, size_t base)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->list[i].row->name, row->name) == 0)
            return;
    if (out->count < CLI_OPTIONS_MAX)
        out->list[out->count++] = (struct cli_known){row, base};
}

static void add_groups(struct cli_options *out, const struct cli_group *groups)
{
    for (; groups != NULL && groups->title != NULL; groups++)
        for (const struct cli_option *row = groups->rows; row->name != NULL; row++)
            add(out, row, groups->base);
}

static void add_standard(struct cli_options *out)
{
    for (const struct cli_option *row = cli_standard_rows; row->name != NULL; row++)
        add(out, row, 0);
}

void cli_options_of(const struct cli_program *program, const struct cli_command *command, struct cli_options *out)
{
    out->count = 0;
    if (command != NULL && command != &program->self)
        add_groups(out, command->groups);
    add_groups(out, program->self.groups);
    add_standard(out);
}

void cli_options_of_all(const struct cli_program *program, struct cli_options *out)
{
    out->count = 0;
    add_groups(out, program->self.groups);
    for (size_t i = 0; program->commands != NULL && program->commands[i] != NULL; i++)
        add_groups(out, program->commands[i]->groups);
    add_standard(out);
}

const struct cli_command *cli_find_command(const struct cli_program *program, const char *name)
{
    for (size_t i = 0; program->commands != NULL && program->commands[i] != NULL; i++)
        if (strcmp(program->commands[i]->name, name) == 0)
            return program->commands[i];
    return NULL;
}

bool cli_takes_value(const struct cli_option *row)
{
    return row->value != NULL;
}

bool cli_is_shown(const struct cli_option *row)
{
    return row->help != NULL;
}

void cli_add_name(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    (void)buf_add_cstr(out, program->self.name);
    if (command != NULL && command != &program->self)
        (void)buf_printf(out, " %s", command->name);
}
