#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/duration.h"
#include "lib/io/loop.h"
#include "lib/testing/aborts.h"
#include "lib/testing/suite.h"

static struct buf seen;
static char w1[] = "w1 ", w2[] = "w2 ", t1[] = "t1 ", t2[] = "t2 ", t3[] = "t3 ", end_of_turn[] = "end";
static char commit[] = "commit ", answer_1[] = "a1 ", answer_2[] = "a2 ";

static void note(void *arg)
{
    (void)buf_add_cstr(&seen, arg);
}

static void note_ready(void *arg, unsigned ready)
{
    (void)ready;
    note(arg);
}

START_TEST(watches_come_before_timers_and_both_before_the_end_of_the_turn)
{
    struct loop *loop;
    struct watch first, second;
    struct timer late, early, same;
    int a[2], b[2];
    buf_init(&seen, 1000);
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    watch_init(&first, loop, a[0], note_ready, w1);
    watch_init(&second, loop, b[0], note_ready, w2);
    watch_set(&second, LOOP_READ);
    watch_set(&first, LOOP_READ);
    ck_assert_int_eq(write(b[1], "x", 1), 1);
    ck_assert_int_eq(write(a[1], "x", 1), 1);
    timer_init(&late, loop, note, t2);
    timer_init(&early, loop, note, t1);
    timer_init(&same, loop, note, t3);
    timer_set_at(&late, loop_now_ns(loop) - 1);
    timer_set_at(&same, loop_now_ns(loop) - 1); /* as late, and set after it */
    timer_set_at(&early, loop_now_ns(loop) - 2);
    loop_in_phase(loop, LOOP_END, note, end_of_turn);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    ck_assert_str_eq(buf_cstr(&seen), "w1 w2 t1 t2 t3 end");
    watch_stop(&first);
    watch_stop(&second);
    loop_free(loop);
    for (int i = 0; i < 2; i++) {
        close(a[i]);
        close(b[i]);
    }
    buf_fini(&seen);
}
END_TEST

static void note_phase(void *arg)
{
    struct loop *loop = arg;
    (void)buf_printf(&seen, "%d ", (int)loop_phase(loop));
}

START_TEST(the_phases_of_a_turn_come_in_their_order_whatever_was_registered_first)
{
    struct loop *loop;
    struct timer work;
    buf_init(&seen, 1000);
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    loop_in_phase(loop, LOOP_END, note, end_of_turn);
    loop_in_phase(loop, LOOP_ANSWER, note, answer_1);
    loop_in_phase(loop, LOOP_ANSWER, note, answer_2);
    loop_in_phase(loop, LOOP_COMMIT, note, commit);
    timer_init(&work, loop, note, t1);
    timer_set_after(&work, 0);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    ck_assert_str_eq(buf_cstr(&seen), "t1 commit a1 a2 end");
    loop_free(loop);
    buf_fini(&seen);
}
END_TEST

START_TEST(the_phase_is_the_one_that_runs)
{
    struct loop *loop;
    struct timer work;
    char wanted[16];
    buf_init(&seen, 1000);
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    for (enum loop_phase phase = LOOP_COMMIT; phase < LOOP_PHASES; phase++)
        loop_in_phase(loop, phase, note_phase, loop);
    timer_init(&work, loop, note_phase, loop);
    timer_set_after(&work, 0);
    ck_assert_int_eq(loop_phase(loop), LOOP_IDLE);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    (void)snprintf(wanted, sizeof wanted, "%d %d %d %d ", LOOP_DISPATCH, LOOP_COMMIT, LOOP_ANSWER, LOOP_END);
    ck_assert_str_eq(buf_cstr(&seen), wanted);
    ck_assert_int_eq(loop_phase(loop), LOOP_IDLE);
    loop_free(loop);
    buf_fini(&seen);
}
END_TEST

static void commit_twice(void *arg)
{
    loop_in_phase(arg, LOOP_COMMIT, note, commit);
    loop_in_phase(arg, LOOP_COMMIT, note, commit);
}

static void hook_into_dispatch(void *arg)
{
    loop_in_phase(arg, LOOP_DISPATCH, note, t1);
}

START_TEST(a_loop_has_one_commit_and_no_hooks_in_the_dispatch)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    ck_assert(aborts(commit_twice, loop));
    ck_assert(aborts(hook_into_dispatch, loop));
    loop_free(loop);
}
END_TEST

static struct timer victim;

static void stop_victim(void *arg)
{
    (void)arg;
    timer_stop(&victim);
}

START_TEST(what_is_stopped_in_the_turn_does_not_come_any_more)
{
    struct loop *loop;
    struct timer first;
    buf_init(&seen, 1000);
    ck_assert_int_eq(loop_new(&loop, NULL), ERR_OK);
    timer_init(&first, loop, stop_victim, NULL);
    timer_init(&victim, loop, note, t1);
    timer_set_at(&first, loop_now_ns(loop) - 2);
    timer_set_at(&victim, loop_now_ns(loop) - 1);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    ck_assert_uint_eq(seen.len, 0);
    ck_assert(!timer_pending(&victim));
    loop_free(loop);
    buf_fini(&seen);
}
END_TEST

SUITE(loop, watches_come_before_timers_and_both_before_the_end_of_the_turn,
      the_phases_of_a_turn_come_in_their_order_whatever_was_registered_first, the_phase_is_the_one_that_runs,
      a_loop_has_one_commit_and_no_hooks_in_the_dispatch, what_is_stopped_in_the_turn_does_not_come_any_more)
