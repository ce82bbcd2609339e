/* The course: each lesson has its scenario, questions and page; answers and runs become points. */
#include "harness/explain/course.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/explain/grade.h"
#include "harness/explain/quiz.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "sim/scenario/loader.h"

#define QUESTIONS 3

static struct scenario *load(const char *id)
{
    struct scenario *s = NULL;
    struct buf report;
    char *path = mem_printf("scenarios/%s.yaml", id);
    buf_init(&report, 65536);
    ck_assert_msg(scenario_load(&s, path, NULL, &report, NULL) == ERR_OK, "%s: %s", path, buf_cstr(&report));
    buf_fini(&report);
    free(path);
    return s;
}

START_TEST(each_lesson_begins_with_an_easy_scenario_and_three_questions)
{
    for (int64_t n = 1; n <= TEACH_LESSONS; n++) {
        const struct lesson *lesson = lesson_get(n);
        struct scenario *s = load(lesson->begins);
        ck_assert_int_eq(s->teach.lesson, n);
        ck_assert_str_eq(s->teach.level, "intro");
        ck_assert_msg(s->teach.quiz.count == QUESTIONS, "%s: %zu questions", s->id, s->teach.quiz.count);
        ck_assert_ptr_nonnull(s->teach.story);
        ck_assert_ptr_nonnull(s->teach.watch);
        ck_assert_ptr_nonnull(lesson->learns[LESSON_LEARNS - 1]);
        for (size_t i = 0; lesson->reads[i] != NULL; i++)
            ck_assert_msg(strncmp(lesson->reads[i], "RFC", 3) == 0 && strchr(lesson->reads[i], '\t') != NULL, "%s",
                          lesson->reads[i]);
        scenario_free(s);
    }
}
END_TEST

static bool exists(const char *id)
{
    char *path = mem_printf("scenarios/%s.yaml", id);
    bool is = access(path, F_OK) == 0;
    free(path);
    return is;
}

START_TEST(each_scenario_belongs_to_a_lesson_and_refers_to_others_that_exist)
{
    glob_t files;
    ck_assert_msg(glob("scenarios/*/*.yaml", 0, NULL, &files) == 0, "run the tests in the project's folder");
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *id = mem_strndup(files.gl_pathv[i] + strlen("scenarios/"),
                               strlen(files.gl_pathv[i]) - strlen("scenarios/") - strlen(".yaml"));
        struct scenario *s = load(id);
        ck_assert_msg(s->teach.lesson > 0, "%s has no lesson", id);
        for (size_t k = 0; k < s->teach.see_also.count; k++)
            ck_assert_msg(exists(((const char **)s->teach.see_also.items)[k]), "%s: see_also %s", id,
                          ((const char **)s->teach.see_also.items)[k]);
        scenario_free(s);
        free(id);
    }
    globfree(&files);
}
END_TEST

START_TEST(a_page_has_the_questions_and_hides_the_answers)
{
    char *text = NULL;
    size_t len = 0;
    struct scenario *s = load(lesson_get(2)->begins);
    FILE *out = open_memstream(&text, &len);
    const struct scenario *const others[] = {s};
    struct course_lesson lesson = {2, s, "what was told  \n", others, 1};
    course_page(out, &lesson);
    (void)fclose(out);
    ck_assert_ptr_nonnull(strstr(text, "```\nwhat was told\n```"));
    ck_assert_ptr_nonnull(strstr(text, "relaylab explain retry/greylist-basic --quiz"));
    ck_assert_ptr_nonnull(strstr(text, "1. mx1 replied 451 to RCPT."));
    ck_assert(strstr(text, "<details><summary>Answers") < strstr(text, "1. **b**: 4 means later"));
    ck_assert_ptr_nonnull(strstr(text, "- RFC5321 §4.2.1: the first digit of a reply"));
    ck_assert(strstr(text, "1. **b**: 4 means later") < strstr(text, "**What else to know**"));
    free(text);
    scenario_free(s);
}
END_TEST

/* ---- questions ---- */

static char *ask(const char *answers, struct quiz_round *round)
{
    char *text = NULL, *copy = mem_strdup(answers);
    size_t len = 0;
    struct scenario *s = load(lesson_get(2)->begins);
    struct screen screen = {open_memstream(&text, &len), false, 80};
    *round = (struct quiz_round){.in = fmemopen(copy, strlen(copy) + 1, "r")};
    quiz_ask(round, &screen, quiz_of(s, 0));
    (void)fclose(screen.out);
    (void)fclose(round->in);
    free(copy);
    scenario_free(s);
    return text;
}

