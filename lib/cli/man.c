/* The manual page of a program, in the man(7) macros: all of its commands in one page. */
#include <ctype.h>
#include <string.h>

#include "lib/base/version.h"
#include "lib/cli/table.h"
#include "lib/cli/text.h"

#define LINE_MAX_OCTETS 70

/* ---- roff ---- */

/* A roff line that would begin with a control character gets \& before it. */
static void guard_line(struct buf *out, struct slice text)
{
    bool begins = out->len == 0 || out->data[out->len - 1] == '\n';
    if (begins && text.len > 0 && (text.ptr[0] == '.' || text.ptr[0] == '\''))
        (void)buf_add_cstr(out, "\\&");
}

static const char *escape_of(char c, bool exact)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '\'':
        return "\\(aq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '"':
        return "\\(dq";
    case '-':
        return exact ? "\\-" : NULL;
    default:
        return NULL;
    }
}

/* exact: what people type, where a hyphen is the ASCII one. */
static void add_escaped(struct buf *out, struct slice text, bool exact)
{
    guard_line(out, text);
    for (size_t i = 0; i < text.len; i++) {
        const char *escape = escape_of(text.ptr[i], exact);
        if (escape != NULL)
            (void)buf_add_cstr(out, escape);
        else
            (void)buf_add_char(out, text.ptr[i]);
    }
}

/* `code` in bold; a backquote without a second one is itself. */
static void add_word(struct buf *out, struct slice word)
{
    while (word.len > 0) {
        size_t open = slice_find(word, '`');
        size_t close = open < word.len ? open + 1 + slice_find(slice_from(word, open + 1), '`') : word.len;
        if (close >= word.len)
            open = word.len;
        add_escaped(out, slice_head(word, open), word.ptr[0] == '-');
        if (open == word.len)
            return;
        (void)buf_add_cstr(out, "\\fB");
        add_escaped(out, slice_make(word.ptr + open + 1, close - open - 1), true);
        (void)buf_add_cstr(out, "\\fR");
        word = slice_from(word, close + 1);
    }
}

/* Lines in the source are broken between words, where roff does not care; a sentence's end ends a line. */
static void add_paragraph(struct buf *out, struct slice text)
{
    size_t begin = out->len;
    for (struct slice word = cli_word_next(&text); word.len > 0; word = cli_word_next(&text)) {
        if (out->len > begin && out->len - begin + word.len > LINE_MAX_OCTETS) {
            (void)buf_add_char(out, '\n');
            begin = out->len;
        }
        if (out->len > begin)
            (void)buf_add_char(out, ' ');
        add_word(out, word);
        if (word.ptr[word.len - 1] == '.' && text.len > 0) {
            (void)buf_add_char(out, '\n');
            begin = out->len;
        }
    }
    if (out->len > begin)
        (void)buf_add_char(out, '\n');
}

static void add_definition(struct buf *out, struct slice term, struct slice text)
{
    (void)buf_add_cstr(out, ".TP\n\\fB");
    add_escaped(out, term, true);
    (void)buf_add_cstr(out, "\\fR\n");
    add_paragraph(out, text);
}

static void add_literal(struct buf *out, struct slice text)
{
    add_escaped(out, text, true);
    (void)buf_add_char(out, '\n');
}

static void add_text(struct buf *out, struct slice text)
{
    bool literal = false, gap = false;
    for (struct cli_block block; cli_block_next(&text, &block);) {
        if (literal && block.kind != CLI_LITERAL)
            (void)buf_add_cstr(out, ".fi\n.RE\n");
        if (gap && (block.kind == CLI_PARAGRAPH || (!literal && block.kind == CLI_LITERAL)))
            (void)buf_add_cstr(out, ".PP\n");
        if (!literal && block.kind == CLI_LITERAL)
            (void)buf_add_cstr(out, ".RS 2\n.nf\n");
        literal = block.kind == CLI_LITERAL;
        gap = true;
        if (block.kind == CLI_PARAGRAPH)
            add_paragraph(out, block.text);
        else if (block.kind == CLI_DEFINITION)
            add_definition(out, block.term, block.text);
        else if (block.kind == CLI_LITERAL)
            add_literal(out, slice_from(block.text, 2));
    }
    if (literal)
        (void)buf_add_cstr(out, ".fi\n.RE\n");
}

/* ---- parts of the page ---- */

static void add_title(struct buf *out, const char *macro, const char *title)
{
    (void)buf_printf(out, "%s ", macro);
    for (const char *c = title; *c != '\0'; c++)
        (void)buf_add_char(out, strcmp(macro, ".SH") == 0 ? (char)toupper((unsigned char)*c) : *c);
    (void)buf_add_char(out, '\n');
}

static void add_name(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    struct buf name;
    buf_init(&name, CLI_PAGE_MAX);
    cli_add_name(&name, program, command);
    (void)buf_add_cstr(out, "\\fB");
    add_escaped(out, buf_slice(&name), true);
    (void)buf_add_cstr(out, "\\fR");
    buf_fini(&name);
}

