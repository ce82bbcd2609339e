/*
 * The memory that the coordinator (relaylab-warp), libwarp in every process of the tree, and the director (the
 * simulated internet) share. It is a memfd on descriptor WARP_FD of every process of the tree.
 *
 * Tolerant: the kernel schedules all processes. A thread that waits with a time limit writes its deadline into an entry
 * of threads[], rings the bell, and waits in the kernel without a limit. When all threads of the tree sleep and none
 * has a limit in the kernel, the coordinator moves the clock to the earliest deadline and wakes its owners.
 *
 * Lockstep: a slot a process, in a ring. The process that has the turn runs; all others sleep on the futex word
 * of their slot. Only the holder of the turn writes here (the coordinator holds it too, as slot 0), so nothing
 * needs a lock; the words that are read from outside the turn are atomic.
 *
 *     slot 0: coordinator    slot 1: director    slot 2: target    slot 3…: their children, actions
 *        ^------------------------ the turn goes round ----------------------------'
 *
 * A holder that finds nothing to do counts up `idle` and hands on. Two full rounds of that, and it moves the
 * clock to the earliest deadline of all slots, never past limit_ns.
 */
#ifndef RL_WARP_SHM_H
#define RL_WARP_SHM_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WARP_ENV         "RELAYLAB_WARP"         /* set to the descriptor's number in every process */
#define WARP_CONTROL_ENV "RELAYLAB_WARP_CONTROL" /* the director's control descriptor */
#define WARP_FD          997
#define WARP_PROBE_FD    996 /* probe.h */
#define WARP_MAGIC       0x77617270u
#define WARP_SLOTS       256 /* processes that have one at once, and the coordinator */
#define WARP_PORTS       32
#define WARP_WORLD       16
#define WARP_BLOCK_NETS  8 /* of a world in a block of loopback addresses */
#define WARP_CONNECTS    8192
#define WARP_THREADS     2048
#define WARP_CALL_SIZE   24
#define WARP_WAKE_SIGNAL 63 /* ends a wait whose deadline is reached; libwarp's own, blocked outside of waits */
#define WARP_NEVER       INT64_MAX
/* What CLOCK_MONOTONIC shows at the start: not 0, which programs take for "unset". */
#define WARP_MONOTONIC_START_NS (INT64_C(1000) * 1000000000)

enum warp_mode {
    WARP_LOCKSTEP,
    WARP_TOLERANT,
};

enum warp_slot_state {
    WARP_SLOT_FREE,
    WARP_SLOT_RESERVED, /* made by a fork that is under way */
    WARP_SLOT_ALIVE,
    WARP_SLOT_EXITING, /* reported its own end; keeps the turn until the coordinator has seen it die */
};

enum warp_role {
    WARP_ROLE_DIRECTOR,
    WARP_ROLE_TARGET,
    WARP_ROLE_ACTION, /* a command that the director asked for */
};

enum warp_connect_result {
    WARP_CONNECT_OK,
    WARP_CONNECT_REFUSED,
    WARP_CONNECT_UNREACHABLE,
    WARP_CONNECT_DENIED,  /* outside the world: the kernel was never asked */
    WARP_CONNECT_DROPPED, /* SYN sent, nothing came back */
    WARP_CONNECT_GIVEN_UP /* a dropped one was closed by the program */
};

struct warp_connect {
    uint64_t t_ns;  /* virtual CLOCK_REALTIME */
    uint8_t role;   /* enum warp_role */
    uint8_t family; /* 4 or 6 */
    uint8_t result; /* enum warp_connect_result */
    uint8_t udp;    /* a datagram that was denied */
    uint16_t port;
    uint8_t addr[16];        /* network order; IPv4 in the first four bytes */
    _Atomic uint64_t number; /* from 1; once it is set, the rest is */
};

struct warp_net {
    uint8_t family; /* 4 or 6 */
    uint8_t bits;
    uint8_t addr[16];
};

struct warp_slot {
    _Atomic uint32_t state;
    _Atomic uint32_t go; /* futex: 1 = this slot has the turn */
    _Atomic int32_t pid;
    int32_t parent_slot;
    uint8_t role;              /* enum warp_role */
    int64_t deadline_ns;       /* WARP_NEVER, or when the present wait ends */
    int64_t alarm_ns;          /* WARP_NEVER, or when SIGALRM is due */
    int64_t alarm_interval_ns; /* 0 = once */
    uint64_t random_calls;     /* of all processes that ever were here: the next one draws other numbers */
};

/* Tolerant mode: a thread that waits, or has waited, with a time limit. Claimed and written by the thread itself,
 * freed by the coordinator after the thread's end; the alarm is the process's, in the entry of its first thread. */
struct warp_thread {
    _Atomic int32_t tid; /* 0 = free */
    _Atomic int32_t pid;
    _Atomic int64_t deadline_ns; /* WARP_NEVER = does not wait, or without a limit */
    _Atomic int64_t alarm_ns;    /* WARP_NEVER, or when SIGALRM is due */
    _Atomic int64_t alarm_interval_ns;
    _Atomic uint64_t random_calls; /* the process's, as the alarm; a program that it becomes draws other numbers */
    _Atomic uint32_t program;      /* the coordinator's own; 0 = not looked up, as in a program that it becomes */
    char call[WARP_CALL_SIZE];     /* what it waits in, as "nanosleep"; for words alone */
};

