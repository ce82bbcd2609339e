/*
 * What the parts of the coordinator share: coordinator.c (a run as a whole), setup.c (what it needs), processes.c
 * (their starts, and the target's life), deaths.c (their ends), director.c (requests), phases.c (from the set-up to the
 * end), lockstep.c and tolerant.c (the two modes; each owns its state). For these files only.
 */
#ifndef RL_WARP_INTERNAL_H
#define RL_WARP_INTERNAL_H

#include <signal.h>
#include <stdbool.h>

#include "warp/coordinator.h"
#include "warp/lines.h"
#include "warp/request.h"
#include "warp/starvation.h"
#include "warp/syslog.h"
#include "warp/tree.h"

#define NS_PER_S INT64_C(1000000000)

enum phase { PHASE_SETUP, PHASE_READY_WAIT, PHASE_STORY, PHASE_STOPPING };

/* What the coordinator knows of a slot beyond the shared memory. */
struct watched {
    int pidfd;                          /* -1 = none */
    const struct plan_command *command; /* NULL for descendants */
    bool is_action;
    bool asked_to_end;
    struct request *request; /* owned: the request of the command; NULL = none */
};

struct director {
    uint32_t slot;
    pid_t pid;              /* of the latest; 0 = none yet */
    int control, its_end;   /* of the control socket; -1 = none, or closed */
    struct lines lines;     /* its requests */
    uint64_t told_connects; /* of shm->connect_count */
};

struct target {
    uint32_t slot; /* 0 when none lives */
    bool starting; /* it does not listen on all of its ports yet */
    int64_t ready_by_ns;
};

struct coordinator {
    const struct plan *plan;
    const char *libwarp;
    struct warp_shm *shm;
    struct warp_outcome *out;
    struct watched watched[WARP_SLOTS];
    struct director director;
    struct target target;
    struct syslog syslog;
    enum phase phase;
    bool finished;
    bool ended_by_until;
    int64_t stop_real_ns;
    struct starvation starvation;
    bool disturbed; /* something was done that may wake a process */
};

extern volatile sig_atomic_t coordinator_interrupted; /* the signal, or 0 */
extern volatile sig_atomic_t coordinator_lost;        /* the guard is dead: end at once */

/* The numbers in the slots are in reach of every target: only a process of the tree is signalled. False for others. */
bool coordinator_signal(const struct coordinator *c, uint32_t slot, int signo);
/* The first thing that goes wrong is the result of the run. */
__attribute__((format(printf, 3, 4))) void coordinator_conclude(struct coordinator *c, enum warp_result result,
                                                                const char *fmt, ...);
const char *coordinator_slot_name(const struct coordinator *c, uint32_t slot);
const char *coordinator_role_name(const struct coordinator *c, uint32_t slot);
double coordinator_virtual_s(const struct coordinator *c);
int64_t coordinator_real_now_ns(void);

/* ---- setup.c ---- */

/* setup_close in any case, also after an error. */
int setup_open(struct coordinator *c, struct err *err);
void setup_close(struct coordinator *c);

/* ---- processes.c ---- */

/* role: enum warp_role. ERR_TOO_BIG: there is no free slot. ERR_INVALID: the program cannot run in virtual time. */
int processes_start(struct coordinator *c, const struct plan_command *command, uint8_t role, uint32_t *slot_out,
                    struct err *err);
void target_start(struct coordinator *c);
void target_stop(struct coordinator *c);  /* SIGTERM */
void target_kill(struct coordinator *c);  /* SIGKILL for all of its processes, which are dead afterwards */
void target_crash(struct coordinator *c); /* if it has reached the crash point */

/* ---- director.c ---- */

void director_read(struct coordinator *c);
void director_tell(struct coordinator *c, const char *line);
void director_tell_of_connects(struct coordinator *c);

/* ---- phases.c ---- */

/* Everything that may need the coordinator, while no other process runs: requests, phases, the end. */
void phases_take_turn(struct coordinator *c);
/* The time that processes have for their end is over. */
bool phases_are_over(const struct coordinator *c);

/* ---- deaths.c ---- */

/* Notes every process that has ended; true when one of them held the turn. */
bool deaths_reap(struct coordinator *c);
/* Orphans come to us as their subreaper. */
void deaths_reap_strangers(struct coordinator *c);
bool deaths_has_ended(struct coordinator *c, uint32_t slot);
/* A process that is about to end: at most a second of real time. */
void deaths_await(struct coordinator *c, uint32_t slot);
/* kill -9 for all processes below this one, wherever they are in the tree, except for one (0 = none). */
void deaths_kill_tree(struct coordinator *c, int32_t spared_pid);

/* ---- the two modes ---- */

void lockstep_run(struct coordinator *c);
void tolerant_run(struct coordinator *c);

#endif
