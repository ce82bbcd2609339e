/*
 * The run in tolerant mode: sleeps until a thread begins to wait, looks whether the whole tree sleeps, and then moves
 * the clock to the earliest deadline and wakes its owners. No thread holds a turn: what the coordinator does, it does
 * while all sleep.
 *
 * What keeps the clock from moving is watched: a thread that never stops running, a system call that does not end, and
 * a wait with a time limit of the kernel's (the resolver of libc has one), whose real seconds are waited out.
 */
#include "warp/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/open.h"
#include "warp/kernel_wait.h"
#include "warp/patience.h"
#include "warp/process.h"
#include "warp/turn.h"
#include "warp/wakes.h"

/* How long the bell is waited for. Not every call that blocks rings it, so a look comes by itself now and then. */
#define NAP_FIRST_NS (INT64_C(20) * 1000)
#define NAP_BUSY_NS  (INT64_C(500) * 1000)
#define NAP_HELD_NS  (INT64_C(1000) * 1000)

#define HELD_LIMIT_NS  (120 * NS_PER_S) /* in waits that only the kernel's clock ends */
#define STUCK_LIMIT_NS (60 * NS_PER_S)  /* in a system call that does not end */
#define SLOW_LIMIT_NS  (300 * NS_PER_S) /* in system calls that do */
#define STEP_MAX_NS    (10 * INT64_C(1000000))
#define JUMPS_A_SECOND 1000000 /* more in one second of virtual time go nowhere */
#define NAMES_MAX      64

static const char alarm_call[WARP_CALL_SIZE] = "setitimer";

struct clock {
    struct coordinator *c;
    struct warp_shm *shm;
    struct tree tree;
    struct patience patience; /* with the process that keeps the clock */
    int64_t second_began_ns;  /* for the count of jumps */
    uint64_t second_jumps;
    char reported[NAMES_MAX][48]; /* what was already reported: program and system call */
    size_t reported_count;
    struct wakes wakes;
    int64_t nap_ns; /* the next one */
    FILE *jumps;    /* NULL = not requested */
};

/* ---- the bell ---- */

static void nap(struct warp_shm *shm, uint32_t heard, int64_t ns)
{
    struct timespec limit = {0, (long)ns};
    atomic_store(&shm->listening, 1);
    syscall(SYS_futex, &shm->bell, FUTEX_WAIT, heard, &limit, NULL, 0);
    atomic_store(&shm->listening, 0);
}

/* ---- what keeps the clock ---- */

/* A real wait that virtual time has to sit out is worth a line, once. */
static void tell_holder(struct clock *clock)
{
    const struct tree_thread *holder = clock->tree.holder;
    char program[24] = "?", line[48];
    if (clock->reported_count == NAMES_MAX)
        return;
    const char *name = kernel_wait_name(holder->call);
    tree_program(holder, program, sizeof program);
    (void)snprintf(line, sizeof line, "%s %s", program, name != NULL ? name : "?");
    for (size_t i = 0; i < clock->reported_count; i++)
        if (strcmp(clock->reported[i], line) == 0)
            return;
    memcpy(clock->reported[clock->reported_count++], line, sizeof line);
    fprintf(stderr, "relaylab-warp: %s waits in %s with a time limit of the kernel's; the clock waits with it\n",
            program, name != NULL ? name : "a system call");
}

static void end_holder(struct clock *clock, bool spun)
{
    const struct tree_thread *holder = clock->tree.holder;
    struct coordinator *c = clock->c;
    bool director = c->plan->role_count > 1 && holder->inner_pid == c->director.pid;
    char program[32] = "?";
    const char *name = kernel_wait_name(holder->call);
    tree_program(holder, program, sizeof program);
    if (spun)
        coordinator_conclude(c, director ? WARP_SIM_SPUN : WARP_TARGET_SPUN,
                             "%s used %lld s of CPU without waiting for anything, at virtual time %.3f s", program,
                             (long long)(c->plan->spin_limit_ns / NS_PER_S), coordinator_virtual_s(c));
    else
        coordinator_conclude(c, director ? WARP_SIM_BLOCKED : WARP_TARGET_BLOCKED,
                             "%s does not come back from the system call %s, at virtual time %.3f s", program,
                             name != NULL ? name : "?", coordinator_virtual_s(c));
    c->finished = true;
}

/* There is no program to name when the tree changes faster than it can be looked at. */
static void watch(struct clock *clock, enum tree_state state)
{
    const struct tree_thread *holder = clock->tree.holder;
    if (holder == NULL || clock->c->finished)
        return;
    struct patience_look seen = {.now_ns = coordinator_real_now_ns(),
                                 .pid = holder->inner_pid,
                                 .call = holder->call,
                                 .kind = state == TREE_HELD ? PATIENCE_HELD
                                         : holder->call < 0 ? PATIENCE_RUNS
                                                            : PATIENCE_SLEEPS,
                                 .cpu_ns = process_cpu_ns(holder->inner_pid)};
    enum patience_verdict verdict = patience_look(&clock->patience, &seen);
    if (state == TREE_HELD)
        tell_holder(clock);
    if (verdict != PATIENCE_LASTS)
        end_holder(clock, verdict == PATIENCE_SPUN);
}

