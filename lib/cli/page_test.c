/* Help pages, manual pages and completion scripts. */
#include <string.h>

#include "lib/cli/table.h"
#include "lib/cli/text.h"
#include "lib/testing/suite.h"

static const struct cli_option rows[] = {
    {.name = "quiet", .letter = 'q', .kind = CLI_FLAG, .help = "print less"},
    {.name = "a-long-name-of-an-option",
     .kind = CLI_TEXT,
     .value = "DIR",
     .help = "a help text that is longer than one line of 80 columns has room for: it is wrapped at its column"},
    {.name = "pair", .kind = CLI_TEXT, .value = "A|B", .help = "*one* | <x> of `a<b*`"},
    {.name = "hidden", .kind = CLI_FLAG},
    {0}};
static const struct cli_group groups[] = {{"Showing", rows, 0}, {0}};
static const struct cli_section sections[] = {
    {"Exit status", "0\tdone\n1\tnot done\n", NULL}, {"Example", "  prog -q 'x' && echo \\n\n", NULL}, {0}};
static const struct cli_program program = {
    .self = {.name = "prog",
             .summary = "a program",
             .synopsis = "[FILE]\n--all",
             .about = "About `prog -q`.\n.dots begin no request.\n\n'Nor quotes.\n",
             .groups = groups,
             .sections = sections},
    .see_also = "other more"};

static struct buf page;

static const char *help(void)
{
    buf_init(&page, CLI_PAGE_MAX);
    cli_print_help(&page, &program, NULL);
    return buf_cstr(&page);
}

static const char *man(void)
{
    buf_init(&page, CLI_PAGE_MAX);
    cli_print_man(&page, &program);
    return buf_cstr(&page);
}

static const char *reference(void)
{
    buf_init(&page, CLI_PAGE_MAX);
    cli_print_reference(&page, &program);
    return buf_cstr(&page);
}

#define EXPECT(text, part) ck_assert_msg(strstr(text, part) != NULL, "lacks %s: %s", part, text)

START_TEST(help_is_wrapped_at_its_columns)
{
    const char *text = help();
    EXPECT(text, "Usage: prog [FILE]\n       prog --all\n\nAbout `prog -q`.");
    EXPECT(text, "\nShowing:\n  -q, --quiet         print less\n");
    EXPECT(text, "      --a-long-name-of-an-option DIR\n"
                 "                      a help text that is longer than one line of 80 columns has\n"
                 "                      room for: it is wrapped at its column\n");
    EXPECT(text, "\nExit status:\n  0  done\n  1  not done\n\nExample:\n  prog -q 'x' && echo \\n\n");
    EXPECT(text, "\n  -h, --help ");
    ck_assert_ptr_null(strstr(text, "hidden"));
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_uint_le(strcspn(line, "\n"), CLI_WIDTH);
    buf_fini(&page);
}
END_TEST

START_TEST(width_is_counted_in_characters)
{
    buf_init(&page, CLI_PAGE_MAX);
    /* 40 characters of three octets each, and a word that still fits */
    for (int i = 0; i < 40; i++)
        (void)buf_add_cstr(&page, "…");
    struct buf out;
    buf_init(&out, CLI_PAGE_MAX);
    ck_assert_uint_eq(cli_text_width(buf_slice(&page)), 40);
    (void)buf_add_cstr(&page, " word");
    cli_wrap(&out, buf_slice(&page), 0, 0);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "… word\n"));
    buf_fini(&out);
    buf_fini(&page);
}
END_TEST

START_TEST(code_stays_on_one_line)
{
    buf_init(&page, CLI_PAGE_MAX);
    cli_wrap(&page, slice_cstr("see `relaylab run --help` there"), 60, 4);
    ck_assert_str_eq(buf_cstr(&page), "see\n    `relaylab run --help` there\n");
    buf_fini(&page);
}
END_TEST

START_TEST(the_manual_page_escapes_what_roff_would_read)
{
    const char *text = man();
    EXPECT(text, ".TH PROG 1 ");
    EXPECT(text, ".SH NAME\nprog \\- a program\n");
    EXPECT(text, "About \\fBprog \\-q\\fR.\n\\&.dots begin no request.\n");
    EXPECT(text, ".PP\n\\&\\(aqNor quotes.\n");
    EXPECT(text, ".TP\n\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\nprint less\n");
    EXPECT(text, ".TP\n\\fB\\-\\-a\\-long\\-name\\-of\\-an\\-option\\fR \\fIDIR\\fR\n");
    EXPECT(text, ".SH EXIT STATUS\n.TP\n\\fB0\\fR\ndone\n");
    EXPECT(text, ".nf\nprog \\-q \\(aqx\\(aq && echo \\en\n.fi\n");
    EXPECT(text, ".SH SEE ALSO\n.BR other (1) ,\n.BR more (1)\n");
    ck_assert_ptr_null(strstr(text, "hidden"));
    buf_fini(&page);
}
END_TEST

START_TEST(the_reference_page_escapes_what_markdown_would_read)
{
    const char *text = reference();
    EXPECT(text, "\n## prog\n\n```\nprog [FILE]\nprog --all\n```\n\nAbout `prog -q`. .dots begin no request.\n");
    EXPECT(text, "\n**Showing**\n\n| option | |\n| --- | --- |\n| `-q`, `--quiet` | print less |\n");
    EXPECT(text, "| `--a-long-name-of-an-option` `DIR` | a help text");
    EXPECT(text, "| `--pair` `A\\|B` | \\*one\\* \\| &lt;x> of `a<b*` |\n");
    EXPECT(text,
           "\n**Exit status**\n\n- `0`: done\n- `1`: not done\n\n**Example**\n\n```\nprog -q 'x' && echo \\n\n```\n");
    ck_assert_ptr_null(strstr(text, "hidden"));
    buf_fini(&page);
}
END_TEST

START_TEST(each_shell_has_a_script_with_the_names_of_the_program)
{
    static const struct {
        const char *shell, *part;
    } scripts[] = {{"bash", "\ncomplete -F _a_program a-program\n"},
                   {"bash", "\"${COMP_WORDS[@]:1:COMP_CWORD}\""},
                   {"zsh", "#compdef a-program\n"},
                   {"zsh", "\n_a-program() {\n"},
                   {"fish", "\ncomplete -c a-program -f -a '(__a_program)'\n"}};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        buf_init(&page, CLI_PAGE_MAX);
        ck_assert(cli_print_script(&page, "a-program", scripts[i].shell));
        EXPECT(buf_cstr(&page), scripts[i].part);
        buf_fini(&page);
    }
    buf_init(&page, CLI_PAGE_MAX);
    ck_assert(!cli_print_script(&page, "a-program", "ksh"));
    buf_fini(&page);
}
END_TEST

SUITE(page, help_is_wrapped_at_its_columns, width_is_counted_in_characters, code_stays_on_one_line,
      the_manual_page_escapes_what_roff_would_read, the_reference_page_escapes_what_markdown_would_read,
      each_shell_has_a_script_with_the_names_of_the_program)
