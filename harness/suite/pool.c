#include "harness/suite/pool.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "harness/run/run.h"
#include "harness/suite/worker.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

#define TICK_S 5 /* between ticks while nothing finishes */

struct piece {
    enum { WAITING, RUNNING, FINISHED } state;
    char *result, *problem;
    size_t len;
};

struct pool {
    const struct pool_work *work;
    struct worker workers[POOL_JOBS_MAX];
    struct piece *pieces;
    size_t taken, finished, running;
    bool told_to_end; /* the busy workers were sent SIGTERM */
    sigset_t signals; /* as they were before */
    cpu_set_t cpus;   /* that may be used */
};

unsigned pool_cpus(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < POOL_JOBS_MAX ? (unsigned)count : POOL_JOBS_MAX;
}

/* ---- starting ---- */

static unsigned workers_on(const struct pool *pool, int cpu)
{
    unsigned count = 0;
    for (unsigned i = 0; i < pool->work->jobs; i++)
        count += pool->workers[i].pid != 0 && pool->workers[i].cpu == cpu;
    return count;
}

/* The one with the fewest of our workers; of equals, the first from the caller's own on. */
static int choose_cpu(const struct pool *pool)
{
    int first = sched_getcpu(), best = -1;
    unsigned fewest = POOL_JOBS_MAX + 1;
    for (int i = 0; pool->work->jobs > 1 && first >= 0 && i < CPU_SETSIZE; i++) {
        int cpu = (first + i) % CPU_SETSIZE;
        if (CPU_ISSET((unsigned)cpu, &pool->cpus) && workers_on(pool, cpu) < fewest) {
            best = cpu;
            fewest = workers_on(pool, cpu);
        }
    }
    return best;
}

static bool is_needed(const struct pool *pool, size_t piece)
{
    return pool->work->needed == NULL || pool->work->needed(pool->work->ctx, piece);
}

static bool waits(const struct pool *pool, size_t piece)
{
    return pool->work->waits != NULL && pool->work->waits(pool->work->ctx, piece);
}

/* What waits for the results before it needs a worker that knows them. */
static int start(struct pool *pool, struct worker *worker, size_t piece, struct err *err)
{
    int rc = ERR_OK;
    if (waits(pool, piece) || !worker_lives(worker))
        worker_end(worker);
    if (worker->pid == 0)
        rc = worker_start(worker, pool->work, choose_cpu(pool), &pool->signals, err);
    if (rc != ERR_OK)
        return rc;
    worker_order(worker, piece);
    pool->pieces[piece].state = RUNNING;
    pool->running++;
    return ERR_OK;
}

/* The first that may be started now; `count` = none. Pieces that are not needed count as ended. */
static size_t next_piece(struct pool *pool)
{
    for (size_t i = pool->taken; i < pool->work->count; i++) {
        struct piece *piece = &pool->pieces[i];
        if (piece->state != WAITING || (i > pool->taken && waits(pool, i)))
            continue;
        if (is_needed(pool, i))
            return i;
        piece->state = FINISHED;
        pool->finished++;
    }
    return pool->work->count;
}

static int start_all(struct pool *pool, struct err *err)
{
    for (unsigned i = 0; i < pool->work->jobs; i++) {
        size_t next = next_piece(pool);
        if (next == pool->work->count)
            break;
        if (pool->workers[i].busy)
            continue;
        int rc = start(pool, &pool->workers[i], next, err);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

/* ---- ending ---- */

static int reap(struct pool *pool, struct worker *worker, struct err *err)
{
    struct worker_answer answer;
    struct piece *piece = &pool->pieces[worker->piece];
    worker_answer(worker, &answer);
    *piece = (struct piece){FINISHED, answer.result, answer.problem, answer.len};
    pool->finished++;
    pool->running--;
    if (answer.rc != ERR_OK)
        return err_set(err, ERR_SYSTEM, "%s", answer.len > 0 ? answer.result : "a result could not be written");
    return ERR_OK;
}

static int take_finished(struct pool *pool, struct err *err)
{
    const struct pool_work *work = pool->work;
    int rc = ERR_OK;
    while (rc == ERR_OK && pool->taken < work->count && pool->pieces[pool->taken].state == FINISHED) {
        struct piece *piece = &pool->pieces[pool->taken];
        rc = work->take(work->ctx, pool->taken, slice_make(piece->result, piece->len), piece->problem, err);
        free(piece->result);
        piece->result = NULL;
        pool->taken++;
    }
    return rc;
}

/* Waits until one has ended, a signal came, or it is time for a tick. */
static int wait_for_one(struct pool *pool, struct err *err)
{
    struct pollfd ends[POOL_JOBS_MAX];
    for (unsigned i = 0; i < pool->work->jobs; i++)
        ends[i] = (struct pollfd){.fd = pool->workers[i].busy ? pool->workers[i].channel : -1, .events = POLLIN};
    bool some = ppoll(ends, pool->work->jobs, &(struct timespec){.tv_sec = TICK_S}, &pool->signals) > 0;
    int rc = ERR_OK;
    for (unsigned i = 0; some && i < pool->work->jobs; i++)
        if (ends[i].revents != 0 && reap(pool, &pool->workers[i], rc == ERR_OK ? err : NULL) != ERR_OK)
            rc = ERR_SYSTEM;
    if (pool->work->tick != NULL)
        pool->work->tick(pool->work->ctx, pool->finished);
    return rc;
}

static void tell_all_to_end(struct pool *pool)
{
    for (unsigned i = 0; i < pool->work->jobs && !pool->told_to_end; i++)
        if (pool->workers[i].busy)
            (void)kill(pool->workers[i].pid, SIGTERM);
    pool->told_to_end = true;
}

/* Signals are let in only while it waits, so that none is missed. */
static void block_signals(struct pool *pool)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, &pool->signals);
}

int pool_run(const struct pool_work *work, struct err *err)
{
    struct pool pool = {.work = work, .pieces = mem_zalloc((work->count + 1) * sizeof(struct piece))};
    int rc = ERR_OK;
    rl_assert(work->jobs >= 1 && work->jobs <= POOL_JOBS_MAX);
    if (sched_getaffinity(0, sizeof pool.cpus, &pool.cpus) != 0)
        CPU_ZERO(&pool.cpus);
    block_signals(&pool);
    for (;;) {
        if (rc == ERR_OK && !run_interrupted())
            rc = start_all(&pool, err);
        if (rc != ERR_OK || run_interrupted())
            tell_all_to_end(&pool);
        int waited = pool.running > 0 ? wait_for_one(&pool, rc == ERR_OK ? err : NULL) : ERR_OK;
        rc = rc != ERR_OK ? rc : waited;
        if (rc == ERR_OK && !run_interrupted())
            rc = take_finished(&pool, err);
        if (pool.running == 0 && (rc != ERR_OK || run_interrupted() || pool.taken == work->count))
            break;
    }
    (void)sigprocmask(SIG_SETMASK, &pool.signals, NULL);
    for (unsigned i = 0; i < work->jobs; i++)
        worker_end(&pool.workers[i]);
    for (size_t i = 0; i < work->count; i++) {
        free(pool.pieces[i].result);
        free(pool.pieces[i].problem);
    }
    free(pool.pieces);
    return rc;
}
