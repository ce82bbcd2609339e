/* The timeline as people read it, on terminals of several widths. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/report/record/record.h"
#include "harness/report/terminal/terminal.h"
#include "harness/report/terminal/terminal_timeline.h"
#include "harness/report/terminal/terminal_text.h"
#include "harness/report/record/testing.h"

#define MX1     "mx1.dest.example"
#define ADDRESS "bob@dest.example"
#define WORLD_TO(to)                                                                                                   \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {dest.example: {MX: \"10 " MX1       \
    "\"}}\n  hosts: {" MX1                                                                                             \
    ": {addr: 192.0.2.10}}\nstory:\n  - {t: 0s, submit: m1, from: alice@sender.example, to: [" to                      \
    "]}\nexpect:\n  - {must: X, spec: RFC5321#6.1, delivered: {of: m1}}\n"
#define TRY(t, conn, rcpt)                                                                                             \
    TEST_CONNECT(t, conn, MX1)                                                                                         \
    TEST_RCPT(t, conn, conn, rcpt, 451, "4.7.1 Greylisted, please come back in a few minutes")                         \
    TEST_CLOSE(t, conn, "host", "close")
#define NOTICE(t, action)                                                                                              \
    "{'t':" #t ",'event':'dsn.seen','host':'mx.sender.example','msg':'m1','n':1,'to':'alice@sender.example',"          \
    "'recipients':[{'rcpt':'" ADDRESS "','action':'" action "','status':'4.7.1'}]}\n"

static char *text;

static const char *printed(const char *yaml, const char *events, size_t columns)
{
    struct test_run run;
    size_t len;
    free(text);
    FILE *out = open_memstream(&text, &len);
    test_run_begin(&run, yaml, events);
    terminal_timeline(out, &run.trial.facts, columns);
    test_run_end(&run);
    (void)fclose(out);
    return text;
}

static size_t widest_line(const char *lines)
{
    size_t most = 0;
    char line[1000];
    for (; *lines != '\0'; lines += strcspn(lines, "\n") + 1) {
        (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(lines, "\n"), lines);
        most = terminal_columns_of(line) > most ? terminal_columns_of(line) : most;
    }
    return most;
}

START_TEST(a_wide_terminal_has_a_column_for_recipients)
{
    ck_assert_str_eq(
        printed(WORLD_TO(ADDRESS), TEST_SUBMITTED(0, ADDRESS) TRY(0, 1, ADDRESS) TRY(300, 2, ADDRESS), 200),
        "  " ADDRESS "     00:00:00.000  " MX1
        "  RCPT → 451 4.7.1 Greylisted, please come back in a few minutes  defer, next in 5m\n"
        "                       00:05:00.000  " MX1 "  RCPT → 451 4.7.1 Greylisted, please come back in a few minutes  "
        "not tried again\n");
    free(text);
    text = NULL;
}
END_TEST

START_TEST(a_narrow_one_has_them_above_their_rows_and_cuts_no_reply)
{
    ck_assert_str_eq(printed(WORLD_TO(ADDRESS), TEST_SUBMITTED(0, ADDRESS) TRY(0, 1, ADDRESS) TRY(300, 2, ADDRESS), 80),
                     "  " ADDRESS "\n"
                     "       00:00:00  " MX1 "  defer, next in 5m\n"
                     "                 RCPT → 451 4.7.1 Greylisted, please come back in a few minutes\n"
                     "       00:05:00  " MX1 "  not tried again\n"
                     "                 RCPT → 451 4.7.1 Greylisted, please come back in a few minutes\n");
    for (size_t columns = 80; columns <= 140; columns++)
        ck_assert_uint_le(
            widest_line(printed(WORLD_TO(ADDRESS), TEST_SUBMITTED(0, ADDRESS) TRY(0, 1, ADDRESS) TRY(300, 2, ADDRESS),
                                columns)),
            columns);
    free(text);
    text = NULL;
}
END_TEST

START_TEST(text_is_wrapped_at_spaces_and_goes_on_in_its_column)
{
    static const struct {
        const char *text;
        size_t at, columns;
        const char *lines;
    } cases[] = {
        {"", 2, 40, "\n"},
        {"one two", 2, 40, "one two\n"},
        {"one two three four five six seven", 4, 30, "one two three four five\n    six seven\n"},
        {"abcdefghijklmnopqrstuvwxyz0123456789", 4, 30, "abcdefghijklmnopqrstuvwxyz\n    0123456789\n"},
        {"äöüäöüäöüäöüäöüäöüäöüäöüäö üäöü", 4, 30, "äöüäöüäöüäöüäöüäöüäöüäöüäö\n    üäöü\n"},
        {"one two three four five six seven", 12, 10, "one two three four\n            five six seven\n"},
        {"a\x1b[31m", 2, 40, "a\\x1B[31m\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len;
        free(text);
        FILE *out = open_memstream(&text, &len);
        terminal_wrap(out, cases[i].text, cases[i].at, cases[i].columns);
        (void)fclose(out);
        ck_assert_str_eq(text, cases[i].lines);
    }
    free(text);
    text = NULL;
}
END_TEST

START_TEST(the_environment_sets_the_width)
{
    static const struct {
        const char *set;
        size_t columns;
    } cases[] = {{"80", 80}, {"200", 200}, {"0", TERMINAL_UNLIMITED}, {"wide", TERMINAL_UNLIMITED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)setenv("COLUMNS", cases[i].set, 1);
        if (cases[i].columns != TERMINAL_UNLIMITED || !isatty(STDOUT_FILENO))
            ck_assert_uint_eq(terminal_columns(), cases[i].columns);
    }
    (void)unsetenv("COLUMNS");
}
END_TEST

START_TEST(notices_and_the_story_are_shown_where_they_happened)
{
    static const char *const wanted[] = {"defer, next in 1h", "the target is killed", "sender warned of the delay",
                                         "\n  " ADDRESS "         01:00:00.000", "sender notified"};
    const char *at = printed(
        WORLD_TO(ADDRESS),
        TEST_SUBMITTED(0, ADDRESS)
            TRY(0, 1, ADDRESS) "{'t':60,'event':'target.action','action':'kill'}\n{'t':60,'event':'target.exit',"
                               "'signal':9,'asked':'kill'}\n" NOTICE(600, "delayed") TRY(3600, 2, ADDRESS)
                                   NOTICE(3600, "failed"),
        200);
    ck_assert_ptr_null(strstr(at, "signal"));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        at = strstr(at, wanted[i]);
        ck_assert_msg(at != NULL, "lacks `%s`, or has it too early:\n%s", wanted[i], text);
    }
    free(text);
    text = NULL;
}
END_TEST

START_TEST(equal_rows_are_folded)
{
    struct buf events;
    buf_init(&events, 100000);
    (void)buf_add_cstr(&events, TEST_SUBMITTED(0, ADDRESS));
    for (int i = 0; i < 7; i++)
        (void)buf_printf(&events, "{'t':%d,'event':'tcp.connect','host':'" MX1 "','result':'refused'}\n", i * 3600);
    ck_assert_ptr_nonnull(strstr(printed(WORLD_TO(ADDRESS), buf_cstr(&events), 200), "… 4 more of these"));
    ck_assert_ptr_nonnull(
        strstr(printed(WORLD_TO("a@dest.example, b@dest.example, c@dest.example"), buf_cstr(&events), 200),
               "… and the same for 2 more recipients, up to c@dest.example"));
    ck_assert_ptr_null(
        strstr(printed(WORLD_TO("a@dest.example, b@dest.example"), buf_cstr(&events), 200), "and the same"));
    buf_fini(&events);
    free(text);
    text = NULL;
}
END_TEST

/* ---- the line of a run ---- */

