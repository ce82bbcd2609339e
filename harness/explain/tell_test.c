/* A telling on a terminal and as a page: within the width, and with text of peers that stays text. */
#include "harness/explain/tell.h"

#include <stdlib.h>
#include <string.h>

#include "harness/explain/page.h"
#include "harness/report/record/testing.h"
#include "lib/base/mem.h"

#define HOSTILE                                                                                                        \
    "4.7.1 <script>alert(1)</script> \\u001b[31m & \\\\ more words that do not fit into one line of a terminal"
#define EVENTS                                                                                                         \
    TEST_CONNECT(0, 1, "mx.d.example")                                                                                 \
    TEST_REPLY(0, 1, "banner", 220, "ready")                                                                           \
    "{'t':0,'event':'smtp.command','conn':1,'verb':'MAIL','line':'MAIL FROM:<alice@s.example>'}\n" TEST_REPLY(         \
        0, 1, "MAIL", 451, HOSTILE) TEST_CLOSE(0, 1, "host", "reset") "{'t':400,'event':'run.end'}\n"

static struct test_run run;
static struct telling telling;

static void begin(void)
{
    test_run_begin(&run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), EVENTS);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.preamble = true, .message = true});
}

static void end(void)
{
    telling_fini(&telling);
    test_run_end(&run);
}

static char *tell(size_t columns, bool color)
{
    char *text = NULL;
    size_t len = 0;
    struct tell teller = {.screen = {open_memstream(&text, &len), color, columns}};
    tell_head(&teller, run.trial.scenario, "relay");
    tell_steps(&teller, run.trial.scenario, &telling);
    tell_verdicts(&teller, run.trial.facts.scenario, &run.trial.judgement);
    tell_end(&teller, run.trial.scenario);
    (void)fclose(teller.screen.out);
    return text;
}

START_TEST(no_line_is_wider_than_the_terminal)
{
    begin();
    for (size_t columns = SCREEN_COLUMNS_MIN; columns <= SCREEN_COLUMNS_MAX; columns += 7) {
        char *text = tell(columns, false);
        struct slice rest = slice_cstr(text);
        while (rest.len > 0) {
            char *line = slice_dup(slice_cut(&rest, '\n'));
            ck_assert_msg(screen_width(line) <= columns, "%zu columns of %zu: %s", screen_width(line), columns, line);
            free(line);
        }
        free(text);
    }
    end();
}
END_TEST

START_TEST(a_reply_cannot_control_the_terminal)
{
    begin();
    char *text = tell(80, false);
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_nonnull(strstr(text, "x1B[31m"));
    free(text);
    text = tell(80, true);
    ck_assert_ptr_nonnull(strstr(text, "\033[33m451"));
    free(text);
    end();
}
END_TEST

START_TEST(the_anatomy_stands_under_the_code)
{
    begin();
    char *text = tell(80, false);
    ck_assert_ptr_nonnull(strstr(text, "            S: 451 4.7.1 <script>"));
    ck_assert_ptr_nonnull(
        strstr(text, "               │││   │ └ .7.1  the mail is not permitted (for now)  RFC3463 §3.8\n"));
    ck_assert_ptr_nonnull(strstr(text, "               └ 4__  LATER"));
    free(text);
    end();
}
END_TEST

START_TEST(a_reply_cannot_become_markup)
{
    struct buf page;
    begin();
    buf_init(&page, PAGE_MAX);
    struct page_input input = {run.trial.scenario, "relay", &telling, &run.trial.judgement, false};
    ck_assert(page_write(&input, &page));
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<script"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "451 4.7.1 &lt;script&gt;alert(1)&lt;/script&gt;"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "class=\"line server later\""));
    buf_fini(&page);
    end();
}
END_TEST

/* ---- questions and steps ---- */

#define LESSON                                                                                                         \
    "scenario: 1\nid: test/one\ntitle: A test\nteach: {level: intro, lesson: 11, see_also: [retry/other], quiz: "      \
    "[{question: First one?, choices: [no, well], answer: b, because: so it is}, {question: Second one?, choices: "    \
    "[no, well], answer: a, because: so it is}]}\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 "           \
    "mx.d.example\"}}\n  hosts: {mx.d.example: {addr: 192.0.2.10}}\nstory:\n"                                          \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]}\nexpect:\n"                                   \
    "  - {must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}}\n"

/* What is printed, with the answers given; step: Enter is read from them too. */
static char *tell_lesson(const char *events, const char *answers, bool step)
{
    char *text = NULL, *copy = mem_printf("%s", answers);
    size_t len = 0;
    FILE *in = fmemopen(copy, strlen(copy) + 1, "r");
    test_run_begin(&run, LESSON, events);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){.preamble = true, .message = true});
    struct tell teller = {.screen = {open_memstream(&text, &len), false, 80},
                          .step = step ? in : NULL,
                          .quiz = !step,
                          .round = {.in = in}};
    tell_steps(&teller, run.trial.scenario, &telling);
    tell_end(&teller, run.trial.scenario);
    (void)fclose(teller.screen.out);
    (void)fclose(in);
    free(copy);
    end();
    return text;
}

static void expect_order(const char *text, const char *const *words)
{
    for (const char *at = text; *words != NULL; words++) {
        at = strstr(at, *words);
        ck_assert_msg(at != NULL, "not in its place: %s in\n%s", *words, text);
    }
}

