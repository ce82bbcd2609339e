/*
 * Many pieces of work, several at a time, in their own processes (harness/suite/worker.h), and their results in the
 * order of the pieces: the results do not depend on how many ran at once.
 *
 *     caller --starts--> worker: work(i), work(j), …
 *            <--ends---- result i; take(i) in the caller once all before it were taken
 *
 * A worker has the caller's memory as it was at its start, which for a piece that waits is when all before it were
 * taken; one that crashes in a piece does not affect others. An interrupt (run_interrupted) ends what runs with
 * SIGTERM, to which it must respond by a graceful shutdown; when the caller dies, its workers die, too. Several workers
 * are spread over the CPUs: relaylab-warp stays on the one it was started on. Errors: ERR_SYSTEM when no process can be
 * made, else the first error of `work` or `take`; nothing new is started then. Limits: a result has at most 64 MiB.
 */
#ifndef RL_HARNESS_POOL_H
#define RL_HARNESS_POOL_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/err.h"
#include "lib/base/slice.h"

#define POOL_JOBS_MAX 256

struct pool_work {
    void *ctx;
    size_t count;
    unsigned jobs; /* at a time, 1 to POOL_JOBS_MAX */
    /* In the worker. What it writes to `out` is the result. */
    int (*work)(void *ctx, size_t i, FILE *out, struct err *err);
    /* In the caller, by rising i. problem: how the worker came to an unwanted end; else NULL. */
    int (*take)(void *ctx, size_t i, struct slice result, const char *problem, struct err *err);
    bool (*waits)(const void *ctx, size_t i);  /* whether i is started only when all before it were taken; NULL: none */
    bool (*needed)(const void *ctx, size_t i); /* asked in the caller, late; its result is empty if not; NULL: all */
    void (*tick)(void *ctx, size_t finished);  /* whenever one has finished, and every few seconds; may be NULL */
};

int pool_run(const struct pool_work *work, struct err *err);

unsigned pool_cpus(void); /* that this process may use */

#endif