static const char *told_by(struct terminal terminal, const struct run_result *result)
{
    size_t len;
    free(text);
    terminal.out = open_memstream(&text, &len);
    terminal_result(&terminal, result);
    (void)fclose(terminal.out);
    return text;
}

static const char *told(const struct run_result *result)
{
    return told_by((struct terminal){0}, result);
}

START_TEST(a_run_begins_with_a_word_that_can_be_searched)
{
    static const struct {
        enum result kind, expected; /* UNKNOWN: without a baseline */
        const char *word;
        bool as_expected;
    } cases[] = {{RESULT_PASS, RESULT_UNKNOWN, "PASS  test/one   ", true},
                 {RESULT_WARN, RESULT_UNKNOWN, "WARN  test/one   ", true},
                 {RESULT_FAIL, RESULT_UNKNOWN, "FAIL  test/one   ", false},
                 {RESULT_INCONCLUSIVE, RESULT_UNKNOWN, "FAIL  test/one   ", false},
                 {RESULT_FAIL, RESULT_FAIL, "KNOWN test/one   ", true},
                 {RESULT_WARN, RESULT_WARN, "KNOWN test/one   ", true}};
    struct test_run run;
    struct run how = {.state = RUN_PLAYED};
    test_run_begin(&run, WORLD_TO(ADDRESS), TEST_SUBMITTED(0, ADDRESS));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verdict verdict = {.kind = cases[i].kind,
                                  .level = "must",
                                  .sentence = "X",
                                  .expected = cases[i].expected,
                                  .reason = cases[i].expected != RESULT_UNKNOWN ? "known" : NULL,
                                  .at = SIZE_MAX};
        struct judgement judgement = {&verdict, 1, cases[i].as_expected};
        struct run_result result = {run.trial.scenario, &run.trial.target, "x", 1, &how, &run.trial.facts, &judgement};
        run.trial.target.name = "relay";
        ck_assert_msg(strncmp(told(&result), cases[i].word, strlen(cases[i].word)) == 0, "case %zu: %s", i, text);
    }
    test_run_end(&run);
    free(text);
    text = NULL;
}
END_TEST