START_TEST(an_answer_is_judged_and_explained)
{
    static const struct {
        const char *answers, *words;
        size_t asked, right;
    } rows[] = {
        {"b\n", "Right: b)", 1, 1},        {"B)\n", "Right: b)", 1, 1},    {"a\n", "No, it is b)", 1, 0},
        {"what?\nb\n", "Right: b)", 1, 1}, {"", "The answer is b)", 0, 0}, {"x\ny\nz\n", "The answer is b)", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct quiz_round round;
        char *text = ask(rows[i].answers, &round);
        ck_assert_msg(strstr(text, rows[i].words) != NULL, "%s: %s", rows[i].answers, text);
        ck_assert_msg(strstr(text, "4 means later") != NULL, "%s: %s", rows[i].answers, text);
        bool odd = rows[i].answers[0] == 'w' || rows[i].answers[0] == 'x';
        if (rows[i].answers[0] != '\0') /* at the end of the input there is no key */
            ck_assert_int_eq(strstr(text, "Please type a letter from a to c.") != NULL, odd);
        ck_assert_uint_eq(round.asked, rows[i].asked);
        ck_assert_uint_eq(round.right, rows[i].right);
        free(text);
    }
}
END_TEST

/* ---- points ---- */

static int grade(const char *text, struct json **out, struct buf *report)
{
    char path[] = "/tmp/relaylab-answers-XXXXXX";
    struct scenario *firsts[TEACH_LESSONS];
    struct err err = {0};
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
    for (int64_t n = 1; n <= TEACH_LESSONS; n++)
        firsts[n - 1] = load(lesson_get(n)->begins);
    buf_init(report, 65536);
    int rc = grade_answers(path, (const struct scenario *const *)firsts, out, report, &err);
    for (size_t i = 0; i < TEACH_LESSONS; i++)
        scenario_free(firsts[i]);
    ck_assert_int_eq(unlink(path), 0);
    return rc;
}

START_TEST(answers_become_points)
{
    struct json *json = NULL;
    struct buf report;
    ck_assert_int_eq(grade("answers:\n  1: [b, a, C]\n  2: b\n", &json, &report), ERR_OK);
    ck_assert_int_eq(json_get_int(json, "points", 0), 3);
    ck_assert_int_eq(json_get_int(json, "of", 0), TEACH_LESSONS * QUESTIONS);
    const struct json *first = json_at(json_get(json, "lessons"), 0), *second = json_at(json_get(json, "lessons"), 1);
    ck_assert_int_eq(json_get_int(first, "points", 0), 2);
    ck_assert_int_eq(json_as_int(json_at(json_get(first, "wrong"), 0), 0), 2);
    ck_assert_uint_eq(json_count(json_get(second, "wrong")), 2);
    json_free(json);
    buf_fini(&report);
}
END_TEST

START_TEST(a_file_that_is_not_one_of_answers_is_refused)
{
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"answers: {13: a}\n", "`13` is not a lesson"},
        {"answers: {0: a}\n", "`0` is not a lesson"},
        {"answers: {one: a}\n", "`one` is not a lesson"},
        {"answers: {2: [a, a, a, a]}\n", "lesson 2 has 3 questions"},
        {"answer: {2: a}\n", "answers"},
        {"answers: [a]\n", "answers"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *json = NULL;
        struct buf report;
        ck_assert_int_eq(grade(rows[i].text, &json, &report), ERR_INVALID);
        ck_assert_msg(strstr(buf_cstr(&report), rows[i].words) != NULL, "%s: %s", rows[i].text, buf_cstr(&report));
        buf_fini(&report);
    }
}
END_TEST

START_TEST(runs_become_points_of_their_lessons)
{
    static const char text[] = "[{\"scenario\":\"intro/hello\",\"result\":\"pass\"},{\"scenario\":\"retry/"
                               "greylist-basic\",\"result\":\"fail\"},"
                               "{\"scenario\":\"retry/greylist-basic\",\"case\":\"x\",\"result\":\"unsupported\"}]";
    struct json *records = NULL;
    struct scenario *all[] = {load("intro/hello"), load("retry/greylist-basic")};
    ck_assert_int_eq(json_parse(slice_cstr(text), &records, NULL), ERR_OK);
    struct json *json = grade_records(records, (const struct scenario *const *)all, 2);
    ck_assert_int_eq(json_get_int(json, "points", 0), 1);
    ck_assert_int_eq(json_get_int(json, "of", 0), 2);
    ck_assert_int_eq(json_get_int(json, "unsupported", 0), 1);
    ck_assert_uint_eq(json_count(json_get(json, "lessons")), 2);
    const struct json *second = json_at(json_get(json, "lessons"), 1);
    ck_assert_str_eq(json_as_str(json_at(json_get(second, "failed"), 0), ""), "retry/greylist-basic");
    json_free(json);
    json_free(records);
    scenario_free(all[0]);
    scenario_free(all[1]);
}
END_TEST

SUITE(course, each_lesson_begins_with_an_easy_scenario_and_three_questions,
      each_scenario_belongs_to_a_lesson_and_refers_to_others_that_exist, a_page_has_the_questions_and_hides_the_answers,
      an_answer_is_judged_and_explained, answers_become_points, a_file_that_is_not_one_of_answers_is_refused,
      runs_become_points_of_their_lessons)
