/* The processes of a run: starting one in a slot, and what is done to the target's. */
#include "warp/internal.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "warp/image.h"
#include "warp/process.h"

#define READY_WITHIN_NS (60 * NS_PER_S) /* virtual */

static uint32_t free_slot(const struct warp_shm *shm)
{
    uint32_t slot = 1;
    while (slot < WARP_SLOTS && atomic_load(&shm->slots[slot].state) != WARP_SLOT_FREE)
        slot++;
    return slot;
}

static void take_slot(struct coordinator *c, uint32_t slot, uint8_t role, pid_t pid)
{
    struct warp_slot *s = &c->shm->slots[slot];
    atomic_store(&s->go, 0);
    atomic_store(&s->pid, pid);
    s->role = role;
    s->parent_slot = 0;
    s->deadline_ns = s->alarm_ns = WARP_NEVER;
    s->alarm_interval_ns = 0;
    atomic_store(&s->state, WARP_SLOT_ALIVE);
    c->shm->alive++;
    c->shm->idle = 0;
    c->disturbed = true;
}

int processes_start(struct coordinator *c, const struct plan_command *command, uint8_t role, uint32_t *slot_out,
                    struct err *err)
{
    uint32_t slot = free_slot(c->shm);
    if (slot == WARP_SLOTS) {
        atomic_store(&c->shm->crowded, 1);
        return err_set(err, ERR_TOO_BIG, "more than %d processes", WARP_SLOTS - 1);
    }
    bool is_director = role == WARP_ROLE_DIRECTOR;
    struct process_setup setup = {.libwarp = c->libwarp,
                                  .control_fd = is_director ? c->director.its_end : -1,
                                  .enter = is_director ? (struct enter){-1, -1} : c->plan->root,
                                  .with_all_files = c->plan->role_count < 2};
    pid_t pid;
    int release;
    enum image_kind image;
    int rc = process_fork(command, &setup, &pid, &release, &image, err);
    if (image != IMAGE_GOOD) {
        coordinator_conclude(c, WARP_REFUSED, "%s %s; it cannot run in virtual time", command->argv[0],
                             image_reason(image));
        return err_set(err, ERR_INVALID, "%s", c->out->detail);
    }
    if (rc != ERR_OK)
        return rc;
    take_slot(c, slot, role, pid);
    if (is_director)
        atomic_store(&c->shm->director_pid, c->director.pid = pid);
    c->watched[slot] = (struct watched){.pidfd = (int)syscall(SYS_pidfd_open, pid, 0), .command = command};
    *slot_out = slot;
    (void)!write(release, "g", 1);
    close(release);
    return ERR_OK;
}

/* ---- the target ---- */

void target_stop(struct coordinator *c)
{
    if (c->target.slot == 0)
        return;
    c->watched[c->target.slot].asked_to_end = true;
    (void)coordinator_signal(c, c->target.slot, SIGTERM);
}

static bool is_of_target(const struct coordinator *c, uint32_t slot)
{
    const struct warp_slot *s = &c->shm->slots[slot];
    return s->role == WARP_ROLE_TARGET && atomic_load(&s->state) == WARP_SLOT_ALIVE && atomic_load(&s->pid) > 0;
}

/* The whole tree, at this instant: no process gets the turn before all of it is dead, so what follows is in order. */
void target_kill(struct coordinator *c)
{
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++) {
        if (!is_of_target(c, slot))
            continue;
        c->watched[slot].asked_to_end = true;
        (void)coordinator_signal(c, slot, SIGKILL);
    }
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++)
        if (is_of_target(c, slot))
            deaths_await(c, slot);
    (void)deaths_reap(c);
    if (c->plan->mode == WARP_TOLERANT)
        deaths_kill_tree(c, c->director.pid);
}

/* One of its processes came to the crash point, and is dead. */
void target_crash(struct coordinator *c)
{
    if (atomic_load(&c->shm->crash.state) != WARP_CRASH_NOW)
        return;
    c->disturbed = true;
    if (c->plan->role_count > 1)
        target_kill(c);
    else
        deaths_kill_tree(c, 0);
    atomic_store(&c->shm->crash.state, WARP_CRASH_DONE);
}

/* From scratch: what is left of an earlier target is ended first. */
void target_start(struct coordinator *c)
{
    struct err err = {0};
    target_kill(c);
    c->target.starting = true;
    c->target.ready_by_ns = warp_shm_now_ns(c->shm) + READY_WITHIN_NS;
    c->shm->port_count = 0;
    if (processes_start(c, &c->plan->roles[1], WARP_ROLE_TARGET, &c->target.slot, &err) != ERR_OK) {
        coordinator_conclude(c, WARP_NOT_STARTED, "%s", err.text);
        c->finished = true;
    }
}
