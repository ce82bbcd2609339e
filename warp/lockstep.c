/* The run in lockstep: passes the turn on, takes it when something needs it, and watches its holder. */
#include "warp/internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "warp/patience.h"
#include "warp/process.h"
#include "warp/tree.h"
#include "warp/turn.h"

#define WATCH_EVERY_NS (50 * INT64_C(1000000))
#define STUCK_LIMIT_NS (10 * NS_PER_S) /* asleep with the turn */
#define SLOW_LIMIT_NS  (300 * NS_PER_S)

/* What the watchdog has seen. */
struct watchdog {
    struct coordinator *c;
    uint64_t turns;
    uint32_t holder;
    struct patience patience; /* with the holder */
    int64_t clock_ns, clock_since_ns;
};

static void hand_on(struct coordinator *c, uint32_t from)
{
    struct warp_slot *own = &c->shm->slots[0];
    uint32_t next = turn_next(c->shm, from);
    if (next == 0)
        return;
    atomic_store(&own->go, 0);
    turn_give(c->shm, next);
}

/* The slot that has the turn, 0 = the coordinator; every target can write there, so the value may not be a slot at all.
 */
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
    if (!coordinator_signal(c, holder, SIGKILL)) { /* not of the tree: the turn will not come back */
        c->phase = PHASE_STOPPING;
        c->stop_real_ns = 0;
    }
}

/* A thread that is ready to run may only be waiting for a CPU. */
static bool is_asleep(pid_t pid)
{
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    bool asleep = !tree_runs(&tree, pid);
    tree_fini(&tree);
    return asleep;
}

static void watch_holder(struct watchdog *dog, int64_t now, uint32_t holder)
{
    struct coordinator *c = dog->c;
    const struct patience_limits limits = {.spin_ns = c->plan->spin_limit_ns,
                                           .stuck_ns = STUCK_LIMIT_NS,
                                           .slow_ns = SLOW_LIMIT_NS,
                                           .held_ns = SLOW_LIMIT_NS,
                                           .step_ns = 2 * WATCH_EVERY_NS};
    pid_t pid = atomic_load(&c->shm->slots[holder].pid);
    struct patience_look seen = {.now_ns = now, .pid = pid, .cpu_ns = process_cpu_ns(pid)};
    if (holder != dog->holder || atomic_load(&c->shm->turns) != dog->turns) {
        dog->holder = holder;
        dog->turns = atomic_load(&c->shm->turns);
        patience_init(&dog->patience, &limits);
    } else if (seen.cpu_ns == dog->patience.last.cpu_ns && is_asleep(pid)) {
        seen.kind = PATIENCE_SLEEPS;
    }
    enum patience_verdict verdict = patience_look(&dog->patience, &seen);
    if (verdict != PATIENCE_LASTS)
        end_holder(c, holder, verdict == PATIENCE_SPUN);
}

static void watch(struct watchdog *dog)
{
    struct coordinator *c = dog->c;
    int64_t now = coordinator_real_now_ns();
    uint32_t holder = holder_of(c);
    if (holder != 0)
        watch_holder(dog, now, holder);
    int64_t clock = warp_shm_now_ns(c->shm);
    bool outside = atomic_load(&c->shm->starved) || turn_earliest(c->shm) == WARP_NEVER;
    if (clock != dog->clock_ns || atomic_load(&c->shm->turns) == dog->turns || outside) {
        dog->clock_ns = clock;
        dog->clock_since_ns = now;
    } else if (now - dog->clock_since_ns > 3 * c->plan->spin_limit_ns) {
        coordinator_conclude(c, WARP_JUMP_CAP, "the processes keep each other busy at virtual time %.3f s",
                             coordinator_virtual_s(c));
        c->finished = true;
        atomic_store(&c->shm->wanted, 1);
    }
}

/* ---- the run ---- */

/* Waits until the coordinator has the turn, watching meanwhile. */
static void await_turn(struct watchdog *dog)
{
    struct coordinator *c = dog->c;
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
            watch(dog);
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
    struct watchdog dog = {.c = c};
    uint32_t after = 0;
    while (c->shm->alive > 0 && !coordinator_lost) {
        uint32_t next = turn_next(c->shm, after);
        after = 0;
        if (next != 0) {
            hand_on(c, 0);
            await_turn(&dog);
        }
        uint32_t before = holder_of(c);
        (void)deaths_reap(c);
        deaths_reap_strangers(c);
        if (before != 0)
            atomic_store(&c->shm->turn, 0);
        phases_take_turn(c);
        if (phases_are_over(c))
            break;
    }
}
