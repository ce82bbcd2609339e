/*
 * The coordinator: starts the processes of a plan, watches over them, and reports how the run went. It moves only what
 * no other process can move: a turn whose holder has died, a run that is over.
 *
 * It is slot 0 of the ring and gets the turn only when something needs it: a process was born or died, the director
 * asked for something, the clock cannot go on, a signal came. Between turns it checks every 50 ms of real time whether
 * the holder of the turn still makes progress: a process that uses CPU for spin_limit without waiting, one that sleeps
 * in a system call that libwarp does not cover, and processes that keep each other busy at one instant are each ended
 * by name.
 */
#ifndef RL_WARP_COORDINATOR_H
#define RL_WARP_COORDINATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "warp/plan.h"

enum warp_result {
    WARP_OK,
    WARP_NOT_STARTED,      /* the program could not be executed */
    WARP_REFUSED,          /* a program that cannot run in virtual time: static, or in Go */
    WARP_TARGET_CRASHED,   /* ended without a request */
    WARP_TARGET_NOT_READY, /* waits, but does not listen on all of its ports */
    WARP_TARGET_SPUN,
    WARP_TARGET_BLOCKED,
    WARP_SIM_FAILED,
    WARP_SIM_SPUN,
    WARP_SIM_BLOCKED,
    WARP_ACTION_NOT_STARTED,
    WARP_CROWDED, /* more processes at once than this program can manage */
    WARP_INTERRUPTED,
    WARP_JUMP_CAP, /* busy at one instant without end */
};

const char *warp_result_name(enum warp_result result); /* "target-crashed" */

#define WARP_NOTES     8
#define WARP_NOTE_SIZE 384

struct warp_outcome {
    enum warp_result result;
    char detail[512];
    int exit_status;    /* of the first role's process: its status, or 128 + signal */
    int interrupted_by; /* the signal; 0 = by none */
    int64_t virtual_ns;
    int64_t real_ns;
    uint64_t jumps;
    uint64_t crash_calls; /* calls of the kind that the plan wants to crash at */
    bool crashed;         /* at one of them */
    /* About programs, never a verdict: sentences. */
    char notes[WARP_NOTES][WARP_NOTE_SIZE];
    size_t note_count;
};

/* Runs the plan to its end. Negative only when nothing could be set up. libwarp: path of the preload library. */
int coordinator_run(const struct plan *plan, const char *libwarp, struct warp_outcome *out, struct err *err);

#endif
