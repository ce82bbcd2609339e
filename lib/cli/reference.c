/* The reference page of a program, in Markdown: all of its commands, as in the manual page. */
#include "lib/cli/table.h"
#include "lib/cli/text.h"

/* ---- Markdown ---- */

static void add_char(struct buf *out, char c, bool code, bool in_table)
{
    if (c == '|' && in_table)
        (void)buf_add_cstr(out, "\\|");
    else if (c == '<' && !code)
        (void)buf_add_cstr(out, "&lt;");
    else if ((c == '*' || c == '[') && !code)
        (void)buf_printf(out, "\\%c", c);
    else
        (void)buf_add_char(out, c == '\n' ? ' ' : c);
}

/* In one line. `code` stays code. */
static void add_line(struct buf *out, struct slice text, bool in_table)
{
    bool code = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '`')
            code = !code && slice_find(slice_from(text, i + 1), '`') < text.len - i - 1;
        add_char(out, text.ptr[i], code, in_table);
    }
}

static void add_code(struct buf *out, struct slice text, bool in_table)
{
    (void)buf_add_char(out, '`');
    for (size_t i = 0; i < text.len; i++)
        add_char(out, text.ptr[i], true, in_table);
    (void)buf_add_char(out, '`');
}

/* An empty line comes before each paragraph, list and block, and after the last one. */
static void add_text(struct buf *out, struct slice text)
{
    enum cli_block_kind before = CLI_BLANK;
    for (struct cli_block block; cli_block_next(&text, &block); before = block.kind) {
        if (before == CLI_LITERAL && block.kind != CLI_LITERAL)
            (void)buf_add_cstr(out, "```\n");
        if (block.kind != before || block.kind == CLI_PARAGRAPH)
            (void)buf_add_cstr(out, block.kind != CLI_BLANK ? "\n" : "");
        if (block.kind == CLI_LITERAL && before != CLI_LITERAL)
            (void)buf_add_cstr(out, "```\n");
        if (block.kind == CLI_PARAGRAPH)
            add_line(out, block.text, false);
        if (block.kind == CLI_DEFINITION) {
            (void)buf_add_cstr(out, "- ");
            add_code(out, block.term, false);
            (void)buf_add_cstr(out, ": ");
            add_line(out, block.text, false);
        }
        if (block.kind == CLI_LITERAL)
            (void)buf_printf(out, "%.*s", SLICE_ARG(slice_from(block.text, 2)));
        (void)buf_add_cstr(out, block.kind != CLI_BLANK ? "\n" : "");
    }
    if (before == CLI_LITERAL)
        (void)buf_add_cstr(out, "```\n");
}

/* ---- parts of the page ---- */

static void add_synopsis(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    struct slice lines = slice_cstr(command->synopsis);
    (void)buf_add_cstr(out, "\n```\n");
    do {
        struct slice line = slice_cut(&lines, '\n');
        cli_add_name(out, program, command);
        (void)buf_printf(out, "%s%.*s\n", line.len > 0 ? " " : "", SLICE_ARG(line));
    } while (lines.len > 0);
    (void)buf_add_cstr(out, "```\n");
}

static void add_option(struct buf *out, const struct cli_option *row)
{
    if (!cli_is_shown(row))
        return;
    (void)buf_add_cstr(out, "| `");
    if (row->letter != 0)
        (void)buf_printf(out, "-%c`, `", row->letter);
    (void)buf_printf(out, "--%s`", row->name);
    if (row->value != NULL) {
        (void)buf_add_char(out, ' ');
        add_code(out, slice_cstr(row->value), true);
    }
    (void)buf_add_cstr(out, " | ");
    add_line(out, slice_cstr(row->help), true);
    (void)buf_add_cstr(out, " |\n");
}

static void add_rows(struct buf *out, const char *title, const struct cli_option *rows)
{
    (void)buf_printf(out, "\n**%s**\n\n| option | |\n| --- | --- |\n", title);
    for (; rows->name != NULL; rows++)
        add_option(out, rows);
}

static void add_rest(struct buf *out, const struct cli_command *command)
{
    for (const struct cli_group *group = command->groups; group != NULL && group->title != NULL; group++)
        add_rows(out, group->title, group->rows);
    for (const struct cli_section *section = command->sections; section != NULL && section->title != NULL; section++) {
        struct buf text;
        buf_init(&text, CLI_PAGE_MAX);
        if (section->write != NULL)
            section->write(&text);
        else
            (void)buf_add_cstr(&text, section->text);
        (void)buf_printf(out, "\n**%s**\n", section->title);
        add_text(out, buf_slice(&text));
        buf_fini(&text);
    }
}

static void add_command(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    (void)buf_add_cstr(out, "\n### ");
    cli_add_name(out, program, command);
    (void)buf_add_char(out, '\n');
    if (command->passes_on) {
        add_text(out, slice_cstr(command->summary));
        return;
    }
    add_synopsis(out, program, command);
    add_text(out, slice_cstr(command->about));
    add_rest(out, command);
}

void cli_print_reference(struct buf *out, const struct cli_program *program)
{
    (void)buf_printf(out, "\n## %s\n", program->self.name);
    add_synopsis(out, program, &program->self);
    add_text(out, slice_cstr(program->self.about));
    add_rest(out, &program->self);
    add_rows(out, "Help", cli_standard_rows);
    for (size_t i = 0; program->commands != NULL && program->commands[i] != NULL; i++)
        add_command(out, program, program->commands[i]);
    (void)buf_add_char(out, '\n');
}
