/* relaylab matrix: stored reports, what is refused, baselines, and the scenarios that its rows name. */
#include <libgen.h>
#include <limits.h>

#include "harness/report/matrix/row.h"
#include "harness/suite/choice.h"
#include "harness/verbs/testing.h"

#define RUN(scenario, target)                                                                                          \
    "{\"scenario\":\"" scenario "\",\"case\":null,\"target\":\"" target                                                \
    "\",\"result\":\"pass\",\"verdicts\":[{\"verdict\":\"fail\",\"id\":\"it-holds\",\"sentence\":\"It holds\"}]}"
#define REPORT(runs) "{\"report\":1,\"runs\":[" runs "]}\n"

static void begin(void)
{
    verb_begin();
    verb_file("one.json", REPORT(RUN("retry/one", "one")));
    verb_file("two.json", REPORT(RUN("retry/one", "two") "," RUN("retry/two", "two")));
}

static void expect_order(const char *text, const char *first, const char *second)
{
    const char *at = strstr(text, first);
    ck_assert_msg(at != NULL && strstr(at, second) != NULL, "no %s before %s in %s", first, second, text);
}

START_TEST(stored_reports_make_the_matrix_without_playing)
{
    begin();
    ck_assert_int_eq(verb_play("matrix one.json two.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "retry/one", "✗ 1 fail");
    expect_order(verb_out, "one, two", "retry/two");
    ck_assert_str_eq(verb_err, "");
    char *text = mem_strdup(verb_out);
    ck_assert_int_eq(verb_play("matrix --report text=- one.json two.json"), EXIT_AS_EXPECTED);
    ck_assert_str_eq(verb_out, text);
    verb_expect("matrix --report md=a/m.md --report records=all.json one.json two.json", EXIT_AS_EXPECTED, "",
                "md written to a/m.md\nrecords written to all.json\n");
    expect_order(verb_text("a/m.md"), "| Scenario | one | two |", "| `retry/one` | ✗ 1 fail | ✗ 1 fail |");
    ck_assert_int_eq(verb_play("matrix all.json"), EXIT_AS_EXPECTED); /* what was kept can be read again */
    ck_assert_str_eq(verb_out, text);
    free(text);
    verb_end();
}
END_TEST

START_TEST(targets_choose_columns_and_their_order)
{
    begin();
    ck_assert_int_eq(verb_play("matrix --target two --target one --report md=- one.json two.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "| Scenario | two | one |", "");
    ck_assert_int_eq(verb_play("matrix --target one --report md=- one.json two.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "| Scenario | one |\n", "");
    verb_refuses("matrix --target three one.json", EXIT_NOTHING_RAN, "no report has a run of these relays");
    verb_end();
}
END_TEST

START_TEST(what_a_baseline_knows_is_in_the_details)
{
    begin();
    verb_file("known/two.yaml", "retry/one#it-holds: {verdict: fail, reason: \"issue 17\"}\n");
    ck_assert_int_eq(verb_play("matrix --baselines known --report html=- one.json two.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "id=\"two/retry/one\"", "known: issue 17");
    verb_file("known/two.yaml", "nothing\n");
    verb_refuses("matrix --baselines known two.json", EXIT_BAD_INPUT, "known/two.yaml");
    verb_end();
}
END_TEST

START_TEST(columns_have_the_version_of_the_record_or_else_of_what_is_fetched)
{
    verb_begin();
    verb_file("harness/harness_main.c", ""); /* a source tree: packages are in build/targets */
    verb_file("fixtures/targets/far/target.yaml",
              "target: 1\nname: far\nabout: a test\nclock: tolerant\nfetch: {debian: [far]}\nports: {smtp: 25}\n"
              "start: [far]\n");
    verb_file("build/targets/far/version", "1.2-3\n");
    verb_file("far.json", REPORT(RUN("retry/one", "far")));
    ck_assert_int_eq(verb_play("matrix --report md=- far.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "| Scenario | far 1.2 |", "");
    verb_file(
        "before.json",
        REPORT("{\"scenario\":\"retry/one\",\"case\":null,\"target\":\"far\",\"suite\":{\"target_version\":\"1.1-1\"},"
               "\"result\":\"pass\",\"verdicts\":[]}"));
    ck_assert_int_eq(verb_play("matrix --report md=- before.json"), EXIT_AS_EXPECTED);
    expect_order(verb_out, "| Scenario | far 1.1 |", "");
    verb_end();
}
END_TEST

START_TEST(bad_command_lines_are_refused_before_anything_is_played)
{
    static const char *const cases[][2] = {
        {"matrix retry/one one.json", "scenarios and stored reports exclude each other"},
        {"matrix none.json", "none.json"},
        {"matrix one.json one.json", "one.json: retry/one is in another of these reports too"},
        {"matrix --report pdf=x one.json",
         "unknown kind of report `pdf`; expected text, md, html, json, csv and records"},
        {"matrix --report md one.json", "the report md wants a path: md=FILE"},
        {"matrix --report md=- --report csv=- one.json", "only one report can go to standard output"},
        {"matrix --case odd one.json", "stored reports are shown whole"},
        {"matrix --shard 1/2 one.json", "stored reports are shown whole"},
        {"matrix no/such", "no/such"},
        {"matrix --jobs 0 one.json", "--jobs"},
    };
    begin();
    verb_file("scenarios/retry/one.yaml", VERB_SCENARIO("retry/one", ""));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    verb_end();
}
END_TEST

/* ---- the rows, and the scenarios of this tree ---- */

static const struct scenario *find_scenario(const struct chosen *chosen, const struct row *row)
{
    for (size_t i = 0; i < chosen->count; i++) {
        const struct scenario *one = chosen->list[i];
        bool same_case = row->case_name == NULL ? one->case_name == NULL
                                                : one->case_name != NULL && strcmp(one->case_name, row->case_name) == 0;
        if (strcmp(one->id, row->scenario) == 0 && same_case)
            return one;
    }
    return NULL;
}

START_TEST(each_row_names_a_scenario_and_case_that_exist)
{
    char program[PATH_MAX] = "";
    ck_assert_int_gt(readlink("/proc/self/exe", program, sizeof program - 1), 0);
    const char *bin = dirname(dirname(program)); /* build/debug/tests/harness_test */
    struct scenario_files files;
    struct choice choice = {0};
    struct chosen chosen;
    struct err err = {0};
    ck_assert_msg(scenario_files_find(bin, NULL, 0, &files, &err) == ERR_OK, "%s", err.text);
    ck_assert(choice_load(&choice, &files, stderr, false, &chosen));
    for (size_t i = 0; i < row_count; i++)
        ck_assert_msg(find_scenario(&chosen, &rows[i]) != NULL, "row %s: no scenario %s (%s)", rows[i].id,
                      rows[i].scenario, rows[i].case_name != NULL ? rows[i].case_name : "");
    chosen_free(&chosen);
    scenario_files_free(&files);
}
END_TEST

SUITE(comparing, stored_reports_make_the_matrix_without_playing, targets_choose_columns_and_their_order,
      what_a_baseline_knows_is_in_the_details, columns_have_the_version_of_the_record_or_else_of_what_is_fetched,
      bad_command_lines_are_refused_before_anything_is_played, each_row_names_a_scenario_and_case_that_exist)
