#include "warp/starvation.h"

#include "lib/testing/suite.h"

#define T0 (INT64_C(1000) * 1000000000)

START_TEST(a_clock_that_stands_still_is_reported_once)
{
    struct starvation starvation = {0};
    ck_assert(!starvation_look(&starvation, T0, 7));
    ck_assert(!starvation_look(&starvation, T0 + STARVATION_REPORTED_NS - 1, 7));
    ck_assert(starvation_look(&starvation, T0 + STARVATION_REPORTED_NS, 7));
    ck_assert(!starvation_look(&starvation, T0 + 10 * STARVATION_REPORTED_NS, 7));
}
END_TEST

START_TEST(a_jump_of_the_clock_begins_the_wait_again)
{
    struct starvation starvation = {0};
    ck_assert(!starvation_look(&starvation, T0, 7));
    ck_assert(!starvation_look(&starvation, T0 + STARVATION_REPORTED_NS, 8));
    ck_assert(!starvation_look(&starvation, T0 + 2 * STARVATION_REPORTED_NS - 1, 8));
    ck_assert(starvation_look(&starvation, T0 + 2 * STARVATION_REPORTED_NS, 8));
}
END_TEST

SUITE(starvation, a_clock_that_stands_still_is_reported_once, a_jump_of_the_clock_begins_the_wait_again)