enum warp_crash_operation {
    WARP_CRASH_NONE, /* there is no crash point */
    WARP_CRASH_ANY,
    WARP_CRASH_WRITE,
    WARP_CRASH_PWRITE,
    WARP_CRASH_WRITEV,
    WARP_CRASH_FTRUNCATE,
    WARP_CRASH_FSYNC,
    WARP_CRASH_FDATASYNC,
    WARP_CRASH_SYNC_FILE_RANGE,
    WARP_CRASH_FALLOCATE,
    WARP_CRASH_CREATE,
    WARP_CRASH_RENAME,
    WARP_CRASH_LINK,
    WARP_CRASH_UNLINK,
    WARP_CRASH_CLOSE,
};

enum warp_crash_state {
    WARP_CRASH_NOT_YET,
    WARP_CRASH_NOW,  /* the call was reached; a process that reaches another one dies there */
    WARP_CRASH_DONE, /* the whole tree is dead */
};

/* The call at which the target's tree is to die. */
struct warp_crash {
    uint32_t operation; /* enum warp_crash_operation */
    uint32_t everybody; /* a command: not the target alone */
    uint64_t at;        /* the number of the call, from 1 */
    char under[256];    /* a folder; empty = anywhere */
    _Atomic uint64_t calls;
    _Atomic uint32_t state; /* enum warp_crash_state */
};

struct warp_shm {
    uint32_t magic;
    uint32_t size;
    uint32_t mode; /* enum warp_mode */
    int64_t start_ns;
    uint64_t seed;
    _Atomic int64_t now_ns; /* virtual CLOCK_REALTIME */
    _Atomic int64_t t0_ns;  /* 0 before the story starts */
    _Atomic int64_t limit_ns;
    _Atomic uint32_t wanted;   /* the coordinator needs the turn in this round */
    _Atomic uint32_t at_limit; /* the clock could not go on: nothing is due before limit_ns */
    _Atomic uint32_t starved;  /* no process has a deadline */
    _Atomic uint32_t turn;     /* slot that holds it */
    _Atomic uint64_t turns;
    _Atomic uint64_t jumps;
    uint32_t idle;
    uint32_t alive;           /* participants, the coordinator not counted */
    _Atomic uint32_t crowded; /* a process could not be made, because all slots were in use */
    _Atomic uint32_t port_count;
    _Atomic uint16_t ports[WARP_PORTS]; /* TCP ports on which the target listens */
    uint32_t world_count;               /* 0 = no restriction */
    struct warp_net world[WARP_WORLD];
    uint32_t home;  /* IPv4 in host order: what 0.0.0.0 means in bind; 0 = itself */
    uint32_t block; /* world[i] is the i-th /24 from here on, in host order (warp/loopback.h); 0 = addresses are real */
    uint16_t port_shift;            /* with a block: what is added to ports below 1024 */
    _Atomic uint64_t connect_count; /* ever written; the ring holds the last WARP_CONNECTS */
    struct warp_connect connects[WARP_CONNECTS];
    struct warp_slot slots[WARP_SLOTS];
    _Atomic int32_t director_pid; /* tolerant: the process of role 0, which recognises its part by it */
    _Atomic uint32_t bell;        /* counts up whenever a thread begins to wait */
    _Atomic uint32_t listening;   /* the coordinator sleeps on the bell */
    _Atomic uint32_t thread_high; /* entries of threads[] that were ever in use */
    _Atomic uint32_t refused;     /* 2: a program cannot run in virtual time; refused_text says which, and why */
    char refused_text[256];
    struct warp_crash crash;
    struct warp_thread threads[WARP_THREADS];
};

/* The shared memory of this process's tree, or NULL when it does not run under relaylab-warp. A program whose
 * environment was emptied still has the descriptor. */
static inline struct warp_shm *warp_shm_attach(void)
{
    const char *named = getenv(WARP_ENV);
    int fd = named != NULL ? (int)strtol(named, NULL, 10) : WARP_FD;
    void *at = mmap(NULL, sizeof(struct warp_shm), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return NULL;
    struct warp_shm *shm = (struct warp_shm *)at;
    return shm->magic == WARP_MAGIC && shm->size == sizeof *shm ? shm : NULL;
}

/* How many of threads[] to look at; every process of the tree can write there, so no number is believed. */
static inline uint32_t warp_shm_threads(const struct warp_shm *shm)
{
    uint32_t high = atomic_load(&shm->thread_high);
    return high < WARP_THREADS ? high : WARP_THREADS;
}

static inline int64_t warp_shm_now_ns(const struct warp_shm *shm)
{
    return atomic_load_explicit(&shm->now_ns, memory_order_relaxed);
}

static inline int64_t warp_shm_t0_ns(const struct warp_shm *shm)
{
    return atomic_load_explicit(&shm->t0_ns, memory_order_relaxed);
}

/* For the director, after it wrote a line to its control descriptor: the coordinator gets the next turn. */
static inline void warp_shm_call_coordinator(struct warp_shm *shm)
{
    atomic_store(&shm->wanted, 1);
}

/* Copies connects from *cursor on (0 at first) and moves it; returns how many, at most n. When more
 * have come than the ring holds, the oldest are skipped and *lost (may be NULL) grows. */
static inline size_t warp_shm_drain_connects(struct warp_shm *shm, uint64_t *cursor, struct warp_connect *out, size_t n,
                                             uint64_t *lost)
{
    uint64_t count = atomic_load(&shm->connect_count);
    if (count - *cursor > WARP_CONNECTS) {
        if (lost != NULL)
            *lost += count - WARP_CONNECTS - *cursor;
        *cursor = count - WARP_CONNECTS;
    }
    size_t got = 0;
    while (*cursor < count && got < n) {
        const struct warp_connect *next = &shm->connects[*cursor % WARP_CONNECTS];
        if (atomic_load(&next->number) != *cursor + 1)
            break; /* it is just being written */
        out[got++] = *next;
        ++*cursor;
    }
    return got;
}

#endif
