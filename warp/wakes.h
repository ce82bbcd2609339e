/*
 * How often each program's own time limits wake it, for a note that names those that poll: each wake-up is a step of
 * the clock, and five days have 432,000 seconds.
 *
 * Counted by program and call, so that a loop of short-lived processes (`while sleep 0.05`) counts as one. A count
 * starts again when WAKES_WITHIN_NS are over. Limits: WAKES_PROGRAMS programs, WAKES_CALLS calls of each; what does
 * not fit is not counted. Pure.
 */
#ifndef RL_WARP_WAKES_H
#define RL_WARP_WAKES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/duration.h"
#include "warp/shm.h"

#define WAKES_PROGRAMS  64
#define WAKES_CALLS     8
#define WAKES_MANY      10000
#define WAKES_WITHIN_NS (10000 * NS_PER_S) /* of virtual time */
#define WAKES_NAME_SIZE 24

struct wakes_call {
    char name[WARP_CALL_SIZE]; /* "nanosleep"; empty = free */
    uint32_t count;
    int64_t began_ns; /* when the count started */
};

struct wakes_program {
    char name[WAKES_NAME_SIZE]; /* "java" */
    bool reported;
    struct wakes_call calls[WAKES_CALLS];
};

struct wakes {
    struct wakes_program programs[WAKES_PROGRAMS];
    uint32_t count;
};

/* The program of this name: its number, from 1; 0 = there is no room for another. */
uint32_t wakes_program(struct wakes *wakes, const char *name);

/*
 * One wake-up of a program, by its number, from the call that libwarp noted (empty: not counted). True once in a
 * program's life, when it wakes often; then `out` has a sentence about it, with the process's number.
 */
bool wakes_count(struct wakes *wakes, uint32_t program, const char call[WARP_CALL_SIZE], int32_t pid, int64_t now_ns,
                 char *out, size_t size);

#endif
