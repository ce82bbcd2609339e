/* The file that `relaylab-warp --plan` reads. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/testing/suite.h"
#include "warp/plan.h"

static int load(const char *text, struct plan *plan, struct err *err)
{
    char path[] = "/tmp/relaylab-plan-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    plan_init(plan);
    int rc = plan_load(plan, path, err);
    (void)unlink(path);
    return rc;
}

START_TEST(a_plan_is_read_line_by_line)
{
    struct plan plan;
    struct err err = {0};
    ck_assert_msg(load("start\t2030-01-01T00:00:00Z\nseed\t9\nworld\t192.0.2.0/24\nworld\t2001:db8::/"
                       "32\nrole\tsim\nargv\tsim\ta b\n"
                       "role\ttarget\nports\t25\t587\nenv\tA="
                       "1\nargv\trelay\naction\tqueue\nout\tq\nargv\tq\naction\treload\nsignal\t1\n",
                       &plan, &err) == ERR_OK,
                  "%s", err.text);
    ck_assert_uint_eq(plan.seed, 9);
    ck_assert_uint_eq(plan.world_count, 2);
    ck_assert_uint_eq(plan.roles[1].port_count, 2);
    ck_assert_str_eq(plan.roles[0].argv[1], "a b");
    ck_assert_ptr_nonnull(plan_action(&plan, "queue"));
    ck_assert_int_eq(plan_action(&plan, "reload")->signo, 1);
    ck_assert_ptr_null(plan_action(&plan, "flush"));
    plan_fini(&plan);
}
END_TEST

START_TEST(only_a_plan_limits_the_computing_between_two_waits)
{
    struct plan plan;
    struct err err = {0};
    plan_init(&plan);
    ck_assert_int_eq(plan.spin_limit_ns, PLAN_NO_SPIN_LIMIT_NS);
    ck_assert_int_eq(load("role\tsim\nargv\tsim\n", &plan, &err), ERR_OK);
    ck_assert_int_eq(plan.spin_limit_ns, 10 * NS_PER_S);
    plan_fini(&plan);
}
END_TEST

START_TEST(an_error_in_a_plan_names_its_line)
{
    static const char *const bad[][2] = {
        {"", "no role"},
        {"role\tsim\n", "no argv"},
        {"argv\tx\n", ":1"},
        {"role\tsim\nargv\tx\nfoo\tx\n", ":3"},
        {"role\tsim\nargv\tx\nports\t70000\n", ":3"},
        {"world\t1.2.3.4/99\nrole\tsim\nargv\tx\n", ":1"},
        {"home\t203.0.113\nrole\tsim\nargv\tx\n", ":1"},
        {"network\tnone\nrole\tsim\nargv\tx\n", ":1"},
        {"role\tsim\nargv\tx\naction\ta\nsignal\t65\n", ":4"},
        {"role\tsim\nargv\tx\naction\ta\nsignal\t1\nargv\ty\n", "one of argv and signal"},
        {"role\tsim\nargv\tx\naction\ta\n", "one of argv and signal"},
        {"start\tnow\nrole\tsim\nargv\tx\n", ":1"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct plan plan;
        struct err err = {0};
        ck_assert_msg(load(bad[i][0], &plan, &err) != ERR_OK, "accepted: %s", bad[i][0]);
        ck_assert_msg(strstr(err.text, bad[i][1]) != NULL, "%s: %s", bad[i][0], err.text);
        plan_fini(&plan);
    }
}
END_TEST

SUITE(plan, a_plan_is_read_line_by_line, only_a_plan_limits_the_computing_between_two_waits,
      an_error_in_a_plan_names_its_line)
