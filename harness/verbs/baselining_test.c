/* relaylab baseline, and the options of run about baselines: comparing, updating, and what is refused. */
#include "harness/verbs/baselining.h"
#include "harness/verbs/testing.h"

#define VERDICT(id, verdict, level)                                                                                    \
    "{\"id\":\"" id "\",\"verdict\":\"" verdict "\",\"level\":\"" level "\",\"sentence\":\"S\",\"seen\":\"2 copies\"}"
#define RUN(result, verdicts)                                                                                          \
    "{\"scenario\":\"a/b\",\"case\":null,\"target\":\"x\",\"result\":\"" result "\",\"verdicts\":[" verdicts "]}"
#define REPORT(runs) "{\"report\":1,\"runs\":[" runs "]}\n"

#define KNOWN "# of this target\na/b#it-holds: {verdict: warn, reason: issue 17}\n"
#define OFFER                                                                                                          \
    "  To accept these differences, run again with --update-baseline (and --reason TEXT where entries are new).\n"

static void begin(const char *baseline, const char *report)
{
    verb_begin();
    if (baseline != NULL)
        verb_file("x.yaml", baseline);
    verb_file("report.json", report);
}

START_TEST(show_prints_an_entry_a_line)
{
    begin(KNOWN "a/c(d): {verdict: trouble, reason: \"two words\\ttab\"}\n", "");
    verb_expect("baseline show x.yaml", EXIT_AS_EXPECTED,
                "a/b#it-holds\twarn\tissue 17\na/c(d)\ttrouble\ttwo words\ttab\n", "");
    verb_file("empty.yaml", "{}\n");
    verb_expect("baseline show empty.yaml", EXIT_AS_EXPECTED, "", "");
    verb_end();
}
END_TEST

START_TEST(check_compares_a_report_and_changes_nothing)
{
    static const struct {
        const char *report;
        int code;
        const char *err;
    } cases[] = {
        {REPORT(RUN("fail", VERDICT("it-holds", "warn", "should"))), EXIT_AS_EXPECTED,
         "0 differences from the baseline x.yaml\n"},
        {REPORT(RUN("pass", VERDICT("it-holds", "pass", "should"))), EXIT_NOT_AS_EXPECTED,
         "1 difference from the baseline x.yaml\n  passes     a/b#it-holds: x.yaml:2 says warn; it passes now\n" OFFER},
        {REPORT(RUN("fail", VERDICT("it-holds", "fail", "should"))), EXIT_NOT_AS_EXPECTED,
         "1 difference from the baseline x.yaml\n  changed    a/b#it-holds: x.yaml:2 says warn, and it is "
         "fail\n" OFFER},
        {REPORT(RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("once", "fail", "must"))),
         EXIT_NOT_AS_EXPECTED,
         "1 difference from the baseline x.yaml\n  new        a/b#once: fail must; got 2 copies\n" OFFER},
        {REPORT(RUN("pass", "")), EXIT_NOT_AS_EXPECTED,
         "1 difference from the baseline x.yaml\n"
         "  vanished   a/b#it-holds: x.yaml:2 has an entry, but the run has no such verdict\n" OFFER},
        {REPORT(RUN("trouble", VERDICT("it-holds", "warn", "should"))), EXIT_NOT_AS_EXPECTED,
         "1 difference from the baseline x.yaml\n  new        a/b: trouble\n"
         "  1 run could not be played: find out why before you update the baseline.\n"},
        {REPORT(""), EXIT_AS_EXPECTED, ""}, /* of nothing, nothing is said */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(KNOWN, cases[i].report);
        verb_expect("baseline check x.yaml report.json", cases[i].code, "", cases[i].err);
        ck_assert_str_eq(verb_text("x.yaml"), KNOWN);
        verb_end();
    }
}
END_TEST

#define UPDATED "the baseline x.yaml is up to date now\n"

