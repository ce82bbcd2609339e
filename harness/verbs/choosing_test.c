/* relaylab list and lint: which scenarios the arguments and options choose, and what is reported of bad ones. */
#include "harness/verbs/testing.h"

static void begin(void)
{
    verb_begin();
    verb_file("scenarios/retry/one.yaml", VERB_SCENARIO("retry/one", "tags: [slow, P5]\n"));
    verb_file("scenarios/retry/two.yaml", VERB_SCENARIO("retry/two", ""));
    verb_file("scenarios/dns/cases.yaml",
              VERB_SCENARIO("dns/cases", "cases: {first: {n: 2}, second: {n: 3}}\nseeds: ${n}\n"));
    verb_file("scenarios/dns/README.md", "no scenario\n");
    verb_file("scenarios/.hidden/x.yaml", "no scenario\n");
}

#define ONE   "retry/one\tTitle of retry/one\n"
#define TWO   "retry/two\tTitle of retry/two\n"
#define CASES "dns/cases --case first\tTitle of dns/cases\ndns/cases --case second\tTitle of dns/cases\n"

START_TEST(arguments_name_files_folders_ids_and_areas)
{
    static const char *const cases[][2] = {
        {"list", CASES ONE TWO},
        {"list scenarios", CASES ONE TWO},
        {"list scenarios/", CASES ONE TWO},
        {"list retry", ONE TWO},
        {"list retry/", ONE TWO},
        {"list retry/two", TWO},
        {"list scenarios/retry/two.yaml", TWO},
        {"list ./scenarios/retry/two.yaml", TWO},
        {"list retry/two retry/one", TWO ONE}, /* in the order given */
        {"list dns/cases", CASES},
        {"list -- retry/one", ONE},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_expect(cases[i][0], EXIT_AS_EXPECTED, cases[i][1], "");
    verb_end();
}
END_TEST

START_TEST(options_choose_among_them)
{
    static const char *const cases[][2] = {
        {"list --tag slow", ONE},
        {"list --tag=P5 retry", ONE},
        {"list retry --tag P5", ONE},
        {"list --spec RFC5321#4.5", CASES ONE TWO},
        {"list --spec RFC_5321_§4.5 retry/two", TWO},
        {"list --case second", "dns/cases --case second\tTitle of dns/cases\n"},
        {"list --case second dns", "dns/cases --case second\tTitle of dns/cases\n"},
        {"list --shard 1/1", CASES ONE TWO},
        {"list --tag slow --shard 1/1", ONE},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_expect(cases[i][0], EXIT_AS_EXPECTED, cases[i][1], "");
    verb_end();
}
END_TEST

START_TEST(when_nothing_matches_the_choice_is_named)
{
    static const char *const cases[][2] = {
        {"list --tag fast", "relaylab list: no scenario matches tag `fast`\n"},
        {"list --spec RFC1", "relaylab list: no scenario matches clause `RFC1`\n"},
        {"list --tag fast --spec RFC1 --shard 2/2",
         "relaylab list: no scenario matches tag `fast`, clause `RFC1`, shard 2 of 2\n"},
        {"list empty", "relaylab list: no scenario matches\n"},
        {"run --tag fast", "relaylab run: no scenario matches tag `fast`\n"},
    };
    begin();
    ck_assert_int_eq(mkdir("empty", 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_expect(cases[i][0], EXIT_NOTHING_RAN, "", cases[i][1]);
    verb_end();
}
END_TEST

START_TEST(what_names_nothing_is_reported_with_the_nearest)
{
    static const char *const cases[][2] = {
        {"list retry/oen",
         "no scenario `retry/oen`: no such file or folder, and no such id in scenarios; did you mean `retry/one`"},
        {"list two", "did you mean `retry/two`"}, /* an id without its area */
        {"list nowhere.yaml", "no scenario `nowhere.yaml`: no such file or folder"},
        {"list --case third", "third"},
        {"list --case first retry/one", "first"},
        {"list --shard 3/2", "`3/2` is not a shard; expected I/N"},
        {"list --shard 0/2", "`0/2` is not a shard"},
        {"list --shard 2", "`2` is not a shard"},
        {"list --shard 1/2/3", "`1/2/3` is not a shard"},
        {"list --tga slow", "did you mean"},
        {"list --tag", "--tag"},
        {"lint retry/oen", "relaylab lint: no scenario `retry/oen`"},
        {"run retry/oen", "relaylab run: no scenario `retry/oen`"},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    verb_end();
}
END_TEST

START_TEST(without_scenarios_the_places_are_named)
{
    verb_begin();
    verb_refuses("list", EXIT_BAD_INPUT,
                 "no scenario named; the scenarios that ship with relaylab were not found: no ");
    ck_assert_msg(strstr(verb_err, "/scenarios, ") != NULL, "%s", verb_err);
    verb_refuses("list retry/one", EXIT_BAD_INPUT, "no scenario `retry/one`: no such file or folder; the scenarios");
    verb_end();
}
END_TEST

START_TEST(a_ci_system_may_choose_the_shard_unless_the_command_line_does)
{
    static const struct {
        const char *index_name, *index, *count_name, *count, *words; /* words: NULL = it is a shard */
    } cases[] = {
        {"TEST_SHARD_INDEX", "0", "TEST_TOTAL_SHARDS", "1", NULL},
        {"CI_NODE_INDEX", "1", "CI_NODE_TOTAL", "1", NULL},
        {"CI_NODE_INDEX", "0", "CI_NODE_TOTAL", "1", "CI_NODE_INDEX=0 with CI_NODE_TOTAL=1 is not a shard"},
        {"TEST_SHARD_INDEX", "1", "TEST_TOTAL_SHARDS", "1", "TEST_SHARD_INDEX=1 with TEST_TOTAL_SHARDS=1 is not"},
        {"CI_NODE_INDEX", "one", "CI_NODE_TOTAL", "2", "CI_NODE_INDEX=one with CI_NODE_TOTAL=2 is not a shard"},
        {"CI_NODE_INDEX", "", "CI_NODE_TOTAL", "2", "unset them, or pass --shard I/N"},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)setenv(cases[i].index_name, cases[i].index, 1);
        (void)setenv(cases[i].count_name, cases[i].count, 1);
        if (cases[i].words != NULL)
            verb_refuses("list retry", EXIT_BAD_INPUT, cases[i].words);
        else
            verb_expect("list retry", EXIT_AS_EXPECTED, ONE TWO, "");
        verb_expect("list --shard 1/1 retry", EXIT_AS_EXPECTED, ONE TWO, "");
        (void)unsetenv(cases[i].index_name);
        (void)unsetenv(cases[i].count_name);
    }
    verb_end();
}
END_TEST

START_TEST(every_scenario_is_in_one_of_the_shards)
{
    begin();
    int lines = 0;
    for (int shard = 1; shard <= 3; shard++) {
        char *line = mem_printf("list --shard %d/3", shard);
        int code = verb_play(line);
        ck_assert_msg(code == (verb_out[0] != '\0' ? EXIT_AS_EXPECTED : EXIT_NOTHING_RAN), "%s: %d", line, code);
        for (const char *at = verb_out; (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        free(line);
    }
    ck_assert_int_eq(lines, 4);
    verb_end();
}
END_TEST

#define BAD_KEY "scenario: 1\nid: retry/bad\ntitle: x\nclcok: {until: 1h}\n"

START_TEST(lint_checks_all_cases_of_all_files_and_counts_them)
{
    begin();
    verb_expect("lint", EXIT_AS_EXPECTED, "3 scenarios, 4 runs, 0 with errors\n", "");
    verb_expect("lint retry/one", EXIT_AS_EXPECTED, "1 scenario, 1 run, 0 with errors\n", "");
    verb_expect("lint dns", EXIT_AS_EXPECTED, "1 scenario, 2 runs, 0 with errors\n", "");
    ck_assert_int_eq(mkdir("empty", 0755), 0);
    verb_expect("lint empty", EXIT_NOTHING_RAN, "0 scenarios, 0 runs, 0 with errors\n", "");
    verb_end();
}
END_TEST

START_TEST(lint_goes_on_after_a_bad_file_and_names_each_problem)
{
    begin();
    verb_file("scenarios/retry/bad.yaml", BAD_KEY);
    verb_file("scenarios/retry/worse.yaml", "{");
    verb_file("scenarios/dns/late.yaml",
              VERB_SCENARIO("dns/late", "cases: {good: {n: 2}, bad: {n: many}}\nseeds: ${n}\n"));
    ck_assert_int_eq(verb_play("lint"), EXIT_BAD_INPUT);
    ck_assert_msg(strstr(verb_out, "6 scenarios, ") != NULL && strstr(verb_out, ", 3 with errors\n") != NULL, "%s",
                  verb_out);
    ck_assert_msg(strstr(verb_err, "scenarios/retry/bad.yaml:4:1: error: ") != NULL, "%s", verb_err);
    ck_assert_msg(strstr(verb_err, "scenarios/retry/worse.yaml:") != NULL, "%s", verb_err);
    ck_assert_msg(strstr(verb_err, "scenarios/dns/late.yaml:") != NULL, "%s", verb_err);
    verb_end();
}
END_TEST

START_TEST(a_bad_scenario_stops_list_and_run_before_anything_is_done)
{
    begin();
    verb_file("scenarios/retry/bad.yaml", BAD_KEY);
    verb_refuses("list", EXIT_BAD_INPUT, "scenarios/retry/bad.yaml:4:1: error: ");
    verb_refuses("run", EXIT_BAD_INPUT, "scenarios/retry/bad.yaml:4:1: error: ");
    verb_expect("list retry/one", EXIT_AS_EXPECTED, ONE, ""); /* others are not read */
    verb_end();
}
END_TEST

START_TEST(a_path_that_would_break_the_plan_of_a_run_is_refused)
{
    begin();
    verb_file("odd\tname/one.yaml", VERB_SCENARIO("odd/one", ""));
    verb_refuses("list odd\tname", EXIT_BAD_INPUT, "the path contains a tab or a line end, which is not supported");
    verb_end();
}
END_TEST

SUITE(choosing, arguments_name_files_folders_ids_and_areas, options_choose_among_them,
      when_nothing_matches_the_choice_is_named, what_names_nothing_is_reported_with_the_nearest,
      without_scenarios_the_places_are_named, a_ci_system_may_choose_the_shard_unless_the_command_line_does,
      every_scenario_is_in_one_of_the_shards, lint_checks_all_cases_of_all_files_and_counts_them,
      lint_goes_on_after_a_bad_file_and_names_each_problem, a_bad_scenario_stops_list_and_run_before_anything_is_done,
      a_path_that_would_break_the_plan_of_a_run_is_refused)
