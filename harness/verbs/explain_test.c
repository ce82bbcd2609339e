/* relaylab explain, course and grade: what they refuse before anything is played, and what needs no run. */
#include "harness/verbs/testing.h"

#define ANSWERS(lessons) "answers: {" lessons "}\n"

static void begin(void)
{
    verb_begin();
    verb_file("scenarios/retry/one.yaml",
              VERB_SCENARIO("retry/one",
                            "teach: {level: intro, lesson: 2}\ncases: {first: {n: 1}, second: {n: 2}}\nseed: ${n}\n"));
    verb_file("scenarios/retry/two.yaml", VERB_SCENARIO("retry/two", "teach: {level: core, lesson: 2}\n"));
    verb_file("scenarios/dns/three.yaml", VERB_SCENARIO("dns/three", ""));
    verb_file("bad.yaml", "scenario: 1\n");
}

START_TEST(explain_wants_one_scenario)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"explain", "SCENARIO"},
        {"explain retry/one retry/two", "unexpected argument"},
        {"explain retry", "retry has 2 scenarios; name one, such as intro/hello"},
        {"explain retry/on", "did you mean `retry/one`?"},
        {"explain bad.yaml", "bad.yaml has"},
        {"explain retry/one --case third", "has no case `third`; it has first, second"},
        {"explain retry/two --case third", "has no case `third`, and no other case"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        verb_refuses(rows[i].line, EXIT_BAD_INPUT, rows[i].words);
    verb_end();
}
END_TEST

START_TEST(explain_refuses_options_that_cannot_be)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"explain retry/one --set retry.frst=1s", "no setting `retry.frst`; did you mean `retry.first`?"},
        {"explain retry/one --set retry.first", "is not KEY=VALUE"},
        {"explain retry/one --set retry.first=soon", "retry.first"},
        {"explain retry/one --set retry.lifetime=1s --set retry.first=1h", "the lifetime is over before"},
        {"explain retry/one --set users.bob=secret", "so it can only be changed in the file"},
        {"explain retry/one --step", "--step waits for Enter, so it needs a terminal"},
        {"explain retry/one --html /proc/no/page.html", "cannot"},
        {"explain retry/one --width 10", "width"},
        {"explain retry/one --color red", "color"},
        {"explain retry/one --target nosuch", "there is no target `nosuch`"},
    };
    begin();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        verb_refuses(rows[i].line, EXIT_BAD_INPUT, rows[i].words);
    verb_end();
}
END_TEST

START_TEST(explain_says_what_a_target_lacks)
{
    begin();
    verb_file("scenarios/retry/needs.yaml",
              VERB_SCENARIO("retry/needs", "requires: [dane]\ncases: {strict: {n: 1}}\nseed: ${n}\n"));
    verb_file("mine/target.yaml", "target: 1\nname: mine\nclock: lockstep\nports: {smtp: 25}\nstart: [/bin/true]\n");
    verb_refuses("explain retry/needs --target mine", EXIT_NOTHING_RAN,
                 "mine cannot play retry/needs --case strict: it lacks dane (comparing certificates with");
    verb_refuses("explain retry/one --target mine --set retry.first=1m", EXIT_NOTHING_RAN,
                 "it lacks a setting for given.retry.first");
    verb_end();
}
END_TEST

START_TEST(the_course_is_a_list_of_twelve_commands)
{
    size_t count = 0;
    begin();
    ck_assert_int_eq(verb_play("course"), EXIT_AS_EXPECTED);
    for (const char *at = verb_out; (at = strstr(at, "relaylab explain ")) != NULL; at++)
        count++;
    ck_assert_uint_eq(count, 12);
    ck_assert_ptr_nonnull(strstr(verb_out, "   1  Store and forward: 250 is a promise\n"));
    ck_assert_ptr_nonnull(strstr(verb_out, "      relaylab explain intro/hello\n"));
    ck_assert_ptr_null(strchr(verb_out, '\033'));
    ck_assert_int_eq(verb_play("course --color always"), EXIT_AS_EXPECTED);
    ck_assert_ptr_nonnull(strchr(verb_out, '\033'));
    verb_refuses("course --page 13", EXIT_BAD_INPUT, "page");
    verb_refuses("course 1", EXIT_BAD_INPUT, "unexpected argument");
    verb_end();
}
END_TEST

START_TEST(scenarios_are_chosen_by_lesson_and_level)
{
#define ONE "retry/one --case first\tTitle of retry/one\nretry/one --case second\tTitle of retry/one\n"
#define TWO "retry/two\tTitle of retry/two\n"
    begin();
    verb_expect("list --lesson 2", EXIT_AS_EXPECTED, ONE TWO, "");
    verb_expect("list --lesson 2 --level core", EXIT_AS_EXPECTED, TWO, "");
    verb_expect("list --level intro", EXIT_AS_EXPECTED, ONE, "");
    verb_refuses("list --lesson 3", EXIT_NOTHING_RAN, "no scenario matches lesson 3\n");
    verb_refuses("list --level expert --lesson 2", EXIT_NOTHING_RAN, "no scenario matches lesson 2, level expert\n");
    verb_refuses("list --lesson 13", EXIT_BAD_INPUT, "lesson");
    verb_refuses("list --level easy", EXIT_BAD_INPUT, "level");
    verb_end();
}
END_TEST

START_TEST(grade_wants_the_questions_of_all_lessons)
{
    begin();
    verb_file("answers.yaml", ANSWERS("1: a"));
    verb_refuses("grade answers.yaml", EXIT_BAD_INPUT, "the scenario intro/hello of lesson 1 is missing");
    verb_refuses("grade", EXIT_BAD_INPUT, "FILE or TARGET");
    verb_refuses("grade nosuch", EXIT_BAD_INPUT, "there is no target `nosuch`");
    verb_refuses("grade nosuch --lesson 5", EXIT_NOTHING_RAN, "");
    verb_refuses("grade relay --seeds 0", EXIT_BAD_INPUT, "seeds");
    verb_end();
}
END_TEST

SUITE(explain, explain_wants_one_scenario, explain_refuses_options_that_cannot_be, explain_says_what_a_target_lacks,
      the_course_is_a_list_of_twelve_commands, scenarios_are_chosen_by_lesson_and_level,
      grade_wants_the_questions_of_all_lessons)
