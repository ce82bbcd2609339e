#include "harness/suite/pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/run.h"
#include "harness/suite/worker.h"
#include "lib/testing/suite.h"

#define PIECES 8

struct fixture {
    int pipe[2];
    size_t taken, order[PIECES];
    char results[PIECES][64], problems[PIECES][128];
};

static int take(void *ctx, size_t i, struct slice result, const char *problem, struct err *err)
{
    struct fixture *f = ctx;
    (void)err;
    f->order[f->taken++] = i;
    (void)snprintf(f->results[i], sizeof f->results[i], "%.*s", SLICE_ARG(result));
    (void)snprintf(f->problems[i], sizeof f->problems[i], "%s", problem != NULL ? problem : "");
    return ERR_OK;
}

/* The first waits for a message of the last, so they end in another order than they are taken in. */
static int work_backwards(void *ctx, size_t i, FILE *out, struct err *err)
{
    const struct fixture *f = ctx;
    char byte;
    if (i == 0 && read(f->pipe[0], &byte, 1) != 1)
        return err_errno(err, "no word");
    if (i == PIECES - 1 && write(f->pipe[1], "x", 1) != 1)
        return err_errno(err, "no word");
    fprintf(out, "piece %zu", i);
    return ERR_OK;
}

START_TEST(results_are_taken_in_order_however_the_workers_end)
{
    struct fixture f = {0};
    struct err err = {0};
    struct pool_work work = {.ctx = &f, .count = PIECES, .jobs = 3, .work = work_backwards, .take = take};
    ck_assert_int_eq(pipe(f.pipe), 0);
    ck_assert_int_eq(pool_run(&work, &err), ERR_OK);
    ck_assert_uint_eq(f.taken, PIECES);
    for (size_t i = 0; i < PIECES; i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "piece %zu", i);
        ck_assert_uint_eq(f.order[i], i);
        ck_assert_str_eq(f.results[i], wanted);
    }
}
END_TEST

static bool every_third_waits(const void *ctx, size_t i)
{
    (void)ctx;
    return i % 3 == 2;
}

static int work_counting(void *ctx, size_t i, FILE *out, struct err *err)
{
    const struct fixture *f = ctx;
    (void)i;
    (void)err;
    fprintf(out, "%zu", f->taken);
    return ERR_OK;
}

START_TEST(a_waiting_piece_knows_all_results_before_it)
{
    struct fixture f = {0};
    struct pool_work work = {
        .ctx = &f, .count = PIECES, .jobs = PIECES, .work = work_counting, .take = take, .waits = every_third_waits};
    ck_assert_int_eq(pool_run(&work, NULL), ERR_OK);
    ck_assert_str_eq(f.results[2], "2");
    ck_assert_str_eq(f.results[5], "5");
}
END_TEST

static bool none_after_the_fourth(const void *ctx, size_t i)
{
    const struct fixture *f = ctx;
    return f->taken < 4 || i < 4;
}

START_TEST(what_is_not_needed_any_more_is_not_started)
{
    struct fixture f = {0};
    struct pool_work work = {
        .ctx = &f, .count = PIECES, .jobs = 1, .work = work_counting, .take = take, .needed = none_after_the_fourth};
    ck_assert_int_eq(pool_run(&work, NULL), ERR_OK);
    ck_assert_uint_eq(f.taken, PIECES);
    ck_assert_str_eq(f.results[3], "0"); /* one worker did all: it sees none that was taken since it started */
    ck_assert_str_eq(f.results[4], "");
}
END_TEST

static int work_and_crash(void *ctx, size_t i, FILE *out, struct err *err)
{
    (void)ctx;
    (void)err;
    fprintf(out, "fine");
    if (i == 1)
        abort();
    return ERR_OK;
}

START_TEST(a_worker_that_crashes_is_named_and_affects_no_other)
{
    struct fixture f = {0};
    struct pool_work work = {.ctx = &f, .count = PIECES, .jobs = 2, .work = work_and_crash, .take = take};
    ck_assert_int_eq(pool_run(&work, NULL), ERR_OK);
    ck_assert_uint_eq(f.taken, PIECES);
    ck_assert_ptr_nonnull(strstr(f.problems[1], "ended by signal 6 (Aborted)"));
    ck_assert_str_eq(f.problems[0], "");
    ck_assert_str_eq(f.results[7], "fine");
}
END_TEST

static int work_without_result(void *ctx, size_t i, FILE *out, struct err *err)
{
    (void)ctx;
    (void)err;
    run_catch_signals();
    if (i == 1)
        (void)raise(SIGTERM); /* to the worker alone, which ends its run in order */
    if (i == 5)               /* a hole of 64 MiB, and an octet */
        (void)fseek(out, 64 * 1024 * 1024, SEEK_SET);
    if (i != 1 && i != 3)
        fprintf(out, "fine");
    return ERR_OK;
}

START_TEST(no_result_is_a_problem_of_its_piece_and_of_no_other)
{
    struct fixture f = {0};
    struct pool_work work = {.ctx = &f, .count = PIECES, .jobs = 1, .work = work_without_result, .take = take};
    ck_assert_int_eq(pool_run(&work, NULL), ERR_OK);
    ck_assert_uint_eq(f.taken, PIECES);
    ck_assert_ptr_nonnull(strstr(f.problems[1], "ended by signal 15 (Terminated)"));
    ck_assert_ptr_nonnull(strstr(f.problems[3], "returned no result"));
    ck_assert_ptr_nonnull(strstr(f.problems[5], "or one larger than 64 MiB"));
    for (size_t i = 0; i < PIECES; i++)
        ck_assert_str_eq(f.results[i], i % 2 == 1 && i < 7 ? "" : "fine");
}
END_TEST

START_TEST(a_worker_that_died_while_idle_does_no_piece)
{
    struct worker worker;
    struct fixture f = {0};
    sigset_t signals;
    siginfo_t info;
    struct pool_work work = {.ctx = &f, .count = 1, .jobs = 1, .work = work_counting, .take = take};
    sigemptyset(&signals);
    ck_assert_int_eq(worker_start(&worker, &work, -1, &signals, NULL), ERR_OK);
    ck_assert(worker_lives(&worker));
    ck_assert_int_eq(kill(worker.pid, SIGKILL), 0);
    ck_assert_int_eq(waitid(P_PID, (id_t)worker.pid, &info, WEXITED | WNOWAIT), 0);
    ck_assert(!worker_lives(&worker));
    worker_end(&worker);
    ck_assert(!worker_lives(&worker));
}
END_TEST

static int work_that_fails(void *ctx, size_t i, FILE *out, struct err *err)
{
    (void)ctx;
    fprintf(out, "half a result");
    return i == 2 ? err_set(err, ERR_SYSTEM, "no room for piece 2") : ERR_OK;
}

START_TEST(an_error_ends_the_work_with_its_message)
{
    struct fixture f = {0};
    struct err err = {0};
    struct pool_work work = {.ctx = &f, .count = PIECES, .jobs = 1, .work = work_that_fails, .take = take};
    ck_assert_int_eq(pool_run(&work, &err), ERR_SYSTEM);
    ck_assert_str_eq(err.text, "no room for piece 2");
    ck_assert_uint_eq(f.taken, 2);
}
END_TEST

SUITE(pool, results_are_taken_in_order_however_the_workers_end, a_waiting_piece_knows_all_results_before_it,
      what_is_not_needed_any_more_is_not_started, a_worker_that_crashes_is_named_and_affects_no_other,
      no_result_is_a_problem_of_its_piece_and_of_no_other, a_worker_that_died_while_idle_does_no_piece,
      an_error_ends_the_work_with_its_message)
