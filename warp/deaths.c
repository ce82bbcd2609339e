/* The ends of processes: notices them, reports them, and makes sure that no process is left. */
#include "warp/internal.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_ROUNDS 1000

static void describe_status(int status, char out[64])
{
    if (WIFSIGNALED(status))
        (void)snprintf(out, 64, "was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        (void)snprintf(out, 64, "exited with status %d", WEXITSTATUS(status));
}

static void on_target_end(struct coordinator *c, uint32_t slot, int status)
{
    char how[64], line[64];
    describe_status(status, how);
    bool starting = c->target.starting;
    c->target.slot = 0;
    c->target.starting = false;
    bool at_crash_point = atomic_load(&c->shm->crash.state) == WARP_CRASH_NOW;
    if (!c->watched[slot].asked_to_end && !at_crash_point) {
        if (starting)
            coordinator_conclude(
                c, WIFEXITED(status) && WEXITSTATUS(status) == 127 ? WARP_NOT_STARTED : WARP_TARGET_CRASHED,
                "%s (target) %s before it listened on its ports", coordinator_slot_name(c, slot), how);
        else
            coordinator_conclude(c, WARP_TARGET_CRASHED, "%s (target) %s unexpectedly, at virtual time %.3f s",
                                 coordinator_slot_name(c, slot), how,
                                 (double)(warp_shm_now_ns(c->shm) - warp_shm_t0_ns(c->shm)) / 1e9);
    }
    (void)snprintf(line, sizeof line, WIFSIGNALED(status) ? "signal target %d\n" : "exit target %d\n",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    director_tell(c, line);
    if (c->phase == PHASE_READY_WAIT)
        c->finished = true;
}

static void on_director_end(struct coordinator *c, uint32_t slot, int status)
{
    char how[64];
    describe_status(status, how);
    c->director.slot = 0;
    c->out->exit_status = c->ended_by_until ? 0 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (c->plan->role_count > 1 && status != 0)
        coordinator_conclude(c, WARP_SIM_FAILED, "%s %s", coordinator_slot_name(c, slot), how);
    c->finished = true;
}

static void on_end(struct coordinator *c, uint32_t slot, int status)
{
    struct watched *w = &c->watched[slot];
    if (w->is_action) {
        char line[128];
        (void)snprintf(line, sizeof line, "action %s %s %d\n", w->command->name,
                       WIFSIGNALED(status) ? "signal" : "exit",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        director_tell(c, line);
    } else if (slot == c->director.slot) {
        on_director_end(c, slot, status);
    } else if (slot == c->target.slot) {
        on_target_end(c, slot, status);
    }
    if (w->pidfd >= 0)
        close(w->pidfd);
    request_free(w->request);
    *w = (struct watched){.pidfd = -1};
    struct warp_slot *s = &c->shm->slots[slot];
    atomic_store(&s->state, WARP_SLOT_FREE);
    atomic_store(&s->pid, 0);
    s->deadline_ns = s->alarm_ns = WARP_NEVER;
    c->shm->alive--;
    c->shm->idle = 0;
}

bool deaths_has_ended(struct coordinator *c, uint32_t slot)
{
    struct watched *w = &c->watched[slot];
    if (w->pidfd < 0)
        w->pidfd = (int)syscall(SYS_pidfd_open, atomic_load(&c->shm->slots[slot].pid), 0);
    if (w->pidfd < 0)
        return true; /* dead and reaped by its parent */
    struct pollfd ended = {w->pidfd, POLLIN, 0};
    return poll(&ended, 1, 0) == 1;
}

/* A process that is about to end: at most a second of real time. */
void deaths_await(struct coordinator *c, uint32_t slot)
{
    struct pollfd end = {.fd = -1, .events = POLLIN};
    if (!deaths_has_ended(c, slot))
        end.fd = c->watched[slot].pidfd;
    if (end.fd >= 0)
        (void)poll(&end, 1, 1000);
}

/* Notes every process that has ended; true when one of them held the turn. */
bool deaths_reap(struct coordinator *c)
{
    bool held = false;
    uint32_t holder = atomic_load(&c->shm->turn);
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++) {
        uint32_t state = atomic_load(&c->shm->slots[slot].state);
        if ((state != WARP_SLOT_ALIVE && state != WARP_SLOT_EXITING) || !deaths_has_ended(c, slot))
            continue;
        int status = 0;
        (void)waitpid(atomic_load(&c->shm->slots[slot].pid), &status, WNOHANG);
        on_end(c, slot, status);
        held = held || slot == holder;
    }
    return held;
}

/* Orphans come to us as their subreaper. Only those without a slot: deaths_reap() must see the others first. */
void deaths_reap_strangers(struct coordinator *c)
{
    siginfo_t info = {0};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
        for (uint32_t slot = 1; slot < WARP_SLOTS; slot++)
            if (atomic_load(&c->shm->slots[slot].pid) == info.si_pid)
                return;
        (void)waitpid(info.si_pid, NULL, 0);
        info.si_pid = 0;
    }
}

/* New ones may be born while the old ones are killed; a process that is dead leaves the tree when it is reaped. */
void deaths_kill_tree(struct coordinator *c, int32_t spared_pid)
{
    struct tree tree;
    tree_init(&tree);
    for (int i = 0; i < KILL_ROUNDS; i++) {
        size_t killed = 0;
        tree_walk(&tree);
        for (size_t k = 0; k < tree.count; k++)
            if (tree.threads[k].inner_pid > 0 && tree.threads[k].inner_pid != spared_pid &&
                kill(tree.threads[k].inner_pid, SIGKILL) == 0)
                killed++;
        if (killed == 0)
            break;
        (void)deaths_reap(c);
        deaths_reap_strangers(c);
        (void)sched_yield();
    }
    tree_fini(&tree);
}
