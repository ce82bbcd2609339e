/* A telling on a terminal and as a page: within the width, and with text of peers that stays text. */
#include "harness/explain/tell.h"

#include <stdlib.h>
#include <string.h>

#include "harness/explain/page.h"
#include "harness/report/record/testing.h"

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
    telling_make(&telling, &run.trial.facts, false, true);
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
    tell_verdicts(&teller, &run.trial.judgement);
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
    ck_assert_ptr_nonnull(strstr(text, "               │││   │ └ .7.1  the mail is not permitted  RFC3463 §3.8\n"));
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
    struct page_input input = {run.trial.scenario, "relay", &telling, &run.trial.judgement};
    ck_assert(page_write(&input, &page));
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<script"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "451 4.7.1 &lt;script&gt;alert(1)&lt;/script&gt;"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "class=\"line server later\""));
    buf_fini(&page);
    end();
}
END_TEST

SUITE(tell, no_line_is_wider_than_the_terminal, a_reply_cannot_control_the_terminal, the_anatomy_stands_under_the_code,
      a_reply_cannot_become_markup)