START_TEST(the_first_question_follows_the_first_trouble_and_the_others_come_last)
{
    static const char *const after_trouble[] = {
        "451 4.7.1",   "First one?", "Right: b)",      "451 4.7.1", "└ 4__  LATER", "6 minutes 40 seconds",
        "Second one?", "No, it is",  "1 of 2 right\n", NULL};
    static const char *const without[] = {"First one?", "220 ready", "Second one?", "2 of 2 right\n", NULL};
    char *text = tell_lesson(EVENTS TEST_NO_CONNECT(400, "mx2.d.example", "refused"), "b\nb\n", false);
    expect_order(text, after_trouble);
    free(text);
    text = tell_lesson(TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "ready"), "b\na\n", false);
    expect_order(text, without);
    free(text);
}
END_TEST

START_TEST(each_step_waits_for_enter_until_the_input_ends)
{
    static const char events[] = TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "ready")
        TEST_CONNECT(0, 2, "mx.d.example") TEST_CONNECT(0, 3, "mx3.d.example");
    char *text = tell_lesson(events, "\n\n\n\n", true);
    ck_assert_ptr_nonnull(strstr(text, "[Enter]"));
    free(text);
    text = tell_lesson(TEST_CONNECT(0, 1, "mx.d.example") TEST_REPLY(0, 1, "banner", 220, "ready")
                           TEST_CONNECT(0, 2, "mx2.d.example") TEST_CONNECT(0, 3, "mx3.d.example"),
                       "", true);
    ck_assert_ptr_nonnull(strstr(text, "[Enter]"));
    ck_assert_ptr_null(strstr(strstr(text, "[Enter]") + 1, "[Enter]")); /* at the end of the input it goes on */
    expect_order(text, (const char *const[]){"220 ready", "[Enter]", "mx3.d.example", NULL});
    free(text);
}
END_TEST

START_TEST(a_lesson_ends_with_the_way_on)
{
    static const char *const words[] = {"ALSO  relaylab explain retry/other\n", "ALSO  relaylab list --lesson 11\n",
                                        "NEXT  relaylab explain submission/no-mail-without-auth\n",
                                        "lesson 12 of 12: Who may send\n", NULL};
    char *text = tell_lesson(EVENTS, "", false);
    expect_order(text, words);
    ck_assert_ptr_null(strstr(text, "TRY ")); /* it is not the scenario that the lesson begins with */
    ck_assert_ptr_null(strstr(text, "WHAT ELSE TO KNOW"));
    free(text);
}
END_TEST

/* What to try is not proposed to who has just tried it. */
START_TEST(a_lesson_says_what_to_try_and_what_else_to_know)
{
    static struct scenario first = {.id = "intro/encrypted", .title = "A test", .teach = {.lesson = 11}};
    for (int tried = 0; tried < 2; tried++) {
        char *text = NULL;
        size_t len = 0;
        struct tell teller = {.screen = {open_memstream(&text, &len), false, 80}, .tried = tried};
        tell_head(&teller, &first, "relay");
        tell_end(&teller, &first);
        (void)fclose(teller.screen.out);
        expect_order(text, (const char *const[]){"WORDS  TLS: ", "WHAT ELSE TO KNOW\n   - Opportunistic TLS", "DANE",
                                                 "NEXT", NULL});
        ck_assert_int_eq(strstr(text, "TRY ") == NULL, tried);
        free(text);
    }
}
END_TEST

START_TEST(the_first_fold_says_how_it_is_unfolded)
{
    char *text = NULL;
    size_t len = 0;
    begin();
    struct step steps[] = {{.kind = STEP_FOLD, .text = "one"}, {.kind = STEP_FOLD, .text = "two"}};
    struct telling two = {.steps = steps, .count = 2};
    struct tell teller = {.screen = {open_memstream(&text, &len), false, 80}};
    tell_steps(&teller, run.trial.scenario, &two);
    (void)fclose(teller.screen.out);
    expect_order(text, (const char *const[]){"…  one (--all shows them)\n", "…  two\n", "MORE  --all", NULL});
    free(text);
    end();
}
END_TEST

START_TEST(a_page_hides_folds_and_answers_without_a_script)
{
    struct buf page;
    test_run_begin(&run, LESSON, EVENTS);
    telling_make(&telling, &run.trial.facts, &(struct telling_view){0});
    buf_init(&page, PAGE_MAX);
    struct page_input input = {run.trial.scenario, "mine", &telling, &run.trial.judgement, false};
    ck_assert(page_write(&input, &page));
    expect_order(buf_cstr(&page),
                 (const char *const[]){"lesson 11 of 12", "<h1>A test</h1>", "it is mine", "<h2>First one?</h2>",
                                       "<details><summary>The answer</summary>", "<h2>The clock</h2>",
                                       "<h2>What was checked</h2>", "Lesson 12", NULL});
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<script"));
    buf_fini(&page);
    end();
}
END_TEST

SUITE(tell, the_first_question_follows_the_first_trouble_and_the_others_come_last,
      each_step_waits_for_enter_until_the_input_ends, a_lesson_ends_with_the_way_on,
      a_lesson_says_what_to_try_and_what_else_to_know, the_first_fold_says_how_it_is_unfolded,
      a_page_hides_folds_and_answers_without_a_script, no_line_is_wider_than_the_terminal,
      a_reply_cannot_control_the_terminal, the_anatomy_stands_under_the_code, a_reply_cannot_become_markup)
