/*
 * How long to wait for a program that keeps the clock from moving. Pure: fed with what each look at the tree has seen.
 *
 * Real time is not evidence: a program that is ready to run, or that makes slow progress, may have no CPU on a busy
 * machine. What counts is its own CPU time, and the time for which it is seen asleep. Of the time between two looks at
 * most `step_ns` counts, since a long gap means that the observer had no CPU either.
 */
#ifndef RL_WARP_PATIENCE_H
#define RL_WARP_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

enum patience_kind {
    PATIENCE_RUNS,   /* on a CPU, or ready to be */
    PATIENCE_SLEEPS, /* inside a call that ends by itself */
    PATIENCE_HELD,   /* until a time limit of the kernel's */
};

struct patience_look {
    int64_t now_ns; /* real */
    int32_t pid;
    long call; /* the system call; -1 = none */
    enum patience_kind kind;
    int64_t cpu_ns; /* of the process, since its start; -1 = unknown */
};

struct patience_limits {
    int64_t spin_ns;  /* of CPU */
    int64_t stuck_ns; /* asleep in one call, and the process has not run meanwhile */
    int64_t slow_ns;  /* asleep in calls that do end */
    int64_t held_ns;
    int64_t step_ns;
};

enum patience_verdict { PATIENCE_LASTS, PATIENCE_SPUN, PATIENCE_BLOCKED };

struct patience {
    struct patience_limits limits;
    struct patience_look last; /* pid 0 = none */
    int64_t cpu_before_ns;     /* when it was seen first */
    int64_t stuck_ns, slow_ns, held_ns;
};

void patience_init(struct patience *patience, const struct patience_limits *limits);
/* The clock has moved, or no program keeps it from moving. */
void patience_renew(struct patience *patience);
enum patience_verdict patience_look(struct patience *patience, const struct patience_look *look);

#endif
