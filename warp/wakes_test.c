/* Which programs are named for waking often, and what is said of them. */
#include "warp/wakes.h"

#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"

static struct wakes wakes;
static char note[384];
static const char poll_call[WARP_CALL_SIZE] = "poll", sleep_call[WARP_CALL_SIZE] = "nanosleep",
                  own_call[WARP_CALL_SIZE];

/* After how many wake-ups, at this interval, the program is named; 0 = never. */
static unsigned named_after(const char *program, const char call[WARP_CALL_SIZE], int64_t every_ns, unsigned times)
{
    memset(&wakes, 0, sizeof wakes);
    uint32_t number = wakes_program(&wakes, program);
    for (unsigned i = 1; i <= times; i++)
        if (wakes_count(&wakes, number, call, 7, i * every_ns, note, sizeof note))
            return i;
    return 0;
}

START_TEST(a_program_that_polls_is_named_with_call_count_and_rate)
{
    ck_assert_uint_eq(named_after("java", sleep_call, 50 * NS_PER_MS, 20000), WAKES_MANY);
    const char *said = "java (process 7) woke 10000 times in 8m20s of virtual time, 20 a second (nanosleep); ";
    ck_assert_msg(strncmp(note, said, strlen(said)) == 0, "%s", note);
    ck_assert_uint_eq(named_after("java", sleep_call, NS_PER_S, 20000), WAKES_MANY);
    ck_assert_uint_eq(named_after("java", sleep_call, 0, 20000), WAKES_MANY);
    ck_assert_ptr_nonnull(strstr(note, "all at one instant"));
}
END_TEST

START_TEST(a_program_that_wakes_rarely_is_not_named)
{
    ck_assert_uint_eq(named_after("relay", poll_call, 10 * NS_PER_S, 1000000), 0);
    ck_assert_uint_eq(named_after("relay", poll_call, 2 * NS_PER_S, 1000000), 0);
    ck_assert_uint_eq(named_after("relay", own_call, 10 * NS_PER_MS, 1000000), 0);
}
END_TEST

START_TEST(a_program_is_named_once_and_calls_count_apart)
{
    ck_assert_uint_ne(named_after("java", sleep_call, NS_PER_MS, WAKES_MANY), 0);
    for (int i = 0; i < 3 * WAKES_MANY; i++)
        ck_assert(!wakes_count(&wakes, 1, i % 2 != 0 ? poll_call : sleep_call, 8, NS_PER_S, note, sizeof note));
    memset(&wakes, 0, sizeof wakes);
    uint32_t number = wakes_program(&wakes, "java");
    for (int i = 0; i < 2 * WAKES_MANY - 2; i++)
        ck_assert(!wakes_count(&wakes, number, i % 2 != 0 ? poll_call : sleep_call, 8, NS_PER_S, note, sizeof note));
}
END_TEST

/* Names come from the target's memory. */
START_TEST(what_a_target_can_write_is_bounded)
{
    char name[32], wild[WARP_CALL_SIZE];
    memset(&wakes, 0, sizeof wakes);
    for (int i = 0; i < 2 * WAKES_PROGRAMS; i++) {
        (void)snprintf(name, sizeof name, "program %d", i);
        ck_assert_uint_eq(wakes_program(&wakes, name), i < WAKES_PROGRAMS ? (uint32_t)i + 1 : 0);
    }
    ck_assert_uint_eq(wakes_program(&wakes, "program 3"), 4);
    ck_assert(!wakes_count(&wakes, 0, poll_call, 1, 1, note, sizeof note));
    ck_assert(!wakes_count(&wakes, UINT32_MAX, poll_call, 1, 1, note, sizeof note));
    memset(wild, '\033', sizeof wild);
    for (int i = 1; i < WAKES_MANY; i++)
        ck_assert(!wakes_count(&wakes, 1, wild, 1, 1, note, sizeof note));
    ck_assert(wakes_count(&wakes, 1, wild, 1, 1, note, sizeof note));
    ck_assert_ptr_null(strchr(note, '\033'));
    ck_assert_ptr_nonnull(strstr(note, "(?)"));
}
END_TEST

SUITE(wakes, a_program_that_polls_is_named_with_call_count_and_rate, a_program_that_wakes_rarely_is_not_named,
      a_program_is_named_once_and_calls_count_apart, what_a_target_can_write_is_bounded)