START_TEST(update_brings_the_file_up_to_the_report_and_keeps_the_rest)
{
    static const struct {
        const char *report, *options, *after;
    } cases[] = {
        {REPORT(RUN("pass", VERDICT("it-holds", "pass", "should"))), "", "# of this target\n{}\n"},
        {REPORT(RUN("fail", VERDICT("it-holds", "fail", "should"))), "",
         "# of this target\na/b#it-holds: {verdict: fail, reason: issue 17}\n"},
        {REPORT(RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("also", "warn", "should"))),
         " --reason issue_18",
         "# of this target\na/b#also: {verdict: warn, reason: \"issue 18\"}\na/b#it-holds: {verdict: warn, reason: "
         "issue 17}\n"},
        {REPORT(RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("once", "fail", "must"))),
         " --accept-must --reason \"quoted\"", KNOWN "a/b#once: {verdict: fail, reason: \"\\\"quoted\\\"\"}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(KNOWN, cases[i].report);
        char *line = mem_printf("baseline update%s x.yaml report.json", cases[i].options);
        ck_assert_msg(verb_play(line) == EXIT_AS_EXPECTED, "case %zu: %s", i, verb_err);
        ck_assert_msg(strstr(verb_err, UPDATED) != NULL, "case %zu: %s", i, verb_err);
        ck_assert_msg(strcmp(verb_text("x.yaml"), cases[i].after) == 0, "case %zu: %s", i, verb_text("x.yaml"));
        verb_expect("baseline check x.yaml report.json", EXIT_AS_EXPECTED, "",
                    "0 differences from the baseline x.yaml\n");
        free(line);
        verb_end();
    }
}
END_TEST

START_TEST(an_update_that_may_not_be_made_leaves_the_file)
{
    static const struct {
        const char *baseline, *report, *options, *words;
    } cases[] = {
        {KNOWN, REPORT(RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("also", "warn", "should"))), "",
         "give a reason with --reason TEXT"},
        {KNOWN, REPORT(RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("once", "fail", "must"))),
         " --reason x", "fix it, or pass --accept-must"},
        {KNOWN, REPORT(RUN("trouble", "")), " --reason x", "relaylab baseline: the baseline stays as it is: "},
        {"{a/b#it-holds: {verdict: warn, reason: x}}\n", REPORT(RUN("pass", VERDICT("it-holds", "pass", "should"))), "",
         "x.yaml:1: this entry spans several lines, or shares one; edit it by hand"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].baseline, cases[i].report);
        char *line = mem_printf("baseline update%s x.yaml report.json", cases[i].options);
        verb_refuses(line, EXIT_BAD_INPUT, cases[i].words);
        ck_assert_msg(strcmp(verb_text("x.yaml"), cases[i].baseline) == 0, "case %zu: %s", i, verb_text("x.yaml"));
        free(line);
        verb_end();
    }
}
END_TEST

START_TEST(a_baseline_that_is_not_there_is_made_by_an_update_alone)
{
    static const char report[] = REPORT(RUN("fail", VERDICT("it-holds", "warn", "should")));
    begin(NULL, report);
    verb_refuses("baseline check known/x.yaml report.json", EXIT_BAD_INPUT, "known/x.yaml");
    verb_refuses("baseline show known/x.yaml", EXIT_BAD_INPUT, "known/x.yaml");
    ck_assert_int_ne(access("known", F_OK), 0);
    ck_assert_msg(verb_play("baseline update --reason issue_17 known/x.yaml report.json") == EXIT_AS_EXPECTED, "%s",
                  verb_err);
    ck_assert_str_eq(verb_text("known/x.yaml"),
                     "# What is known of this target: scenario-id(case)#expectation: {verdict, reason}.\n"
                     "a/b#it-holds: {verdict: warn, reason: \"issue 17\"}\n");
    verb_end();
}
END_TEST

