/*
 * The target, as the sim sees it: whether it runs, and what it is to do. The coordinator acts, while all processes are
 * parked; both talk in lines over the control socket:
 *
 *     to it:    "start target" · "stop target" · "kill target" · "action NAME" ·
 *               "action submit/N" (a request: warp/request.h)
 *     from it:  "t0" · "ready target" · "exit target N" · "signal target N" · "action NAME exit|signal N"
 *               "connect" (one reached no listener; read at the end of this turn of the loop)
 *
 * The trace has each action and its result. Stopping gives the target 30 s, then it is killed. A target that ends
 * unasked is the callback's matter. Without a coordinator (by itself, in real time) the sim requests nothing.
 */
#ifndef RL_SIM_TARGET_H
#define RL_SIM_TARGET_H

#include "sim/context.h"
#include "warp/shm.h"

struct target_link;

struct target_callbacks {
    void (*on_start)(void *arg); /* the story begins: the trace counts its time from now */
    void (*on_unasked_end)(void *arg);
    void (*on_lost)(void *arg); /* the coordinator is gone */
    void (*on_listed)(void *arg, bool good);
    void (*on_submitted)(void *arg, unsigned n, int status); /* negative = by this signal */
    void *arg;
};

/* NULL when no coordinator is there. */
struct target_link *target_link_new(struct sim *sim, struct warp_shm *shm, const struct target_callbacks *callbacks);
void target_link_free(struct target_link *link);

/* Writes it to the trace and sees to it. What is done already (stopping what does not run) is not done again. */
void target_link_act(struct target_link *link, enum target_action action);

bool target_link_runs(const struct target_link *link); /* and listens on all of its ports */
/* on_submitted comes when the adapter's command has ended; what it is given is already there (command.h). */
void target_link_submit(struct target_link *link, unsigned n);
/* on_listed comes when the adapter's command has ended. */
void target_link_list_queue(struct target_link *link);

#endif
