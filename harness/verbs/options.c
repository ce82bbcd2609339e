#include "harness/verbs/options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/verbs/verbs.h"
#include "lib/base/nearest.h"
#include "lib/base/slice.h"

#define OPTIONS_MAX   64
#define HELP_COLUMN   22
#define HELP_WIDTH    100
#define FIRST_CODE    256 /* of long options, above all letters */
#define CODE_OF_HELP  'h'
#define NAME_TEXT_MAX 64

const char options_exit_status[] =
    "Exit status: 0 as expected, 1 some verdict is not as expected, 2 bad scenario, configuration or\n"
    "usage, 3 the harness or the target could not run, 4 nothing ran.\n";

/* All rows of all groups, as getopt wants them. */
struct parser {
    const struct option_page *page;
    struct {
        const struct option_row *row;
        void *base;
    } known[OPTIONS_MAX];
    size_t count;
    struct option longs[OPTIONS_MAX + 2];
    char letters[2 * OPTIONS_MAX + 4];
};

static void collect(struct parser *p, const struct option_group *groups)
{
    size_t letters = 0;
    p->letters[letters++] = ':'; /* a missing value is told apart */
    p->letters[letters++] = CODE_OF_HELP;
    for (; groups->title != NULL; groups++) {
        for (const struct option_row *row = groups->rows; row->name != NULL && p->count < OPTIONS_MAX; row++) {
            bool flag = row->kind == OPTION_FLAG;
            p->longs[p->count] =
                (struct option){row->name, flag ? no_argument : required_argument, NULL, FIRST_CODE + (int)p->count};
            p->known[p->count].row = row;
            p->known[p->count++].base = groups->base;
            if (row->letter != 0)
                p->letters[letters++] = row->letter;
            if (row->letter != 0 && !flag)
                p->letters[letters++] = ':';
        }
    }
    p->letters[letters] = '\0';
    p->longs[p->count] = (struct option){"help", no_argument, NULL, CODE_OF_HELP};
}

/* ---- help ---- */

/* Text from a column on, broken between words. */
static void print_wrapped(const char *text, int column)
{
    int at = column;
    struct slice rest = slice_cstr(text);
    while (rest.len > 0) {
        struct slice word = slice_cut(&rest, ' ');
        if (at > column && at + 1 + (int)word.len > HELP_WIDTH) {
            printf("\n%*s", column, "");
            at = column;
        }
        at += printf("%s%.*s", at > column ? " " : "", SLICE_ARG(word));
    }
    (void)putchar('\n');
}

static void print_row(const struct option_row *row)
{
    char name[NAME_TEXT_MAX], letter[8] = "";
    if (row->letter != 0)
        (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    int len = snprintf(name, sizeof name, "%s--%s%s%s", letter, row->name, row->value != NULL ? " " : "",
                       row->value != NULL ? row->value : "");
    if (len > HELP_COLUMN - 3)
        printf("  %s\n%*s", name, HELP_COLUMN, "");
    else
        printf("  %-*s", HELP_COLUMN - 2, name);
    print_wrapped(row->help, HELP_COLUMN);
}

static void print_help(const struct option_page *page, const struct option_group *groups)
{
    struct slice lines = slice_cstr(page->synopsis);
    for (const char *word = "Usage:"; lines.len > 0; word = "      ") {
        struct slice line = slice_cut(&lines, '\n');
        printf("%s relaylab %s %.*s\n", word, page->verb, SLICE_ARG(line));
    }
    printf("\n%s", page->about);
    for (; groups->title != NULL; groups++) {
        printf("\n%s:\n", groups->title);
        for (const struct option_row *row = groups->rows; row->name != NULL; row++)
            print_row(row);
    }
    printf("\n  %-*s%s\n", HELP_COLUMN - 2, "-h, --help", "show this text");
    if (page->more != NULL)
        page->more();
    printf("\n%s", page->end);
}

/* ---- errors ---- */

static int refuse(const struct parser *p, const struct err *err)
{
    fprintf(stderr, "relaylab %s: %s\nrelaylab %s: see relaylab %s --help\n", p->page->verb, err->text, p->page->verb,
            p->page->verb);
    return EXIT_BAD_INPUT;
}

static int refuse_unknown(const struct parser *p, const char *word)
{
    struct err err;
    struct nearest near;
    char name[NAME_TEXT_MAX];
    if (optopt >= FIRST_CODE)
        (void)err_set(&err, ERR_INVALID, "--%s takes no value", p->known[optopt - FIRST_CODE].row->name);
    else if (optopt != 0)
        (void)err_set(&err, ERR_INVALID, "no option `-%c`", optopt);
    if (optopt != 0)
        return refuse(p, &err);
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    nearest_init(&near, name);
    for (size_t i = 0; i < p->count; i++)
        nearest_offer(&near, p->known[i].row->name);
    (void)err_set(&err, ERR_INVALID, "no option `--%s`%s%s%s", name, near.best != NULL ? "; did you mean `--" : "",
                  near.best != NULL ? near.best : "", near.best != NULL ? "`?" : "");
    return refuse(p, &err);
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

static int take_number(const struct option_row *row, void *member, const char *value, struct err *err)
{
    uint64_t n;
    if (!slice_to_u64(slice_cstr(value), (uint64_t)row->max, &n) || (int64_t)n < row->min)
        return err_set(err, ERR_INVALID, "--%s takes a number from %" PRId64 " to %" PRId64 ", not `%s`", row->name,
                       row->min, row->max, value);
    *(int64_t *)member = (int64_t)n;
    return ERR_OK;
}

static int take(const struct option_row *row, void *base, const char *value, struct err *err)
{
    void *member = (char *)base + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return ERR_OK;
    case OPTION_NUMBER:
        return take_number(row, member, value, err);
    case OPTION_TAKE:
        return row->take(base, value, err) ? ERR_OK : ERR_INVALID;
    case OPTION_CHOICE:
        if (!is_choice(row->value, value))
            return err_set(err, ERR_INVALID, "--%s takes %s, not `%s`", row->name, row->value, value);
        break;
    case OPTION_TEXT:
        if (value[0] == '\0')
            return err_set(err, ERR_INVALID, "--%s wants a value", row->name);
        break;
    }
    *(const char **)member = value;
    return ERR_OK;
}

static size_t find(const struct parser *p, int code)
{
    if (code >= FIRST_CODE)
        return (size_t)(code - FIRST_CODE);
    for (size_t i = 0; i < p->count; i++)
        if (p->known[i].row->letter == code)
            return i;
    return p->count;
}

int options_parse(const struct option_page *page, const struct option_group *groups, int argc, char **argv,
                  int *first_arg)
{
    struct parser p = {.page = page};
    struct err err;
    collect(&p, groups);
    opterr = 0;
    optind = 0; /* anew, and with it GNU's own state */
    for (int code; (code = getopt_long(argc, argv, p.letters, p.longs, NULL)) != -1;) {
        size_t at = find(&p, code);
        if (code == CODE_OF_HELP) {
            print_help(page, groups);
            return EXIT_AS_EXPECTED;
        }
        if (code == ':') {
            (void)err_set(&err, ERR_INVALID, "%s wants a value", argv[optind - 1]);
            return refuse(&p, &err);
        }
        if (at == p.count)
            return refuse_unknown(&p, argv[optind - 1]);
        if (take(p.known[at].row, p.known[at].base, optarg, &err) != ERR_OK)
            return refuse(&p, &err);
    }
    *first_arg = optind;
    return -1;
}
