/*
 * One process of a pool (harness/suite/pool.h), which does piece after piece:
 *
 *     pool --piece's number--> worker: work(i) writes the result into memory that both share
 *          <--how it went-----
 *
 * It lives until worker_end, or until it crashes in a piece. It has the pool's memory as it was when it started, and
 * dies with the pool's process.
 */
#ifndef RL_HARNESS_WORKER_H
#define RL_HARNESS_WORKER_H

#include <signal.h>
#include <sys/types.h>

#include "harness/suite/pool.h"

struct worker {
    pid_t pid;           /* 0 = none */
    int channel, result; /* channel: readable when a piece has ended, however it did */
    int cpu;             /* that it stays on; -1 = any */
    bool busy;
    size_t piece; /* that it does, when busy */
};

/* How a piece ended. */
struct worker_answer {
    int rc;       /* ERR_OK, or ERR_SYSTEM: `result` is the text of the error */
    char *result; /* nothing in it when there is a problem */
    size_t len;
    char *problem; /* how the worker died of it, or that it gave no result; else NULL */
};

/* signals: the mask that the work is to have. */
int worker_start(struct worker *out, const struct pool_work *work, int cpu, const sigset_t *signals, struct err *err);
bool worker_lives(const struct worker *worker);         /* whether there is one that can be given an order */
void worker_order(struct worker *worker, size_t piece); /* one that is not busy */
/* Of one that is busy. Waits; caller frees result and problem. */
void worker_answer(struct worker *worker, struct worker_answer *out);
void worker_end(struct worker *worker); /* none: nothing happens */

#endif
