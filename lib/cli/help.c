/* --help, of a program or of a command. */
#include <stdio.h>

#include "lib/cli/table.h"
#include "lib/cli/text.h"

#define TERM_COLUMN 22
#define TERM_MAX    200

/* "  term      text", the text in its column. */
static void add_definition(struct buf *out, struct slice term, struct slice text, size_t column)
{
    size_t width = cli_text_width(term);
    (void)buf_printf(out, "  %.*s", SLICE_ARG(term));
    if (width + 4 > column)
        (void)buf_printf(out, "\n%*s", (int)column, "");
    else
        (void)buf_printf(out, "%*s", (int)(column - 2 - width), "");
    cli_wrap(out, text, column, column);
}

/* Short terms have their texts near them. */
static size_t column_of(struct slice text)
{
    size_t column = 0;
    for (struct cli_block block; cli_block_next(&text, &block);)
        if (block.kind == CLI_DEFINITION && cli_text_width(block.term) + 4 > column)
            column = cli_text_width(block.term) + 4;
    return column < TERM_COLUMN ? column : TERM_COLUMN;
}

static void add_text(struct buf *out, struct slice text)
{
    size_t column = column_of(text);
    for (struct cli_block block; cli_block_next(&text, &block);) {
        if (block.kind == CLI_PARAGRAPH)
            cli_wrap(out, block.text, 0, 0);
        else if (block.kind == CLI_DEFINITION)
            add_definition(out, block.term, block.text, column);
        else
            (void)buf_printf(out, "%.*s\n", SLICE_ARG(block.text));
    }
}

static void add_usage(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    struct slice lines = slice_cstr(command->synopsis);
    const char *word = "Usage:";
    do {
        struct slice line = slice_cut(&lines, '\n');
        (void)buf_printf(out, "%s ", word);
        cli_add_name(out, program, command);
        (void)buf_printf(out, "%s%.*s\n", line.len > 0 ? " " : "", SLICE_ARG(line));
        word = "      ";
    } while (lines.len > 0);
}

static void add_option(struct buf *out, const struct cli_option *row)
{
    char term[TERM_MAX], letter[8] = "    ";
    if (!cli_is_shown(row))
        return;
    if (row->letter != 0)
        (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    (void)snprintf(term, sizeof term, "%s--%s%s%s", letter, row->name, row->value != NULL ? " " : "",
                   row->value != NULL ? row->value : "");
    add_definition(out, slice_cstr(term), slice_cstr(row->help), TERM_COLUMN);
}

static void add_groups(struct buf *out, const struct cli_group *groups)
{
    for (; groups != NULL && groups->title != NULL; groups++) {
        (void)buf_printf(out, "\n%s:\n", groups->title);
        for (const struct cli_option *row = groups->rows; row->name != NULL; row++)
            add_option(out, row);
    }
}

static void add_commands(struct buf *out, const struct cli_program *program)
{
    struct buf text;
    if (program->commands == NULL)
        return;
    buf_init(&text, CLI_PAGE_MAX);
    for (size_t i = 0; program->commands[i] != NULL; i++)
        (void)buf_printf(&text, "%s\t%s\n", program->commands[i]->name, program->commands[i]->summary);
    (void)buf_add_cstr(out, "\nCommands:\n");
    add_text(out, buf_slice(&text));
    buf_fini(&text);
}

static void add_sections(struct buf *out, const struct cli_section *sections)
{
    for (; sections != NULL && sections->title != NULL; sections++) {
        struct buf text;
        buf_init(&text, CLI_PAGE_MAX);
        if (sections->write != NULL)
            sections->write(&text);
        else
            (void)buf_add_cstr(&text, sections->text);
        (void)buf_printf(out, "\n%s:\n", sections->title);
        add_text(out, buf_slice(&text));
        buf_fini(&text);
    }
}

void cli_print_help(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    bool whole = command == NULL || command == &program->self;
    const struct cli_command *page = whole ? &program->self : command;
    add_usage(out, program, page);
    (void)buf_add_char(out, '\n');
    add_text(out, slice_cstr(page->about));
    if (whole)
        add_commands(out, program);
    add_groups(out, page->groups);
    if (!whole)
        add_groups(out, program->self.groups);
    (void)buf_add_cstr(out, "\nHelp:\n");
    for (const struct cli_option *row = whole ? cli_standard_rows : cli_help_rows; row->name != NULL; row++)
        add_option(out, row);
    add_sections(out, page->sections);
}