START_TEST(a_note_about_a_program_is_printed_below_a_good_run_too)
{
    struct test_run run;
    struct run how = {.state = RUN_PLAYED, .note_count = 1, .notes = {"x woke 10000 times \xe2\x80\xae"}};
    test_run_begin(&run, WORLD_TO(ADDRESS), TEST_SUBMITTED(0, ADDRESS));
    struct judgement judgement = {NULL, 0, true};
    struct run_result result = {run.trial.scenario, &run.trial.target, "x", 1, &how, &run.trial.facts, &judgement};
    run.trial.target.name = "relay";
    ck_assert_msg(strstr(told(&result), "\n  note: x woke 10000 times \\u202E\n") != NULL, "%s", text);
    struct json *record = record_result(&result);
    ck_assert_uint_eq(json_count(json_get(record, "notes")), 1);
    json_free(record);
    test_run_end(&run);
    free(text);
    text = NULL;
}
END_TEST

START_TEST(a_finding_about_a_bounce_shows_the_bounce_and_controls_no_terminal)
{
    static const char *const wanted[] = {
        "expected a report\n",  "got      \\u202Eno\n",
        "because  it is not\n", "the report: Content-Type: multipart/mixed\n",
        "| Subject: Failed\n",  "| " ADDRESS ": Action: failed, Status: 5.1.1, no Diagnostic-Code, no Remote-MTA\n",
        "| Sorry.\n",           "| Bye.\n"};
    struct test_run run;
    struct run how = {.state = RUN_PLAYED};
    test_run_begin(&run, WORLD_TO(ADDRESS),
                   "{'t':5,'event':'dsn.seen','msg':'m1','n':1,'subject':'Failed','text':'Sorry."
                   "\\\\x0D\\n\\\\x0D\\nBye.','form':{'type':"
                   "'multipart/mixed'},'recipients':[{'rcpt':'" ADDRESS "','action':'failed','status':'5.1.1'}]}\n");
    struct verdict verdict = {.kind = RESULT_FAIL, .level = "must", .sentence = "X", .at = 0};
    struct judgement judgement = {&verdict, 1, false};
    struct run_result result = {run.trial.scenario, &run.trial.target, "x", 1, &how, &run.trial.facts, &judgement};
    run.trial.target.name = "relay";
    (void)snprintf(verdict.wanted, sizeof verdict.wanted, "a report");
    (void)snprintf(verdict.seen, sizeof verdict.seen, "\xe2\x80\xaeno");
    (void)snprintf(verdict.because, sizeof verdict.because, "it is not");
    (void)told(&result);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(strstr(text, wanted[i]) != NULL, "lacks `%s`:\n%s", wanted[i], text);
    test_run_end(&run);
    free(text);
    text = NULL;
}
END_TEST

