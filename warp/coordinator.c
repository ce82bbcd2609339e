#include "warp/coordinator.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/control.h"
#include "warp/guard.h"
#include "warp/internal.h"

int64_t coordinator_real_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

const char *warp_result_name(enum warp_result result)
{
    static const char *const names[] = {
        [WARP_OK] = "ok",
        [WARP_NOT_STARTED] = "not-started",
        [WARP_REFUSED] = "refused",
        [WARP_TARGET_CRASHED] = "target-crashed",
        [WARP_TARGET_NOT_READY] = "target-not-ready",
        [WARP_TARGET_SPUN] = "target-spun",
        [WARP_TARGET_BLOCKED] = "target-blocked",
        [WARP_SIM_FAILED] = "sim-failed",
        [WARP_SIM_SPUN] = "sim-spun",
        [WARP_SIM_BLOCKED] = "sim-blocked",
        [WARP_ACTION_NOT_STARTED] = "action-not-started",
        [WARP_CROWDED] = "crowded",
        [WARP_INTERRUPTED] = "interrupted",
        [WARP_JUMP_CAP] = "jump-cap",
    };
    return names[result];
}

double coordinator_virtual_s(const struct coordinator *c)
{
    return (double)(warp_shm_now_ns(c->shm) - c->shm->start_ns) / 1e9;
}

/* The first thing that goes wrong is the result of the run. */
void coordinator_conclude(struct coordinator *c, enum warp_result result, const char *fmt, ...)
{
    if (c->out->result != WARP_OK)
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(c->out->detail, sizeof c->out->detail, fmt, ap);
    va_end(ap);
    control_replace(c->out->detail, '?'); /* it may contain text of the target */
    c->out->result = result;
}

const char *coordinator_slot_name(const struct coordinator *c, uint32_t slot)
{
    const struct plan_command *command = c->watched[slot].command;
    if (command == NULL)
        return "a child process";
    const char *slash = strrchr(command->argv[0], '/');
    return slash != NULL ? slash + 1 : command->argv[0];
}

const char *coordinator_role_name(const struct coordinator *c, uint32_t slot)
{
    const struct warp_slot *s = &c->shm->slots[slot];
    return c->plan->role_count < 2 ? "command" : s->role == WARP_ROLE_DIRECTOR ? "sim" : "target";
}

bool coordinator_signal(const struct coordinator *c, uint32_t slot, int signo)
{
    pid_t pid = atomic_load(&c->shm->slots[slot].pid);
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    const struct tree_thread *first = tree_find(&tree, pid);
    bool sent = pid > 0 && first != NULL && first->inner_pid == pid && kill(pid, signo) == 0;
    tree_fini(&tree);
    return sent;
}

static int start_director(struct coordinator *c, struct err *err)
{
    int rc = processes_start(c, &c->plan->roles[0], WARP_ROLE_DIRECTOR, &c->director.slot, err);
    if (rc == ERR_OK && c->director.its_end >= 0) {
        close(c->director.its_end);
        c->director.its_end = -1;
    }
    return rc;
}

/* A program that could not make a process may do anything from then on; it is not to blame for it. */
static void excuse_the_crowded(struct coordinator *c)
{
    if (atomic_load(&c->shm->crowded) == 0 || c->out->result == WARP_INTERRUPTED)
        return;
    c->out->result = WARP_OK;
    coordinator_conclude(c, WARP_CROWDED, "a process could not be made: relaylab-warp runs at most %d at once",
                         WARP_SLOTS - 1);
}

static void write_outcome(struct coordinator *c, int64_t began_ns)
{
    struct warp_outcome *out = c->out;
    if (coordinator_lost) {
        out->interrupted_by = SIGKILL; /* of the guard */
        coordinator_conclude(c, WARP_INTERRUPTED, "its guard is dead");
    }
    excuse_the_crowded(c);
    guard_end_descendants();
    out->virtual_ns = warp_shm_now_ns(c->shm) - c->plan->start_ns;
    out->jumps = atomic_load(&c->shm->jumps);
    out->crash_calls = atomic_load(&c->shm->crash.calls);
    out->crashed = atomic_load(&c->shm->crash.state) != WARP_CRASH_NOT_YET;
    out->real_ns = coordinator_real_now_ns() - began_ns;
}

static int run(struct coordinator *c, int64_t began_ns, struct err *err)
{
    int rc = start_director(c, err);
    if (rc != ERR_OK)
        return c->out->result == WARP_REFUSED ? ERR_OK : rc; /* reported by its name */
    atomic_store(&c->shm->wanted, c->plan->role_count > 1);  /* once the director waits, the target is started */
    if (c->plan->mode == WARP_TOLERANT)
        tolerant_run(c);
    else
        lockstep_run(c);
    write_outcome(c, began_ns);
    return ERR_OK;
}

int coordinator_run(const struct plan *plan, const char *libwarp, struct warp_outcome *out, struct err *err)
{
    struct coordinator c = {
        .plan = plan, .libwarp = libwarp, .out = out, .director = {.control = -1, .its_end = -1}, .syslog = {.fd = -1}};
    int64_t began_ns = coordinator_real_now_ns();
    *out = (struct warp_outcome){.result = WARP_OK};
    for (int i = 0; i < WARP_SLOTS; i++)
        c.watched[i].pidfd = -1;
    int rc = setup_open(&c, err);
    if (rc == ERR_OK)
        rc = run(&c, began_ns, err);
    setup_close(&c);
    return rc;
}
