/* The turn and the clock in shared memory, without processes. */
#include "warp/turn.h"

#include <string.h>

#include "lib/testing/suite.h"

static struct warp_shm shm;

static void begin(void)
{
    memset(&shm, 0, sizeof shm);
    for (uint32_t i = 0; i < WARP_SLOTS; i++)
        shm.slots[i].deadline_ns = shm.slots[i].alarm_ns = WARP_NEVER;
    shm.limit_ns = 1000;
    shm.now_ns = 100;
}

static void live(uint32_t slot, int64_t deadline_ns)
{
    shm.slots[slot].state = WARP_SLOT_ALIVE;
    shm.slots[slot].deadline_ns = deadline_ns;
    shm.alive++;
}

START_TEST(the_turn_goes_to_the_next_that_lives)
{
    begin();
    ck_assert_uint_eq(turn_next(&shm, 0), 0); /* no process is left */
    live(2, WARP_NEVER);
    live(5, WARP_NEVER);
    shm.slots[3].state = WARP_SLOT_EXITING;
    ck_assert_uint_eq(turn_next(&shm, 0), 2);
    ck_assert_uint_eq(turn_next(&shm, 2), 5);
    ck_assert_uint_eq(turn_next(&shm, 5), 2);
    shm.wanted = 1;
    ck_assert_uint_eq(turn_next(&shm, 5), 0);
    turn_give(&shm, 0);
    ck_assert_uint_eq(shm.wanted, 0);
    ck_assert_uint_eq(shm.slots[0].go, 1);
    ck_assert_uint_eq(shm.turns, 1);
}
END_TEST

START_TEST(the_clock_moves_to_the_earliest_deadline)
{
    begin();
    live(1, 700);
    live(2, 500);
    shm.slots[2].alarm_ns = 300;
    shm.slots[3].deadline_ns = 200; /* nothing lives there */
    turn_advance(&shm);
    ck_assert_int_eq(shm.now_ns, 300);
    ck_assert_uint_eq(shm.jumps, 1);
    turn_advance(&shm); /* what is due already needs no jump */
    ck_assert_int_eq(shm.now_ns, 300);
    ck_assert_uint_eq(shm.jumps, 1);
    ck_assert_uint_eq(shm.wanted, 0);
}
END_TEST

START_TEST(the_coordinator_is_called_when_the_clock_cannot_move)
{
    begin();
    live(1, 1001);
    turn_advance(&shm);
    ck_assert(shm.at_limit && !shm.starved && shm.wanted);
    ck_assert_int_eq(shm.now_ns, 100);
    begin();
    live(1, WARP_NEVER);
    turn_advance(&shm);
    ck_assert(!shm.at_limit && shm.starved && shm.wanted);
}
END_TEST

START_TEST(the_bell_ends_a_sleep_once)
{
    begin();
    turn_ring_bell(&shm);
    ck_assert_uint_eq(shm.bell, 1);
    shm.listening = 1;
    turn_ring_bell(&shm);
    ck_assert_uint_eq(shm.bell, 2);
    ck_assert_uint_eq(shm.listening, 0);
}
END_TEST

SUITE(turn, the_turn_goes_to_the_next_that_lives, the_clock_moves_to_the_earliest_deadline,
      the_coordinator_is_called_when_the_clock_cannot_move, the_bell_ends_a_sleep_once)
