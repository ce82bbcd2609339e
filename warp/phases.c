/* The phases of a run: set-up, the wait for the target's ports, the story, the end; and a clock that stands still. */
#include "warp/internal.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "warp/ready.h"
#include "warp/starvation.h"

#define GRACE_VIRTUAL_NS (30 * NS_PER_S) /* between SIGTERM and SIGKILL */
#define GRACE_REAL_NS    (5 * NS_PER_S)
#define STARVED_NAP_NS   (2 * INT64_C(1000000))

/* ---- the target's start ---- */

static void start_first_target(struct coordinator *c)
{
    c->phase = PHASE_READY_WAIT;
    target_start(c);
    atomic_store(&c->shm->limit_ns, c->target.ready_by_ns);
}

static bool listens_on_all(const struct coordinator *c, uint16_t *missing)
{
    const struct plan_command *target = &c->plan->roles[1];
    return ready_on_all(target->ports, target->port_count, c->shm->ports, c->shm->port_count, missing);
}

static void on_ready(struct coordinator *c)
{
    c->target.starting = false;
    atomic_store(&c->shm->wanted, 0);
    if (c->phase == PHASE_STORY) {
        director_tell(c, "ready target\n");
        return;
    }
    c->phase = PHASE_STORY;
    atomic_store(&c->shm->limit_ns, WARP_NEVER - 1);
    atomic_store(&c->shm->t0_ns, warp_shm_now_ns(c->shm));
    director_tell(c, "t0\n");
}

static void check_ready(struct coordinator *c)
{
    uint16_t missing = 0;
    bool late = c->phase == PHASE_STORY ? warp_shm_now_ns(c->shm) > c->target.ready_by_ns
                                        : atomic_load(&c->shm->at_limit) || atomic_load(&c->shm->starved);
    atomic_store(&c->shm->wanted, 1); /* look again in the next round */
    if (listens_on_all(c, &missing)) {
        on_ready(c);
    } else if (late) {
        coordinator_conclude(c, WARP_TARGET_NOT_READY, "%s (target) waits, but does not listen on port %u",
                             coordinator_slot_name(c, c->target.slot), missing);
        c->finished = true;
    }
}

/* ---- the end ---- */

/* All of a command's processes; in tolerant mode only its first has a slot. */
static void ask_tree_to_end(void)
{
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    for (size_t i = 0; i < tree.count; i++)
        if (tree.threads[i].pid == tree.threads[i].tid && tree.threads[i].inner_pid > 0)
            (void)kill(tree.threads[i].inner_pid, SIGTERM);
    tree_fini(&tree);
}

/* After --until there is no virtual time: a process that sleeps after SIGTERM would never wake, and is killed. */
static void stop_all(struct coordinator *c)
{
    int64_t grace_ns = c->ended_by_until ? 0 : GRACE_VIRTUAL_NS;
    c->disturbed = true;
    c->phase = PHASE_STOPPING;
    c->stop_real_ns = coordinator_real_now_ns() + GRACE_REAL_NS;
    atomic_store(&c->shm->limit_ns, warp_shm_now_ns(c->shm) + grace_ns);
    atomic_store(&c->shm->at_limit, 0);
    atomic_store(&c->shm->starved, 0);
    c->shm->idle = 0;
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++) {
        if (atomic_load(&c->shm->slots[slot].state) != WARP_SLOT_ALIVE)
            continue;
        c->watched[slot].asked_to_end = true;
        if (c->plan->role_count > 1)
            (void)coordinator_signal(c, slot, SIGTERM);
    }
    if (c->plan->role_count == 1)
        ask_tree_to_end();
}

/* --until is a deadline, too, even where no process has one. */
static void check_until(struct coordinator *c)
{
    struct warp_shm *shm = c->shm;
    if (c->plan->until_ns == 0 || c->finished || (!atomic_load(&shm->at_limit) && !atomic_load(&shm->starved)))
        return;
    atomic_store(&shm->now_ns, atomic_load(&shm->limit_ns));
    c->finished = c->ended_by_until = true;
}

static void check_interrupted(struct coordinator *c)
{
    if (!coordinator_interrupted || c->phase == PHASE_STOPPING)
        return;
    c->out->interrupted_by = (int)coordinator_interrupted;
    coordinator_conclude(c, WARP_INTERRUPTED, "interrupted by signal %d", c->out->interrupted_by);
    c->finished = true;
}

bool phases_are_over(const struct coordinator *c)
{
    return c->phase == PHASE_STOPPING &&
           (coordinator_real_now_ns() > c->stop_real_ns || atomic_load(&c->shm->at_limit));
}

/* ---- a clock that stands still ---- */

/* A person at a terminal wonders; the director of a plan knows. */
static void report_starving(struct coordinator *c)
{
    uint64_t jumps = atomic_load(&c->shm->jumps);
    if (!starvation_look(&c->starvation, coordinator_real_now_ns(), jumps) || c->plan->role_count > 1)
        return;
    fprintf(stderr, "relaylab-warp: all processes wait, and none has a deadline: the clock stands until something "
                    "outside (input, a connection, a signal) wakes one of them\n");
}

/* Only the outside world can go on. After --until no process waits for that. */
static void starve(struct coordinator *c)
{
    struct timespec nap = {0, STARVED_NAP_NS};
    if (c->phase == PHASE_STOPPING) {
        if (c->ended_by_until)
            atomic_store(&c->shm->at_limit, 1);
        return;
    }
    report_starving(c);
    (void)nanosleep(&nap, NULL);
}

/* ---- all of them ---- */

void phases_take_turn(struct coordinator *c)
{
    target_crash(c);
    director_read(c);
    director_tell_of_connects(c);
    if (c->phase == PHASE_SETUP && c->plan->role_count > 1)
        start_first_target(c);
    else if (c->target.starting && c->phase != PHASE_STOPPING)
        check_ready(c);
    check_until(c);
    check_interrupted(c);
    if (c->finished && c->phase != PHASE_STOPPING)
        stop_all(c);
    if (atomic_exchange(&c->shm->starved, 0))
        starve(c);
}
