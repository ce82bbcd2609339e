/* Why runs fail, at the end of a run of the suite: within the terminal's width, with nothing of a peer that controls
 * it. */
#include "harness/report/terminal/terminal_causes.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/record/causes.h"
#include "harness/report/terminal/terminal_text.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

#define RUN(scenario, verdicts)                                                                                        \
    "{\"scenario\":\"" scenario "\",\"target\":\"x\",\"result\":\"fail\",\"verdicts\":[" verdicts "]}"
#define V(verdict, level, sentence, clauses, wanted, seen)                                                             \
    "{\"verdict\":\"" verdict "\",\"level\":\"" level "\",\"sentence\":\"" sentence "\",\"clauses\":\"" clauses        \
    "\",\"wanted\":\"" wanted "\",\"seen\":\"" seen "\"}"
#define LONG                                                                                                           \
    "a sentence of the report that says which of the many recipients of the message had none of the copies at all"

/* What is printed for these records on a terminal of that width, 0 = on none. The caller's. */
static char *printed(const char *list, const char *columns, bool color)
{
    struct json *records = NULL;
    struct err err = {0};
    char *array = mem_printf("[%s]", list), *text = NULL;
    size_t len;
    ck_assert_msg(json_parse(slice_cstr(array), &records, &err) == ERR_OK, "%s: %s", array, err.text);
    struct json *causes = causes_of(records);
    struct terminal terminal = {.out = open_memstream(&text, &len), .color = color};
    (void)setenv("COLUMNS", columns, 1);
    terminal_causes(&terminal, causes);
    (void)unsetenv("COLUMNS");
    (void)fclose(terminal.out);
    json_free(causes);
    json_free(records);
    free(array);
    return text;
}

static void expect(const char *list, const char *columns, const char *wanted)
{
    char *text = printed(list, columns, false);
    ck_assert_msg(strcmp(text, wanted) == 0, "at %s columns:\n%s\nwanted:\n%s", columns, text, wanted);
    free(text);
}

START_TEST(without_a_cause_nothing_is_printed)
{
    expect("", "80", "");
    expect(RUN("a/b", V("pass", "must", "S", "RFC1", "w", "s")), "80", "");
    expect(RUN("a/b", V("warn", "should", "S", "RFC1", "w", "s")), "80", "");
}
END_TEST