/* The process that rang the bell is about to sleep, on this CPU: it gets a moment, and then longer ones. */
static void wait_for_news(struct clock *clock, enum tree_state state, uint32_t heard)
{
    int64_t longest = state == TREE_HELD ? NAP_HELD_NS : NAP_BUSY_NS;
    nap(clock->shm, heard, clock->nap_ns < longest ? clock->nap_ns : longest);
    if (clock->nap_ns < longest)
        clock->nap_ns *= 2;
}

static void refuse_crowd(struct clock *clock)
{
    coordinator_conclude(clock->c, WARP_REFUSED,
                         "there are more than %d threads, or more than the limit on open files (ulimit -Hn) has room "
                         "for: each takes %d",
                         TREE_THREADS, TREE_FILES);
    clock->c->finished = true;
}

static enum tree_state look(struct clock *clock)
{
    uint32_t heard = atomic_load(&clock->shm->bell);
    enum tree_state state = tree_look(&clock->tree);
    if (clock->tree.too_many)
        refuse_crowd(clock);
    if (state == TREE_BUSY || state == TREE_HELD) {
        watch(clock, state);
        wait_for_news(clock, state, heard);
    } else {
        patience_renew(&clock->patience);
        clock->nap_ns = NAP_FIRST_NS;
    }
    return state;
}

/* ---- moving the clock ---- */

static bool is_gone(const struct clock *clock, int32_t tid)
{
    return tree_find(&clock->tree, tid) == NULL && syscall(SYS_tkill, tid, 0) != 0 && errno == ESRCH;
}

/* The earliest deadline; entries of threads that have ended are freed on the way. */
static int64_t earliest(const struct clock *clock)
{
    int64_t due = WARP_NEVER;
    uint32_t high = warp_shm_threads(clock->shm);
    for (uint32_t i = 0; i < high; i++) {
        struct warp_thread *one = &clock->shm->threads[i];
        int32_t tid = atomic_load(&one->tid);
        if (tid <= 0)
            continue;
        int64_t deadline = atomic_load(&one->deadline_ns), alarm = atomic_load(&one->alarm_ns);
        if (is_gone(clock, tid)) {
            atomic_store(&one->tid, 0);
            continue;
        }
        due = deadline < due ? deadline : due;
        due = alarm < due ? alarm : due;
    }
    return due;
}

/* The entries are in reach of every target: only threads of the tree are signalled, by the kernel's own numbers. */
static void ring_alarm(struct warp_thread *one, const struct tree_thread *owner, int64_t now_ns)
{
    int64_t interval = atomic_load(&one->alarm_interval_ns), at = atomic_load(&one->alarm_ns);
    if (at > now_ns)
        return;
    bool again = interval > 0 && interval < WARP_NEVER - now_ns;
    atomic_store(&one->alarm_ns, again ? at + interval : WARP_NEVER);
    if (owner != NULL)
        (void)kill(owner->inner_pid, SIGALRM);
}

static void log_wake(struct clock *clock, const struct warp_thread *one, const char *why)
{
    char program[32] = "?";
    const struct tree_thread *thread = tree_find(&clock->tree, atomic_load(&one->tid));
    if (clock->jumps == NULL)
        return;
    if (thread != NULL)
        tree_program(thread, program, sizeof program);
    fprintf(clock->jumps, "%.6f %s %d %s\n", coordinator_virtual_s(clock->c), program, (int)atomic_load(&one->pid),
            why);
}

/* Of the process: threads have their own names. */
static uint32_t program_of(struct clock *clock, struct warp_thread *one, const struct tree_thread *owner)
{
    uint32_t number = atomic_load(&one->program);
    if (number != 0)
        return number;
    char program[32] = "?";
    const struct tree_thread *first = tree_find(&clock->tree, owner->inner_pid);
    tree_program(first != NULL ? first : owner, program, sizeof program);
    number = wakes_program(&clock->wakes, program);
    atomic_store(&one->program, number);
    return number;
}

/* A program that polls makes runs slow, and nothing else shows why. The user cannot change the director. */
static void count_wake(struct clock *clock, struct warp_thread *one, const struct tree_thread *owner,
                       const char call[WARP_CALL_SIZE])
{
    struct coordinator *c = clock->c;
    struct warp_outcome *out = c->out;
    bool director = c->plan->role_count > 1 && owner != NULL && owner->inner_pid == c->director.pid;
    if (owner == NULL || director || out->note_count == WARP_NOTES)
        return;
    char *note = out->notes[out->note_count];
    int64_t now_ns = atomic_load(&clock->shm->now_ns);
    if (!wakes_count(&clock->wakes, program_of(clock, one, owner), call, owner->inner_pid, now_ns, note,
                     WARP_NOTE_SIZE))
        return;
    out->note_count++;
    fprintf(stderr, "relaylab-warp: note: %s\n", note);
}

