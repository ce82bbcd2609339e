/* Which runs --last-failed chooses, and what it says when there are none. */
#include "harness/verbs/choosing.h"
#include "harness/verbs/last_failed.h"
#include "harness/verbs/outputs.h"
#include "harness/verbs/testing.h"

#define REPORT(runs) "{\"report\":1,\"runs\":[" runs "]}"
#define RUN(id, case_, target, result)                                                                                 \
    "{\"scenario\":\"" id "\",\"case\":" case_ ",\"file\":\"scenarios/" id ".yaml\",\"target\":\"" target              \
    "\",\"target_option\":\"" target "\",\"result\":\"" result "\"}"
#define KNOWN(id, result, expected)                                                                                    \
    "{\"scenario\":\"" id "\",\"case\":null,\"file\":\"scenarios/" id                                                  \
    ".yaml\",\"target\":\"relay\",\"result\":\"" result "\",\"expected\":\"" expected "\",\"reason\":\"r\"}"
#define LATEST OUTPUTS_LATEST "/report.json"

START_TEST(without_a_failure_of_this_target_it_says_what_there_is)
{
    static const struct {
        const char *report; /* NULL = none */
        const char *line;
        int code;
        const char *words;
    } cases[] = {
        {NULL, "run --last-failed", EXIT_BAD_INPUT, "relaylab run: there is no " LATEST ": run scenarios here first"},
        {"{", "run --last-failed", EXIT_BAD_INPUT, "relaylab run: " LATEST},
        {REPORT(""), "run --last-failed", EXIT_NOTHING_RAN,
         "nothing failed in the latest run, whose report is " LATEST},
        {REPORT(RUN("a/b", "null", "relay", "pass") "," RUN("a/c", "null", "relay", "unsupported") "," RUN(
             "a/d", "null", "relay", "untried") "," KNOWN("a/e", "trouble", "trouble")),
         "run --last-failed", EXIT_NOTHING_RAN, "nothing failed in the latest run"},
        {REPORT(KNOWN("a/c", "unsupported", "pass")), "run --last-failed", EXIT_NOTHING_RAN,
         "nothing failed in the latest run"},
        {REPORT(RUN("a/b", "null", "postfix", "fail")), "run --last-failed", EXIT_NOTHING_RAN,
         "the latest run was of postfix: add --target postfix to run again what failed"},
        {REPORT(RUN("a/b", "null", "relay", "fail")), "run --last-failed scenarios/a/c.yaml", EXIT_NOTHING_RAN,
         "none of these scenarios failed in the latest run"},
        {REPORT(RUN("a/gone", "null", "relay", "fail")), "run --last-failed", EXIT_BAD_INPUT, "scenarios/a/gone.yaml"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        verb_begin();
        verb_file("scenarios/a/c.yaml", VERB_SCENARIO("a/c", ""));
        if (cases[i].report != NULL)
            verb_file(LATEST, cases[i].report);
        verb_refuses(cases[i].line, cases[i].code, cases[i].words);
        verb_end();
    }
}
END_TEST

START_TEST(what_failed_is_chosen_case_by_case)
{
    static const char cases[] = "cases:\n  one: {}\n  two: {}\n";
    static const struct {
        const char *report, *ids; /* ids: those that are chosen, in the order of the report */
    } rows[] = {
        {RUN("a/b", "\"two\"", "relay", "fail") "," RUN("a/b", "\"one\"", "relay", "pass"), "a/b(two) "},
        {RUN("a/c", "null", "relay", "trouble") "," RUN("a/b", "\"one\"", "relay", "unstable"), "a/c a/b(one) "},
        {RUN("a/c", "null", "relay", "fail") "," RUN("a/b", "\"one\"", "postfix", "fail"), "a/c "},
        {KNOWN("a/c", "pass", "trouble"), "a/c "},
        /* two cases of one file, which is loaded once */
        {RUN("a/b", "\"two\"", "relay", "fail") "," RUN("a/b", "\"one\"", "relay", "trouble"), "a/b(one) a/b(two) "},
        {KNOWN("a/c", "fail", "trouble"), "a/c "}, /* the baseline expects another failure */
        {RUN("a/b", "\"gone\"", "relay", "fail") "," RUN("a/c", "null", "relay", "fail"), "a/c "},
    };
    verb_begin();
    verb_file("scenarios/a/b.yaml", VERB_SCENARIO("a/b", ""));
    char *with_cases = mem_printf("%s%s", verb_text("scenarios/a/b.yaml"), cases);
    verb_file("scenarios/a/b.yaml", with_cases);
    verb_file("scenarios/a/c.yaml", VERB_SCENARIO("a/c", ""));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct last_failed last;
        struct err err = {0};
        struct choice choice = {0};
        struct chosen chosen;
        char ids[200] = "", *report = mem_printf(REPORT("%s"), rows[i].report);
        verb_file(LATEST, report);
        ck_assert_msg(last_failed_read(&last, "relay", &err) == ERR_OK, "row %zu: %s", i, err.text);
        ck_assert_int_eq(choosing_load("run", "build/debug", &choice, last.files, (int)last.count, false, &chosen),
                         EXIT_AS_EXPECTED);
        last_failed_sift(&last, &chosen);
        for (size_t k = 0; k < chosen.count; k++) {
            size_t at = strlen(ids);
            const char *name = chosen.list[k]->case_name;
            (void)snprintf(ids + at, sizeof ids - at, "%s%s%s%s ", chosen.list[k]->id, name != NULL ? "(" : "",
                           name != NULL ? name : "", name != NULL ? ")" : "");
        }
        ck_assert_str_eq(ids, rows[i].ids);
        chosen_free(&chosen);
        last_failed_free(&last);
        free(report);
    }
    free(with_cases);
    verb_end();
}
END_TEST

SUITE(last_failed, without_a_failure_of_this_target_it_says_what_there_is, what_failed_is_chosen_case_by_case)
