/* relaylab rules: the always-on rules, a line each, or the page of one. */
#include <stdio.h>
#include <string.h>

#include "harness/judge/always/always.h"
#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"
#include "lib/cli/text.h"

#define TEXT_MAX     ((size_t)1024 * 1024)
#define TEXT_FROM    2
#define CLAUSE_WIDTH 18

struct wish {
    bool markdown;
};

/* "RFC5321 §6.1"; "" where no clause demands it. */
static void write_clause(const struct always_rule *rule, char *out, size_t size)
{
    struct slice section = slice_cstr(rule->clause), document = slice_cut(&section, '#');
    (void)snprintf(out, size, "%.*s%s%.*s", SLICE_ARG(document), section.len > 0 ? " §" : "", SLICE_ARG(section));
}

/* ---- text ---- */

static void add_part(struct buf *out, const char *title, const char *text)
{
    (void)buf_printf(out, "\n%s\n%*s", title, TEXT_FROM, "");
    cli_wrap(out, slice_cstr(text), TEXT_FROM, TEXT_FROM);
}

static void add_page(struct buf *out, const struct always_rule *rule)
{
    char clause[64], slug[SLUG_MAX];
    write_clause(rule, clause, sizeof clause);
    always_write_slug(rule, slug);
    (void)buf_printf(out, "%s  %s%s%s\n  %s\n", rule->id, level_name(rule->level), clause[0] != '\0' ? "  " : "",
                     clause, rule->sentence);
    add_part(out, "What it demands", rule->page.demands);
    add_part(out, "Why", rule->page.why);
    add_part(out, "What usually breaks it", rule->page.causes);
    add_part(out, "How to fix it", rule->page.fix);
    (void)buf_printf(out, "\nExample\n  expected %s\n  got      %s\n", rule->page.wanted, rule->page.seen);
    (void)buf_printf(out, "\nIn a baseline\n  SCENARIO#%s\n", slug);
}

static void list_rules(struct buf *out)
{
    const struct always_rule *rule;
    for (size_t i = 0; (rule = always_at(i)) != NULL; i++) {
        char clause[64];
        write_clause(rule, clause, sizeof clause);
        (void)buf_printf(out, "%-24s %-7s %s%*s %s\n", rule->id, level_name(rule->level), clause,
                         CLAUSE_WIDTH - (int)cli_text_width(slice_cstr(clause)), "", rule->sentence);
    }
}

/* ---- Markdown ---- */

static void add_reference(struct buf *out, const struct always_rule *rule)
{
    char clause[64], slug[SLUG_MAX];
    struct slice section = slice_cstr(rule->clause), document = slice_cut(&section, '#');
    write_clause(rule, clause, sizeof clause);
    always_write_slug(rule, slug);
    (void)buf_printf(out, "\n## %s\n\n**%s.** `%s`", rule->id, rule->sentence, level_name(rule->level));
    if (document.len > 3)
        (void)buf_printf(out, ", [%s](https://www.rfc-editor.org/rfc/rfc%.*s%s%.*s)", clause,
                         SLICE_ARG(slice_from(document, 3)), section.len > 0 ? "#section-" : "", SLICE_ARG(section));
    (void)buf_printf(out, "\n\n%s\n\n", rule->page.demands);
    (void)buf_printf(out, "- **Why:** %s\n- **What usually breaks it:** %s\n- **How to fix it:** %s\n", rule->page.why,
                     rule->page.causes, rule->page.fix);
    (void)buf_printf(out, "\n```\nexpected %s\ngot      %s\n```\n\nIn a baseline: `SCENARIO#%s`\n", rule->page.wanted,
                     rule->page.seen, slug);
}

static void add_references(struct buf *out)
{
    const struct always_rule *rule;
    (void)buf_add_cstr(out, "\n| rule | level | sentence |\n| --- | --- | --- |\n");
    for (size_t i = 0; (rule = always_at(i)) != NULL; i++)
        (void)buf_printf(out, "| [%s](#%s) | %s | %s |\n", rule->id, rule->id, level_name(rule->level), rule->sentence);
    for (size_t i = 0; (rule = always_at(i)) != NULL; i++)
        add_reference(out, rule);
    (void)buf_add_char(out, '\n');
}

/* ---- the verb ---- */

static int unknown_rule(const struct cli_call *call, const char *id)
{
    struct nearest near;
    nearest_init(&near, id);
    for (size_t i = 0; always_at(i) != NULL; i++)
        nearest_offer(&near, always_at(i)->id);
    return cli_refuse(call, "no always-on rule `%s`%s", id, nearest_hint(&near));
}

static int run(struct cli_call *call)
{
    struct wish wish = {0};
    struct buf text;
    int code = cli_read(call, &wish);
    if (code != CLI_GO_ON)
        return code;
    const struct always_rule *rule = call->argc > 0 ? always_find(call->argv[0]) : NULL;
    if (call->argc > 0 && rule == NULL)
        return unknown_rule(call, call->argv[0]);
    if (call->argc > 0 && wish.markdown)
        return cli_refuse(call, "--markdown prints all rules; leave `%s` out", call->argv[0]);
    buf_init(&text, TEXT_MAX);
    if (wish.markdown)
        add_references(&text);
    else if (rule != NULL)
        add_page(&text, rule);
    else
        list_rules(&text);
    (void)fputs(buf_cstr(&text), stdout);
    buf_fini(&text);
    return EXIT_AS_EXPECTED;
}

static void offer_rules(struct buf *out)
{
    for (size_t i = 0; always_at(i) != NULL; i++)
        (void)buf_printf(out, "%s\n", always_at(i)->id);
}

static const struct cli_option rows[] = {{.name = "markdown",
                                          .kind = CLI_FLAG,
                                          .offset = offsetof(struct wish, markdown),
                                          .help = "print the reference page of all rules, as in docs/reference/"},
                                         {0}};
static const struct cli_group groups[] = {{"Form", rows, 0}, {0}};

const struct cli_command verb_rules = {
    .name = "rules",
    .summary = "list the always-on rules, or explain one",
    .synopsis = "[RULE]\n--markdown",
    .about = "Lists the rules that are checked in every run, whatever the scenario asks for. With the id of a rule, "
             "prints what the rule demands, why, what usually breaks it, and how to fix that. A failing run names the "
             "rule that is broken.\n",
    .groups = groups,
    .sections = (const struct cli_section[]){{"Exit status", "0\tprinted\n2\tunknown rule, or bad usage\n", NULL},
                                             {"Example", "  relaylab rules line-ends\n", NULL},
                                             {0}},
    .arguments = "RULE",
    .arguments_max = 1,
    .offer = offer_rules,
    .run = run};
