/* The run in lockstep: hands the turn on, takes it when something wants it, and watches who holds it. */
#include "warp/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "warp/process.h"
#include "warp/tree.h"
#include "warp/turn.h"

#define WATCH_EVERY_NS   (50 * INT64_C(1000000))
#define BLOCKED_AFTER_NS (10 * NS_PER_S) /* real, asleep with the turn */

static void hand_on(struct coordinator *c, uint32_t from)
{
    struct warp_slot *own = &c->shm->slots[0];
    uint32_t next = turn_next(c->shm, from);
    if (next == 0)
        return;
    atomic_store(&own->go, 0);
    turn_give(c->shm, next);
}

/* Who has the turn, 0 = the coordinator; what stands there is in reach of every target, and may be no slot at all. */
static uint32_t holder_of(const struct coordinator *c)
{
    uint32_t turn = atomic_load(&c->shm->turn);
    return turn < WARP_SLOTS ? turn : 0;
}

/* ---- the watchdog ---- */

static void name_call(pid_t pid, char *out, size_t size)
{
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    const struct tree_thread *thread = tree_find(&tree, pid);
    if (thread != NULL)
        tree_call(thread, out, size);
    tree_fini(&tree);
}

static void end_holder(struct coordinator *c, uint32_t holder, bool spun)
{
    bool director = c->plan->role_count > 1 && c->shm->slots[holder].role == WARP_ROLE_DIRECTOR;
    pid_t pid = atomic_load(&c->shm->slots[holder].pid);
    if (spun) {
        coordinator_conclude(c, director ? WARP_SIM_SPUN : WARP_TARGET_SPUN,
                             "%s (%s) used %lld s of CPU without waiting for anything, at virtual time %.3f s",
                             coordinator_slot_name(c, holder), coordinator_role_name(c, holder),
                             (long long)(c->plan->spin_limit_ns / NS_PER_S), coordinator_virtual_s(c));
    } else {
        char name[64] = "?";
        name_call(pid, name, sizeof name);
        coordinator_conclude(c, director ? WARP_SIM_BLOCKED : WARP_TARGET_BLOCKED,
                             "%s (%s) sleeps in the system call %s, which virtual time does not cover",
                             coordinator_slot_name(c, holder), coordinator_role_name(c, holder), name);
    }
    if (!coordinator_signal(c, holder, SIGKILL)) { /* nobody of the tree: the turn will not come back */
        c->phase = PHASE_STOPPING;
        c->stop_real_ns = 0;
    }
}

static void watch_holder(struct coordinator *c, int64_t now, uint32_t holder)
{
    int64_t cpu = process_cpu_ns(atomic_load(&c->shm->slots[holder].pid));
    if (holder != c->seen_holder || atomic_load(&c->shm->turns) != c->seen_turns) {
        c->seen_holder = holder;
        c->seen_turns = atomic_load(&c->shm->turns);
        c->holder_cpu_ns = c->cpu_seen_ns = cpu;
        c->holder_since_ns = c->cpu_changed_ns = now;
        return;
    }
    if (cpu != c->cpu_seen_ns) {
        c->cpu_seen_ns = cpu;
        c->cpu_changed_ns = now;
    }
    if (cpu >= 0 && cpu - c->holder_cpu_ns > c->plan->spin_limit_ns)
        end_holder(c, holder, true);
    else if (now - c->cpu_changed_ns > BLOCKED_AFTER_NS)
        end_holder(c, holder, false);
}

static void watch(struct coordinator *c)
{
    int64_t now = coordinator_real_now_ns();
    uint32_t holder = holder_of(c);
    if (holder != 0)
        watch_holder(c, now, holder);
    int64_t clock = warp_shm_now_ns(c->shm);
    bool outside = atomic_load(&c->shm->starved) || turn_earliest(c->shm) == WARP_NEVER;
    if (clock != c->seen_clock_ns || atomic_load(&c->shm->turns) == c->seen_turns || outside) {
        c->seen_clock_ns = clock;
        c->clock_since_ns = now;
    } else if (now - c->clock_since_ns > 3 * c->plan->spin_limit_ns) {
        coordinator_conclude(c, WARP_JUMP_CAP, "the processes keep each other busy at virtual time %.3f s",
                             coordinator_virtual_s(c));
        c->finished = true;
        atomic_store(&c->shm->wanted, 1);
    }
}

/* ---- the run ---- */

/* Waits until the coordinator has the turn, watching meanwhile. */
static void await_turn(struct coordinator *c)
{
    struct warp_slot *own = &c->shm->slots[0];
    for (;;) {
        int why = turn_await(own, WATCH_EVERY_NS);
        uint32_t go = atomic_exchange(&own->go, 0);
        bool mine = holder_of(c) == 0;
        if (go == 1 && !mine) /* a holder said that it exits: wait for its end */
            deaths_await(c, holder_of(c));
        if (mine || coordinator_lost)
            break;
        if (why == ETIMEDOUT)
            watch(c);
        uint32_t holder = holder_of(c);
        if (holder != 0 && (atomic_load(&c->shm->slots[holder].pid) == 0 || deaths_has_ended(c, holder))) {
            atomic_store(&c->shm->turn, 0);
            break;
        }
        if (c->phase == PHASE_STOPPING && coordinator_real_now_ns() > c->stop_real_ns)
            break;
    }
}

void lockstep_run(struct coordinator *c)
{
    uint32_t after = 0;
    while (c->shm->alive > 0 && !coordinator_lost) {
        uint32_t next = turn_next(c->shm, after);
        after = 0;
        if (next != 0) {
            hand_on(c, 0);
            await_turn(c);
        }
        uint32_t before = holder_of(c);
        (void)deaths_reap(c);
        deaths_reap_strangers(c);
        if (before != 0)
            atomic_store(&c->shm->turn, 0);
        coordinator_take_turn(c);
        if (c->phase == PHASE_STOPPING &&
            (coordinator_real_now_ns() > c->stop_real_ns || atomic_load(&c->shm->at_limit)))
            break;
    }
}