START_TEST(bad_usage_of_baseline_is_refused)
{
    static const char *const cases[][2] = {
        {"baseline", "missing argument"},
        {"baseline x.yaml", "unknown command `x.yaml`; expected show, check or update"},
        {"baseline chekc x.yaml report.json", "expected show, check or update; did you mean `check`"},
        {"baseline show", "missing argument; expected FILE"},
        {"baseline check", "missing argument; expected FILE"},
        {"baseline check x.yaml", "missing argument; expected REPORT.json"},
        {"baseline update x.yaml", "missing argument; expected REPORT.json"},
        {"baseline show x.yaml report.json", "unexpected argument `report.json`"},
        {"baseline show --reason x x.yaml", "relaylab baseline: --reason is only for updating a baseline\n"},
        {"baseline check --accept-must x.yaml report.json", "--accept-must is only for updating a baseline\n"},
        {"baseline check x.yaml none.json", "relaylab baseline: "},
        {"baseline check bad.yaml report.json", "bad.yaml:1:1: error: `nonsense` is not a valid key"},
        {"baseline update bad.yaml report.json", "bad.yaml:1:1: error: "},
        {"baseline check report.json x.yaml", "report.json:"},
    };
    begin(KNOWN, REPORT(""));
    verb_file("bad.yaml", "nonsense: {verdict: fail, reason: x}\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    ck_assert_str_eq(verb_text("x.yaml"), KNOWN);
    verb_end();
}
END_TEST

/* ---- the options of run ---- */

START_TEST(a_run_with_a_baseline_that_it_cannot_use_does_not_begin)
{
    static const char *const cases[][2] = {
        {"run --target x --update-baseline", "relaylab run: --update-baseline needs --baseline FILE\n"},
        {"run --target x --reason x", "relaylab run: --reason is only for updating a baseline\n"},
        {"run --target x --accept-must", "relaylab run: --accept-must is only for updating a baseline\n"},
        {"run --target x --baseline x.yaml --reason y", "relaylab run: --reason is only for updating a baseline\n"},
        {"run --target x --baseline none.yaml", "none.yaml"},
        {"run --target x --baseline bad.yaml", "bad.yaml:1:1: error: `nonsense` is not a valid key"},
        {"run --target x --update-baseline --baseline folder", "folder"},
    };
    begin(KNOWN, "");
    verb_file("scenarios/a/b.yaml", VERB_SCENARIO("a/b", ""));
    verb_file("x/target.yaml", "target: 1\nname: x\nclock: lockstep\nports: {smtp: 25}\nstart: [/bin/x]\n");
    verb_file("bad.yaml", "nonsense: {verdict: fail, reason: x}\n");
    ck_assert_int_eq(mkdir("folder", 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    ck_assert_str_eq(verb_text("x.yaml"), KNOWN);
    ck_assert_int_ne(access("none.yaml", F_OK), 0);
    verb_end();
}
END_TEST

/* The status of a run with this one without a baseline, and these records. */
static int finish(bool update, int code, const char *records_text)
{
    const struct baselining options = {.path = "x.yaml", .update = update};
    struct baseline *baseline = NULL;
    struct json *records = NULL;
    struct err err;
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    ck_assert_int_eq(json_parse(slice_cstr(records_text), &records, &err), ERR_OK);
    (void)dup2(fileno(file), STDERR_FILENO);
    ck_assert_int_eq(baselining_open(&options, "run", &baseline), EXIT_AS_EXPECTED);
    code = baselining_finish(&options, "run", baseline, records, NULL, code);
    (void)dup2(before, STDERR_FILENO);
    (void)close(before);
    verb_take(file, verb_err);
    baseline_free(baseline);
    json_free(records);
    return code;
}

START_TEST(differences_fail_a_run_unless_they_are_entered)
{
    static const char same[] = "[" RUN("fail", VERDICT("it-holds", "warn", "should")) "]";
    static const char passes[] = "[" RUN("pass", VERDICT("it-holds", "pass", "should")) "]";
    static const char fails[] =
        "[" RUN("fail", VERDICT("it-holds", "warn", "should") "," VERDICT("o", "fail", "must")) "]";
    static const struct {
        bool update;
        int before;
        const char *records;
        int after;
    } cases[] = {
        {false, EXIT_AS_EXPECTED, same, EXIT_AS_EXPECTED},
        {false, EXIT_TROUBLE, same, EXIT_TROUBLE},
        {false, EXIT_AS_EXPECTED, passes, EXIT_NOT_AS_EXPECTED},
        {false, EXIT_NOTHING_RAN, passes, EXIT_NOT_AS_EXPECTED},
        {false, EXIT_TROUBLE, passes, EXIT_TROUBLE}, /* what could not run is not hidden */
        {true, EXIT_NOT_AS_EXPECTED, passes, EXIT_AS_EXPECTED},
        {true, EXIT_AS_EXPECTED, same, EXIT_AS_EXPECTED},
        {true, EXIT_AS_EXPECTED, fails, EXIT_NOT_AS_EXPECTED}, /* the update was refused */
        {false, EXIT_NOTHING_RAN, "[]", EXIT_NOTHING_RAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(KNOWN, "");
        int code = finish(cases[i].update, cases[i].before, cases[i].records);
        ck_assert_msg(code == cases[i].after, "case %zu: status %d: %s", i, code, verb_err);
        verb_end();
    }
}
END_TEST

SUITE(baselining, show_prints_an_entry_a_line, check_compares_a_report_and_changes_nothing,
      update_brings_the_file_up_to_the_report_and_keeps_the_rest, an_update_that_may_not_be_made_leaves_the_file,
      a_baseline_that_is_not_there_is_made_by_an_update_alone, bad_usage_of_baseline_is_refused,
      a_run_with_a_baseline_that_it_cannot_use_does_not_begin, differences_fail_a_run_unless_they_are_entered)
