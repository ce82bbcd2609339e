/*
 * What the parts of the coordinator share: coordinator.c (the life of a run), deaths.c, lockstep.c and tolerant.c (the
 * two ways to run). For these files only.
 */
#ifndef RL_WARP_INTERNAL_H
#define RL_WARP_INTERNAL_H

#include <signal.h>
#include <stdbool.h>

#include "warp/coordinator.h"
#include "warp/patience.h"
#include "warp/request.h"
#include "warp/syslog.h"
#include "warp/tree.h"
#include "warp/wakes.h"

#define NS_PER_S INT64_C(1000000000)

enum phase { PHASE_SETUP, PHASE_READY_WAIT, PHASE_STORY, PHASE_STOPPING };

/* What the coordinator knows of a slot beyond the shared memory. */
struct watched {
    int pidfd;                          /* -1 = none */
    const struct plan_command *command; /* NULL for descendants */
    bool is_action;
    bool asked_to_end;
    struct request *request; /* owned, that the command is of; NULL = of none */
};

struct coordinator {
    const struct plan *plan;
    const char *libwarp;
    struct warp_shm *shm;
    struct warp_outcome *out;
    enum phase phase;
    struct watched watched[WARP_SLOTS];
    uint32_t director_slot;
    pid_t director_pid;   /* of the latest; 0 = none yet */
    uint32_t target_slot; /* 0 when none lives */
    bool starting;        /* the target does not listen on all of its ports yet */
    int64_t ready_by_ns;
    int control; /* -1 = none */
    char line[256];
    size_t line_len;
    struct syslog syslog;
    bool finished;
    bool ended_by_until;
    int64_t stop_real_ns;
    uint64_t told_connects; /* of shm->connect_count */
    bool disturbed;         /* something was done that may wake somebody */
    /* nobody has a deadline: since when (real; 0 = never yet), after which jump of the clock */
    int64_t starved_since_ns;
    uint64_t starved_jumps;
    bool told_starving;
    /* the watchdog's memory, lockstep */
    uint64_t seen_turns;
    uint32_t seen_holder;
    struct patience patience;
    int64_t seen_clock_ns, clock_since_ns;
};

extern volatile sig_atomic_t coordinator_interrupted; /* the signal, or 0 */
extern volatile sig_atomic_t coordinator_lost;        /* the guard is dead: end at once */

/* The numbers in the slots are in reach of every target: only a process of the tree is signalled. False for others. */
bool coordinator_signal(const struct coordinator *c, uint32_t slot, int signo);
/* The first thing that goes wrong is the result of the run. */
__attribute__((format(printf, 3, 4))) void coordinator_conclude(struct coordinator *c, enum warp_result result,
                                                                const char *fmt, ...);
/* Everything that may need the coordinator, while nobody else runs: requests, phases, the end. */
void coordinator_take_turn(struct coordinator *c);
void coordinator_tell_director(struct coordinator *c, const char *line);
const char *coordinator_slot_name(const struct coordinator *c, uint32_t slot);
const char *coordinator_role_name(const struct coordinator *c, uint32_t slot);
double coordinator_virtual_s(const struct coordinator *c);
int64_t coordinator_real_now_ns(void);

/* Takes note of every process that has ended; true when one of them held the turn. */
bool deaths_reap(struct coordinator *c);
/* Orphans come to us as their subreaper. */
void deaths_reap_strangers(struct coordinator *c);
bool deaths_has_ended(struct coordinator *c, uint32_t slot);
/* A process that is about to end: at most a second of real time. */
void deaths_await(struct coordinator *c, uint32_t slot);
/* kill -9 for all processes below this one, wherever they hang in the tree, but for one (0 = none). */
void deaths_kill_tree(struct coordinator *c, int32_t spared_pid);

void lockstep_run(struct coordinator *c);
void tolerant_run(struct coordinator *c);
/* Ends the coordinator's sleep; from a signal handler too. */
void tolerant_ring(struct warp_shm *shm);

#endif
