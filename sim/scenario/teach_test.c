/* What a scenario says for students, and the settings that they may change. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

#define QUIZ(answer) "{question: What now?, choices: [wait, bounce], answer: " answer ", because: 4 means later}"
#define TEACH(quiz)  TEST_SCENARIO("", "teach: {level: intro, lesson: 2, quiz: " quiz "}\n")

static struct buf report;

START_TEST(a_scenario_has_a_lesson_and_questions)
{
    buf_init(&report, 65536);
    struct scenario *s = test_scenario(TEACH("[" QUIZ("a") ", " QUIZ("b") "]"), NULL, &report);
    ck_assert_msg(s != NULL, "%s", buf_cstr(&report));
    ck_assert_int_eq(s->teach.lesson, 2);
    ck_assert_uint_eq(s->teach.quiz.count, 2);
    const struct quiz *quiz = s->teach.quiz.items;
    ck_assert_str_eq(quiz[1].answer, "b");
    ck_assert_str_eq(((const char **)quiz[0].choices.items)[1], "bounce");
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

START_TEST(the_answer_to_a_question_is_one_of_its_choices)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {TEACH(QUIZ("c")), "teach.quiz: `answer` is the letter of a choice, a to b, not `c`"},
        {TEACH(QUIZ("wait")), "the letter of a choice, a to b, not `wait`"},
        {TEACH(QUIZ("A")), "the letter of a choice, a to b, not `A`"},
        {TEACH("{question: What now?, choices: [wait], answer: a, because: so}"), "at least two answers"},
        {TEACH("{question: What now?, choices: [a, b, c, d, e, f], answer: a, because: so}"), "choices"},
        {TEACH("{question: What now?, choices: [wait, bounce], answer: a}"), "the key `because` is missing"},
        {TEST_SCENARIO("", "teach: {lesson: 13}\n"), "teach.lesson"},
    };
    buf_init(&report, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *s = test_scenario(rows[i].text, NULL, &report);
        ck_assert_msg(s == NULL && strstr(buf_cstr(&report), rows[i].words) != NULL, "wanted: %s\n   got: %s",
                      rows[i].words, buf_cstr(&report));
        scenario_free(s);
    }
    buf_fini(&report);
}
END_TEST

/* ---- settings ---- */

/* The scenario with the settings; NULL, and err, when one of them is refused. */
static struct scenario *load_with(const char *text, char *const *settings, size_t count, struct err *err)
{
    char path[] = "/tmp/relaylab-settings-XXXXXX";
    struct scenario *s = NULL;
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
    buf_reset(&report);
    (void)scenario_load_with(&s, path, NULL, settings, count, &report, err);
    ck_assert_int_eq(unlink(path), 0);
    return s;
}

START_TEST(a_setting_replaces_that_of_the_file)
{
    static char first[] = "retry.first=10s", lifetime[] = "retry.lifetime=2h", steps[] = "retry.steps=20s, 40s",
                then[] = "retry.then=1m", size[] = "limits.size=1MiB", tls[] = "tls.dest.example=encrypt";
    char *const all[] = {first, lifetime, steps, then, size, tls};
    struct err err = {0};
    buf_init(&report, 65536);
    struct scenario *s =
        load_with(TEST_SCENARIO("", "given: {retry: {first: 1h, then: 3h, warn: 1h}}\n"), all, 6, &err);
    ck_assert_msg(s != NULL, "%s%s", err.text, buf_cstr(&report));
    const struct given_retry *retry = s->given.retry;
    ck_assert_int_eq(retry->first_ns, 10 * NS_PER_S);
    ck_assert_int_eq(retry->lifetime_ns, 7200 * NS_PER_S);
    ck_assert_int_eq(retry->then_ns, 60 * NS_PER_S);
    ck_assert_int_eq(retry->warn_ns, 3600 * NS_PER_S); /* the file's */
    ck_assert_uint_eq(retry->steps.count, 2);
    ck_assert_int_eq(((const int64_t *)retry->steps.items)[1], 40 * NS_PER_S);
    ck_assert_uint_eq(s->given.limits.size, 1024 * 1024);
    ck_assert_int_eq(scenario_tls(s, "dest.example"), GIVEN_TLS_ENCRYPT);
    scenario_free(s);
    buf_fini(&report);
}
END_TEST

START_TEST(the_first_wait_alone_is_every_wait)
{
    static char first[] = "retry.first=10s";
    char *const one[] = {first};
    struct err err = {0};
    buf_init(&report, 65536);
    static const char *const texts[] = {TEST_SCENARIO("", ""), TEST_SCENARIO("", "given: {retry: default}\n")};
    for (size_t i = 0; i < 2; i++) {
        struct scenario *s = load_with(texts[i], one, 1, &err);
        ck_assert_msg(s != NULL, "%s%s", err.text, buf_cstr(&report));
        ck_assert_int_eq(s->given.retry->first_ns, 10 * NS_PER_S);
        ck_assert_int_eq(s->given.retry->then_ns, 10 * NS_PER_S);
        scenario_free(s);
    }
    buf_fini(&report);
}
END_TEST

START_TEST(a_setting_that_does_not_exist_is_refused)
{
    static const struct {
        const char *setting, *words;
    } rows[] = {
        {"retry.frst=10s", "no setting `retry.frst`; did you mean `retry.first`?"},
        {"retry=10s", "no setting `retry`"},
        {"retry.=10s", "no setting `retry.`"},
        {"=10s", "no setting ``"},
        {"first=10s", "no setting `first`"},
        {"retry.first", "`retry.first` is not KEY=VALUE"},
        {"retry.first=ten", "retry.first: "},
        {"retry.first=10", "retry.first: "},
        {"retry.first=", "retry.first: "},
        {"retry.first=1ms", "retry.first: "},
        {"tls.dest.example=maybe", "tls.dest.example: "},
        {"users.bob=x", "given.users"},
        {"smarthost.host=mx1.dest.example", "only be changed in the file"},
    };
    buf_init(&report, 65536);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};
        char *setting = mem_strdup(rows[i].setting), *const one[] = {setting};
        struct scenario *s = load_with(TEST_SCENARIO("", ""), one, 1, &err);
        ck_assert_msg(s == NULL && strstr(err.text, rows[i].words) != NULL, "%s: wanted: %s\n   got: %s%s",
                      rows[i].setting, rows[i].words, err.text, buf_cstr(&report));
        free(setting);
        scenario_free(s);
    }
    buf_fini(&report);
}
END_TEST

SUITE(teach, a_scenario_has_a_lesson_and_questions, the_answer_to_a_question_is_one_of_its_choices,
      a_setting_replaces_that_of_the_file, the_first_wait_alone_is_every_wait, a_setting_that_does_not_exist_is_refused)