static void wake_due(struct clock *clock, int64_t now_ns)
{
    struct warp_shm *shm = clock->shm;
    uint32_t high = warp_shm_threads(shm);
    for (uint32_t i = 0; i < high; i++) {
        struct warp_thread *one = &shm->threads[i];
        int32_t tid = atomic_load(&one->tid);
        if (tid <= 0)
            continue;
        const struct tree_thread *owner = tree_find(&clock->tree, tid);
        if (atomic_load(&one->alarm_ns) <= now_ns) {
            log_wake(clock, one, "alarm");
            count_wake(clock, one, owner, alarm_call);
        }
        if (atomic_load(&one->deadline_ns) <= now_ns) {
            log_wake(clock, one, "wait");
            count_wake(clock, one, owner, one->call);
            atomic_store(&one->deadline_ns, WARP_NEVER); /* a thread that jumped out of its wait is not woken again */
            if (owner != NULL)
                (void)syscall(SYS_tgkill, owner->inner_pid, owner->inner_tid, WARP_WAKE_SIGNAL);
        }
        ring_alarm(one, owner, now_ns);
    }
}

/* Small steps without end are not progress. */
static void count_jump(struct clock *clock, int64_t now_ns)
{
    if (now_ns - clock->second_began_ns >= NS_PER_S) {
        clock->second_began_ns = now_ns;
        clock->second_jumps = 0;
    }
    if (++clock->second_jumps <= JUMPS_A_SECOND)
        return;
    coordinator_conclude(clock->c, WARP_JUMP_CAP, "more than %d waits in one second of virtual time, at %.3f s",
                         JUMPS_A_SECOND, coordinator_virtual_s(clock->c));
    clock->c->finished = true;
}

/* All sleep. When nothing is due, the shared memory has the same contents as in lockstep. */
static void advance(struct clock *clock)
{
    struct warp_shm *shm = clock->shm;
    int64_t due = earliest(clock), now = atomic_load(&shm->now_ns);
    if (due == WARP_NEVER || due > atomic_load(&shm->limit_ns)) {
        atomic_store(due == WARP_NEVER ? &shm->starved : &shm->at_limit, 1);
        return;
    }
    if (due > now) {
        atomic_store(&shm->now_ns, due);
        atomic_fetch_add(&shm->jumps, 1);
        now = due;
    }
    count_jump(clock, now);
    wake_due(clock, now);
}

/* ---- the run ---- */

static void check_refused(struct coordinator *c)
{
    if (atomic_load(&c->shm->refused) != 2)
        return;
    coordinator_conclude(c, WARP_REFUSED, "%.*s", (int)sizeof c->shm->refused_text, c->shm->refused_text);
    c->finished = true;
}

void tolerant_run(struct coordinator *c)
{
    struct clock clock = {.c = c, .shm = c->shm, .nap_ns = NAP_FIRST_NS};
    const struct patience_limits limits = {.spin_ns = c->plan->spin_limit_ns,
                                           .stuck_ns = STUCK_LIMIT_NS,
                                           .slow_ns = SLOW_LIMIT_NS,
                                           .held_ns = HELD_LIMIT_NS,
                                           .step_ns = STEP_MAX_NS};
    patience_init(&clock.patience, &limits);
    (void)prctl(PR_SET_TIMERSLACK, 1); /* short naps are meant so */
    if (c->plan->jump_log != NULL)
        (void)open_output(c->plan->jump_log, &clock.jumps, NULL);
    if (clock.jumps != NULL)
        setlinebuf(clock.jumps);
    tree_init(&clock.tree);
    for (enum tree_state state = TREE_BUSY; state != TREE_EMPTY && !coordinator_lost && !phases_are_over(c);) {
        c->disturbed = false; /* from here on: the end of a process is reported too, and wakes its observer */
        state = look(&clock);
        syslog_drain(&c->syslog);
        (void)deaths_reap(c);
        deaths_reap_strangers(c);
        bool urgent = c->finished || coordinator_interrupted || atomic_load(&c->shm->refused) == 2;
        if (state != TREE_IDLE && !urgent)
            continue;
        check_refused(c);
        phases_take_turn(c);
        if (state == TREE_IDLE && !c->disturbed)
            advance(&clock);
    }
    check_refused(c);
    tree_fini(&clock.tree);
    if (clock.jumps != NULL)
        (void)fclose(clock.jumps);
}