/* One line for the finding where it fits, else one for each half; clauses only where there is room. */
START_TEST(a_cause_takes_the_room_that_there_is)
{
    static const struct {
        const char *list, *columns, *lines;
    } cases[] = {
        {RUN("a/b", V("fail", "must", "It arrives", "RFC5321 §6.1", "a copy", "none")), "80",
         "\n1 cause in 1 run\n"
         "     1 run   must    It arrives   RFC5321 §6.1\n"
         "                     expected a copy; got none\n"
         "                     a/b\n\n"},
        {"{\"scenario\":\"a/b\",\"case\":null,\"target\":\"x\",\"result\":\"fail\",\"what\":\"\",\"happened\":"
         "[\"x dropped it\",\"x delivered m2\"],\"verdicts\":[" V("fail", "must", "It arrives", "", "", "none") "]}",
         "80",
         "\n1 cause in 1 run\n     1 run   must    It arrives\n                     x dropped it\n"
         "                     none\n                     a/b\n\n"},
        /* as wide as the line with its clauses: 21 + 10 + 3 + 12; one less, and they are left out */
        {RUN("a/b", V("fail", "must", "It arrives", "RFC5321 §6.1", "", "none")), "46",
         "\n1 cause in 1 run\n     1 run   must    It arrives   RFC5321 §6.1\n                     none\n"
         "                     a/b\n\n"},
        {RUN("a/b", V("fail", "must", "It arrives", "RFC5321 §6.1", "", "none")), "45",
         "\n1 cause in 1 run\n     1 run   must    It arrives\n                     none\n                     "
         "a/b\n\n"},
        {RUN("a/b", V("fail", "must", "S", "", "a copy", "none")), "46",
         "\n1 cause in 1 run\n     1 run   must    S\n                     expected a copy; got none\n"
         "                     a/b\n\n"},
        {RUN("a/b", V("fail", "must", "S", "", "a copy", "none")), "45",
         "\n1 cause in 1 run\n     1 run   must    S\n                     expected a copy\n"
         "                     got      none\n                     a/b\n\n"},
        /* what was seen is not what is cut: it has its own line */
        {RUN("a/b", V("fail", "must", "S", "", LONG, "none")), "80",
         "\n1 cause in 1 run\n"
         "     1 run   must    S\n"
         "                     expected a sentence of the report that says which of the m…\n"
         "                     got      none\n"
         "                     a/b\n\n"},
        {RUN("a/b", V("fail", "must", "S", "", LONG, "none")), "200",
         "\n1 cause in 1 run\n"
         "     1 run   must    S\n"
         "                     expected " LONG "; got none\n"
         "                     a/b\n\n"},
        /* without a level there is the word that begins the line of the run */
        {RUN("a/b", V("inconclusive", "", "S", "", "w", "s")), "120",
         "\n1 cause in 1 run\n     1 run   fail    S\n                     expected w; got s\n"
         "                     a/b\n\n"},
        {RUN("a/b", V("fail", "must", "S", "", "w", "s") "," V("fail", "must", "T", "", "w",
                                                               "s") "," V("inconclusive", "must", "U", "", "w", "s")),
         "120",
         "\n1 cause in 1 run\n     1 run   must    S\n                     expected w; got s\n"
         "                     also: T; U\n                     a/b\n\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(cases[i].list, cases[i].columns, cases[i].lines);
}
END_TEST

/* "fits" is for the lines that are cut; a sentence is not, so that it can be searched. */
START_TEST(no_line_but_a_sentence_is_wider_than_the_terminal)
{
    static const char list[] =
        RUN("retry/a-scenario-with-a-long-name-of-its-own",
            V("fail", "must", "S", "RFC5321 §6.1", LONG, LONG) "," V(
                "fail", "must", "Tä", "", LONG,
                "none")) "," RUN("retry/another-scenario-with-a-long-name-of-its-own",
                                 V("fail", "must", "S", "RFC5321 §6.1", LONG, LONG) "," V(
                                     "fail", "must", "Tä", "", LONG,
                                     "none")) "," RUN("c", V("fail", "must", "Umlauts äöüäöüäöü", "RFC1",
                                                             "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü", "s"));
    for (size_t columns = 43; columns <= 200; columns++) {
        char width[16];
        (void)snprintf(width, sizeof width, "%zu", columns);
        char *text = printed(list, width, false);
        struct slice rest = slice_cstr(text);
        while (rest.len > 0) {
            char *line = slice_dup(slice_cut(&rest, '\n'));
            ck_assert_msg(terminal_columns_of(line) <= columns, "%zu: %s", columns, line);
            free(line);
        }
        free(text);
    }
}
END_TEST

START_TEST(text_of_a_peer_does_not_control_the_terminal)
{
    static const struct {
        const char *evil, *shown; /* shown: in a line that is not cut */
    } cases[] = {
        {"\\u001b[31m\\u0007", "\\x1B[31m\\x07"}, {"\\u202e\\r\\n\\t", "\\x0D\\x0A\\x09"}, {"\\u202eab", "\\u202Eab"}};
    static const char *const widths[] = {"40", "80", "1000"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *evil = cases[i].evil;
        char *list = mem_printf(RUN("%s", V("fail", "%s", "%s", "%s", "%s", "%s")), evil, evil, evil, evil, evil, evil);
        for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
            char *text = printed(list, widths[k], false);
            for (const char *bad = "\033\r\a\t"; *bad != '\0'; bad++)
                ck_assert_msg(strchr(text, *bad) == NULL, "octet %d at %s columns:\n%s", *bad, widths[k], text);
            ck_assert_msg(strstr(text, "\xe2\x80\xae") == NULL, "case %zu at %s columns:\n%s", i, widths[k], text);
            ck_assert_msg(strstr(text, cases[i].shown) != NULL, "case %zu at %s columns:\n%s", i, widths[k], text);
            free(text);
        }
        free(list);
    }
}
END_TEST

START_TEST(a_screen_has_twelve_causes_and_says_how_many_there_are)
{
    static const struct {
        int causes;
        const char *shown, *more; /* more: NULL = none */
    } cases[] = {{12, "Sentence l\n", NULL}, {14, "Sentence l\n", "\n  … and 2 more causes; the reports have all\n\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf list;
        buf_init(&list, 65536);
        for (int n = 0; n < cases[i].causes; n++)
            (void)buf_printf(&list, "%s" RUN("s/%c", V("fail", "must", "Sentence %c", "", "w", "s")), n > 0 ? "," : "",
                             'a' + n, 'a' + n);
        char *text = printed(buf_cstr(&list), "80", false);
        ck_assert_ptr_nonnull(strstr(text, cases[i].shown));
        ck_assert_ptr_null(strstr(text, "Sentence m"));
        ck_assert_msg((strstr(text, "more causes") != NULL) == (cases[i].more != NULL), "%s", text);
        ck_assert_msg(cases[i].more == NULL || strstr(text, cases[i].more) != NULL, "%s", text);
        free(text);
        buf_fini(&list);
    }
}
END_TEST

START_TEST(colours_are_those_of_the_terminal_alone)
{
    static const char list[] = RUN("a/b", V("fail", "must", "S", "", "w", "s"));
    char *plain = printed(list, "80", false), *color = printed(list, "80", true);
    ck_assert_ptr_null(strchr(plain, '\033'));
    ck_assert_ptr_nonnull(strstr(color, "   1 run \033["));
    free(plain);
    free(color);
}
END_TEST

SUITE(terminal_causes, without_a_cause_nothing_is_printed, a_cause_takes_the_room_that_there_is,
      no_line_but_a_sentence_is_wider_than_the_terminal, text_of_a_peer_does_not_control_the_terminal,
      a_screen_has_twelve_causes_and_says_how_many_there_are, colours_are_those_of_the_terminal_alone)
