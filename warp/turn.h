/*
 * Passing the turn, for both halves of warp: libwarp in the processes and the coordinator as slot 0. Header-only, since
 * the two are linked separately. Callers hold the turn, except of turn_await.
 */
#ifndef RL_WARP_TURN_H
#define RL_WARP_TURN_H

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "warp/probe.h"
#include "warp/shm.h"

static inline void turn_futex_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Tolerant mode: ends the coordinator's sleep; from a signal handler too. */
static inline void turn_ring_bell(struct warp_shm *shm)
{
    atomic_fetch_add(&shm->bell, 1);
    if (atomic_exchange(&shm->listening, 0) != 0)
        turn_futex_wake(&shm->bell);
}

/* Sleeps until the slot's word is set. Returns 0, or EINTR when a signal handler ran, or ETIMEDOUT.
 * A limit makes the kernel end the wait at every handler, also those with SA_RESTART. */
static inline int turn_await(struct warp_slot *slot, int64_t real_limit_ns)
{
    struct timespec limit = {real_limit_ns / 1000000000, real_limit_ns % 1000000000};
    while (atomic_load(&slot->go) == 0) {
        if (syscall(SYS_futex, &slot->go, FUTEX_WAIT, 0, &limit, NULL, 0) == 0)
            continue;
        if (errno == EINTR || errno == ETIMEDOUT)
            return errno;
    }
    return 0;
}

/* The slot after `slot` in the ring that can take a turn; the coordinator only when it needs one. */
static inline uint32_t turn_next(struct warp_shm *shm, uint32_t slot)
{
    for (uint32_t step = 1; step <= WARP_SLOTS; step++) {
        uint32_t next = (slot + step) % WARP_SLOTS;
        if (next == 0 ? atomic_load(&shm->wanted) != 0 : atomic_load(&shm->slots[next].state) == WARP_SLOT_ALIVE)
            return next;
    }
    return 0; /* none is left: the coordinator */
}

static inline void turn_give(struct warp_shm *shm, uint32_t to)
{
    if (to == 0)
        atomic_store(&shm->wanted, 0);
    atomic_fetch_add_explicit(&shm->turns, 1, memory_order_relaxed);
    atomic_store(&shm->turn, to);
    atomic_store(&shm->slots[to].go, 1);
    turn_futex_wake(&shm->slots[to].go);
}

static inline int64_t turn_earliest(const struct warp_shm *shm)
{
    int64_t earliest = WARP_NEVER;
    for (uint32_t i = 0; i < WARP_SLOTS; i++) {
        const struct warp_slot *slot = &shm->slots[i];
        if (i > 0 && atomic_load(&slot->state) != WARP_SLOT_ALIVE)
            continue;
        if (slot->deadline_ns < earliest)
            earliest = slot->deadline_ns;
        if (slot->alarm_ns < earliest)
            earliest = slot->alarm_ns;
    }
    return earliest;
}

/* All are idle: moves the clock, or reports to the coordinator why it cannot. */
static inline void turn_advance(struct warp_shm *shm)
{
    int64_t due = turn_earliest(shm);
    int64_t now = atomic_load(&shm->now_ns);
    int64_t limit = atomic_load(&shm->limit_ns);
    shm->idle = 0;
    if (due == WARP_NEVER || due > limit) {
        atomic_store(due == WARP_NEVER ? &shm->starved : &shm->at_limit, 1);
        atomic_store(&shm->wanted, 1);
    } else if (due > now) {
        atomic_store(&shm->now_ns, due);
        atomic_fetch_add(&shm->jumps, 1);
    }
}

/* The holder found nothing to do: counts it, and moves the clock after two full rounds. */
static inline void turn_idle(struct warp_shm *shm)
{
    if (++shm->idle < 2 * shm->alive)
        return;
    if (probe_quiet())
        turn_advance(shm);
    else
        shm->idle = 0; /* a packet came late: its receiver has it now */
}

#endif