static void add_synopsis(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    struct slice lines = slice_cstr(command->synopsis);
    do {
        struct slice line = slice_cut(&lines, '\n');
        add_name(out, program, command);
        (void)buf_add_cstr(out, line.len > 0 ? "\n" : "");
        add_paragraph(out, line);
        (void)buf_add_cstr(out, lines.len > 0 ? ".br\n" : "");
    } while (lines.len > 0);
}

static void add_option(struct buf *out, const struct cli_option *row)
{
    if (!cli_is_shown(row))
        return;
    (void)buf_add_cstr(out, ".TP\n");
    if (row->letter != 0)
        (void)buf_printf(out, "\\fB\\-%c\\fR, ", row->letter);
    (void)buf_add_cstr(out, "\\fB\\-\\-");
    add_escaped(out, slice_cstr(row->name), true);
    (void)buf_add_cstr(out, "\\fR");
    if (row->value != NULL)
        (void)buf_printf(out, " \\fI%s\\fR", row->value);
    (void)buf_add_char(out, '\n');
    add_paragraph(out, slice_cstr(row->help));
}

static void add_rows(struct buf *out, const struct cli_option *rows)
{
    for (; rows->name != NULL; rows++)
        add_option(out, rows);
}

static void add_subtitle(struct buf *out, const char *title)
{
    (void)buf_printf(out, ".PP\n\\fI%s:\\fR\n", title);
}

static void add_section_text(struct buf *out, const struct cli_section *section, bool after_subtitle)
{
    struct buf text;
    struct cli_block block;
    buf_init(&text, CLI_PAGE_MAX);
    if (section->write != NULL)
        section->write(&text);
    else
        (void)buf_add_cstr(&text, section->text);
    struct slice rest = buf_slice(&text);
    if (after_subtitle && cli_block_next(&rest, &block) && block.kind == CLI_PARAGRAPH)
        (void)buf_add_cstr(out, ".PP\n");
    add_text(out, buf_slice(&text));
    buf_fini(&text);
}

static void add_command(struct buf *out, const struct cli_program *program, const struct cli_command *command)
{
    (void)buf_add_cstr(out, ".SS ");
    cli_add_name(out, program, command);
    (void)buf_add_char(out, '\n');
    if (command->passes_on) {
        add_paragraph(out, slice_cstr(command->summary));
        return;
    }
    add_synopsis(out, program, command);
    (void)buf_add_cstr(out, ".PP\n");
    add_text(out, slice_cstr(command->about));
    for (const struct cli_group *group = command->groups; group != NULL && group->title != NULL; group++) {
        add_subtitle(out, group->title);
        add_rows(out, group->rows);
    }
    for (const struct cli_section *section = command->sections; section != NULL && section->title != NULL; section++) {
        add_subtitle(out, section->title);
        add_section_text(out, section, true);
    }
}

static void add_see_also(struct buf *out, const char *names)
{
    struct slice rest = slice_cstr(names);
    if (names != NULL)
        add_title(out, ".SH", "See also");
    while (rest.len > 0) {
        struct slice name = slice_cut(&rest, ' ');
        (void)buf_add_cstr(out, ".BR ");
        add_escaped(out, name, true);
        (void)buf_printf(out, " (1)%s\n", rest.len > 0 ? " ," : "");
    }
}

static void add_head(struct buf *out, const struct cli_program *program)
{
    (void)buf_printf(out, ".\\\" Made from the option tables: %s --man\n", program->self.name);
    (void)buf_add_cstr(out, ".TH ");
    for (const char *c = program->self.name; *c != '\0'; c++)
        (void)buf_add_char(out, (char)toupper((unsigned char)*c));
    (void)buf_printf(out, " 1 %s \"Relaylab %s\" \"Relaylab manual\"\n", RELAYLAB_DATE, RELAYLAB_VERSION);
    add_title(out, ".SH", "Name");
    (void)buf_printf(out, "%s \\- %s\n", program->self.name, program->self.summary);
    add_title(out, ".SH", "Synopsis");
    add_synopsis(out, program, &program->self);
    add_title(out, ".SH", "Description");
    add_text(out, slice_cstr(program->self.about));
}

void cli_print_man(struct buf *out, const struct cli_program *program)
{
    const struct cli_command *self = &program->self;
    add_head(out, program);
    if (program->commands != NULL)
        add_title(out, ".SH", "Commands");
    for (size_t i = 0; program->commands != NULL && program->commands[i] != NULL; i++)
        add_command(out, program, program->commands[i]);
    add_title(out, ".SH", "Options");
    for (const struct cli_group *group = self->groups; group != NULL && group->title != NULL; group++)
        add_rows(out, group->rows);
    add_rows(out, cli_standard_rows);
    for (const struct cli_section *section = self->sections; section != NULL && section->title != NULL; section++) {
        add_title(out, ".SH", section->title);
        add_section_text(out, section, false);
    }
    add_see_also(out, program->see_also);
}