/* Of a run with three equal failures at the refusal of RCPT, a warning, and a baseline or not. */
START_TEST(a_failure_shows_what_happened_and_five_lines_of_the_dialogue)
{
    static const char *const shown[] = {"FAIL  test/one   A test   relay   1 warning\n  relay accepted m1 for " ADDRESS
                                        ", made one attempt (451 at RCPT), "
                                        "and did not try again.\n  fail  must    X  \n",
                                        "                00:00:00.000  C: RCPT TO:<" ADDRESS ">\n"
                                        "              > 00:00:00.000  S: 451 4.7.1 no\n"
                                        "                00:00:00.000  #  connection closed by the host\n"
                                        "              and 2 more of this\n  rerun: "};
    static const struct {
        struct terminal terminal;
        bool warning, dialogue;
    } cases[] = {{{0}, false, true}, {{.verbose = true}, true, false}, {{.timeline = true}, true, true}};
    struct test_run run;
    struct run how = {.state = RUN_PLAYED};
    test_run_begin(&run, WORLD_TO(ADDRESS),
                   TEST_SUBMITTED(0, ADDRESS) TEST_CONNECT(
                       0, 1, MX1) "{'t':0,'event':'smtp.command','conn':1,'txn':1,'msg':'m1','n':1,'rcpt':'" ADDRESS
                                  "','verb':'RCPT','line':'RCPT TO:<" ADDRESS
                                  ">'}\n{'t':0,'event':'smtp.reply','conn':1,'txn':1,'msg':'m1','n':1,'rcpt':'" ADDRESS
                                  "','verb':'RCPT','code':451,'text':'4.7.1 no'}\n" TEST_CLOSE(0, 1, "host", "close"));
    struct verdict verdicts[4];
    for (size_t i = 0; i < 4; i++) {
        verdicts[i] = (struct verdict){.kind = i < 3 ? RESULT_FAIL : RESULT_WARN,
                                       .level = i < 3 ? "must" : "should",
                                       .sentence = i < 3 ? "X" : "Warned",
                                       .wanted = "w",
                                       .seen = "s",
                                       .at = 3};
    }
    struct judgement judgement = {verdicts, 4, false};
    struct run_result result = {run.trial.scenario, &run.trial.target, "x", 1, &how, &run.trial.facts, &judgement};
    run.trial.target.name = "relay";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)told_by(cases[i].terminal, &result);
        ck_assert_msg((strstr(text, "warn  should  Warned") != NULL) == cases[i].warning, "case %zu:\n%s", i, text);
        ck_assert_msg((strstr(text, "S: 451 4.7.1 no") != NULL) == cases[i].dialogue, "case %zu:\n%s", i, text);
        ck_assert_msg((strstr(text, "> {\"t\":0") != NULL) == !cases[i].dialogue, "case %zu:\n%s", i, text);
        for (size_t k = 0; i == 0 && k < sizeof shown / sizeof shown[0]; k++)
            ck_assert_msg(strstr(text, shown[k]) != NULL, "lacks\n%s\nin\n%s", shown[k], text);
    }
    test_run_end(&run);
    free(text);
    text = NULL;
}
END_TEST

SUITE(terminal, a_failure_shows_what_happened_and_five_lines_of_the_dialogue,
      text_is_wrapped_at_spaces_and_goes_on_in_its_column, the_environment_sets_the_width,
      a_note_about_a_program_is_printed_below_a_good_run_too, a_run_begins_with_a_word_that_can_be_searched,
      a_finding_about_a_bounce_shows_the_bounce_and_controls_no_terminal, a_wide_terminal_has_a_column_for_recipients,
      a_narrow_one_has_them_above_their_rows_and_cuts_no_reply, notices_and_the_story_are_shown_where_they_happened,
      equal_rows_are_folded)
