#include "harness/suite/pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/run.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

#define RESULT_MAX  ((off_t)64 * 1024 * 1024)
#define EXIT_FAILED 1 /* of a worker: its result is the text of the error */

struct worker {
    pid_t pid; /* 0 = none */
    int pidfd, result;
    size_t piece;
    int cpu; /* -1 = any */
};

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
    bool told_to_end; /* the workers were sent SIGTERM */
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

static _Noreturn void be_worker(const struct pool *pool, const struct worker *self)
{
    struct err err = {0};
    cpu_set_t set;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sigprocmask(SIG_SETMASK, &pool->signals, NULL);
    CPU_ZERO(&set);
    if (self->cpu >= 0) {
        CPU_SET((unsigned)self->cpu, &set);
        (void)sched_setaffinity(0, sizeof set, &set);
    }
    FILE *out = fdopen(self->result, "w");
    int rc = out != NULL ? pool->work->work(pool->work->ctx, self->piece, out, &err)
                         : err_errno(&err, "cannot write a result");
    if (rc != ERR_OK && out != NULL) {
        rewind(out);
        (void)!ftruncate(self->result, 0);
        fprintf(out, "%s", err.text);
    }
    bool written = out != NULL && fclose(out) == 0;
    _exit(rc == ERR_OK && written ? 0 : EXIT_FAILED);
}

static int start(struct pool *pool, struct worker *worker, size_t piece, struct err *err)
{
    int cpu = choose_cpu(pool), result = memfd_create("relaylab-result", MFD_CLOEXEC);
    if (result < 0)
        return err_errno(err, "cannot make memory for a result");
    *worker = (struct worker){.result = result, .piece = piece, .cpu = cpu};
    (void)fflush(stdout);
    worker->pid = fork();
    if (worker->pid == 0)
        be_worker(pool, worker);
    worker->pidfd = worker->pid > 0 ? (int)syscall(SYS_pidfd_open, worker->pid, 0) : -1;
    if (worker->pid < 0) {
        worker->pid = 0;
        close(result);
        return err_errno(err, "cannot start a process");
    }
    pool->pieces[piece].state = RUNNING;
    pool->running++;
    return ERR_OK;
}

/* The first that may be started now; `count` = none. */
static size_t next_piece(const struct pool *pool)
{
    const struct pool_work *work = pool->work;
    for (size_t i = pool->taken; i < work->count; i++)
        if (pool->pieces[i].state == WAITING && (i == pool->taken || work->waits == NULL || !work->waits(work->ctx, i)))
            return i;
    return work->count;
}

static int start_all(struct pool *pool, struct err *err)
{
    for (unsigned i = 0; i < pool->work->jobs; i++) {
        size_t next = next_piece(pool);
        if (next == pool->work->count)
            break;
        if (pool->workers[i].pid != 0)
            continue;
        int rc = start(pool, &pool->workers[i], next, err);
        if (rc != ERR_OK)
            return rc;
    }
    return ERR_OK;
}

/* ---- ending ---- */

static void read_result(int fd, struct piece *piece)
{
    struct stat info;
    size_t size = fstat(fd, &info) == 0 && info.st_size <= RESULT_MAX ? (size_t)info.st_size : 0;
    piece->result = mem_alloc(size + 1);
    for (ssize_t n = 1; piece->len < size && n > 0; piece->len += n > 0 ? (size_t)n : 0)
        n = pread(fd, piece->result + piece->len, size - piece->len, (off_t)piece->len);
    piece->result[piece->len] = '\0';
}

static int reap(struct pool *pool, struct worker *worker, struct err *err)
{
    struct piece *piece = &pool->pieces[worker->piece];
    int status = 0;
    if (waitpid(worker->pid, &status, WNOHANG) == 0)
        return ERR_OK;
    read_result(worker->result, piece);
    close(worker->result);
    if (worker->pidfd >= 0)
        close(worker->pidfd);
    *worker = (struct worker){0};
    piece->state = FINISHED;
    pool->finished++;
    pool->running--;
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILED)
        return err_set(err, ERR_SYSTEM, "%s", piece->len > 0 ? piece->result : "a result could not be written");
    if (WIFSIGNALED(status))
        piece->problem = mem_printf("the harness's process for it was ended by signal %d (%s)", WTERMSIG(status),
                                    strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        piece->problem = mem_printf("the harness's process for it ended with status %d", WEXITSTATUS(status));
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

/* Waits until one has ended, or a signal came. */
static int wait_for_one(struct pool *pool, struct err *err)
{
    struct pollfd ends[POOL_JOBS_MAX];
    struct timespec second = {1, 0}; /* for a kernel that gives no pidfd */
    size_t before = pool->finished;
    for (unsigned i = 0; i < pool->work->jobs; i++)
        ends[i] = (struct pollfd){.fd = pool->workers[i].pid != 0 ? pool->workers[i].pidfd : -1, .events = POLLIN};
    (void)ppoll(ends, pool->work->jobs, &second, &pool->signals);
    int rc = ERR_OK;
    for (unsigned i = 0; i < pool->work->jobs; i++)
        if (pool->workers[i].pid != 0 && reap(pool, &pool->workers[i], rc == ERR_OK ? err : NULL) != ERR_OK)
            rc = ERR_SYSTEM;
    if (pool->work->tick != NULL && pool->finished > before)
        pool->work->tick(pool->work->ctx, pool->finished);
    return rc;
}

static void tell_all_to_end(struct pool *pool)
{
    for (unsigned i = 0; i < pool->work->jobs && !pool->told_to_end; i++)
        if (pool->workers[i].pid != 0)
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
        if (pool.running == 0)
            break;
        int waited = wait_for_one(&pool, rc == ERR_OK ? err : NULL);
        rc = rc != ERR_OK ? rc : waited;
        if (rc == ERR_OK && !run_interrupted())
            rc = take_finished(&pool, err);
    }
    (void)sigprocmask(SIG_SETMASK, &pool.signals, NULL);
    for (size_t i = 0; i < work->count; i++) {
        free(pool.pieces[i].result);
        free(pool.pieces[i].problem);
    }
    free(pool.pieces);
    return rc;
}
