#include "lib/testing/suite.h"
#include "warp/patience.h"

#define MS INT64_C(1000000)
#define S  (1000 * MS)

static const struct patience_limits limits = {
    .spin_ns = 10 * S, .stuck_ns = 60 * S, .slow_ns = 300 * S, .held_ns = 120 * S, .step_ns = 10 * MS};

static struct patience patience;
static struct patience_look seen;

static void begin(enum patience_kind kind, long call)
{
    patience_init(&patience, &limits);
    seen = (struct patience_look){.now_ns = 1000 * S, .pid = 7, .call = call, .kind = kind, .cpu_ns = 3 * S};
    ck_assert_int_eq(patience_look(&patience, &seen), PATIENCE_LASTS);
}

static enum patience_verdict later(int64_t real_ns, int64_t cpu_ns)
{
    seen.now_ns += real_ns;
    seen.cpu_ns += cpu_ns;
    return patience_look(&patience, &seen);
}

/* The milliseconds of such looks until there is a verdict, at most `most`. */
static int64_t lasts(int64_t most, int64_t cpu_a_ms, enum patience_verdict *verdict)
{
    int64_t ms = 0;
    do
        *verdict = later(MS, cpu_a_ms);
    while (*verdict == PATIENCE_LASTS && ++ms < most);
    return ms;
}

START_TEST(a_program_that_is_ready_to_run_and_gets_no_cpu_is_not_blamed)
{
    begin(PATIENCE_RUNS, -1);
    for (int i = 0; i < 100000; i++)
        ck_assert_int_eq(later(S, 0), PATIENCE_LASTS);
    seen.kind = PATIENCE_SLEEPS; /* and now in a call, for a moment */
    seen.call = 82;
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(later(MS, 0), PATIENCE_LASTS);
}
END_TEST

START_TEST(a_program_that_uses_cpu_without_waiting_spins)
{
    enum patience_verdict verdict;
    begin(PATIENCE_RUNS, -1);
    ck_assert_int_eq(lasts(100000, MS, &verdict), 10000);
    ck_assert_int_eq(verdict, PATIENCE_SPUN);
}
END_TEST

START_TEST(a_program_that_stays_in_one_call_is_blocked)
{
    enum patience_verdict verdict;
    begin(PATIENCE_SLEEPS, 82);
    ck_assert_int_eq(lasts(100000, 0, &verdict), 60000);
    ck_assert_int_eq(verdict, PATIENCE_BLOCKED);
}
END_TEST

START_TEST(a_program_that_makes_progress_in_slow_calls_gets_more_time)
{
    enum patience_verdict verdict;
    begin(PATIENCE_SLEEPS, 74);
    ck_assert_int_eq(lasts(1000000, 1000, &verdict), 300000);
    ck_assert_int_eq(verdict, PATIENCE_BLOCKED);
}
END_TEST

START_TEST(one_call_after_another_is_progress)
{
    begin(PATIENCE_SLEEPS, 74);
    for (int i = 0; i < 200000; i++) {
        seen.call = i % 2 == 0 ? 74 : 82;
        ck_assert_int_eq(later(MS, 0), PATIENCE_LASTS);
    }
}
END_TEST

START_TEST(what_happens_between_looks_does_not_count)
{
    begin(PATIENCE_SLEEPS, 82);
    for (int i = 0; i < 5999; i++) /* each look comes ten minutes late */
        ck_assert_int_eq(later(600 * S, 0), PATIENCE_LASTS);
}
END_TEST

START_TEST(waits_of_the_kernel_s_clock_add_up_until_the_clock_moves)
{
    enum patience_verdict verdict;
    begin(PATIENCE_HELD, 7);
    ck_assert_int_eq(lasts(119000, 1000, &verdict), 119000);
    patience_renew(&patience);
    ck_assert_int_eq(lasts(200000, 1000, &verdict), 120001);
    ck_assert_int_eq(verdict, PATIENCE_BLOCKED);
}
END_TEST

START_TEST(another_process_begins_with_nothing)
{
    enum patience_verdict verdict;
    begin(PATIENCE_SLEEPS, 82);
    (void)lasts(59000, 0, &verdict);
    seen.pid = 8;
    ck_assert_int_eq(lasts(59000, 0, &verdict), 59000);
    ck_assert_int_eq(verdict, PATIENCE_LASTS);
}
END_TEST

SUITE(patience, a_program_that_is_ready_to_run_and_gets_no_cpu_is_not_blamed,
      a_program_that_uses_cpu_without_waiting_spins, a_program_that_stays_in_one_call_is_blocked,
      a_program_that_makes_progress_in_slow_calls_gets_more_time, one_call_after_another_is_progress,
      what_happens_between_looks_does_not_count, waits_of_the_kernel_s_clock_add_up_until_the_clock_moves,
      another_process_begins_with_nothing)
