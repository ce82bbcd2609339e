/*
 * One run: one target in the world of one scenario's case. Makes the folder, the namespaces and the plan, starts
 * relaylab-warp in them, waits for its end, and says how it went. What happened is in the trace.
 *
 *     relaylab --network_fork--> relaylab-warp --plan--> relaylab-sim, target
 *
 * Nothing outlives a run: warp is the first process of the PID namespace and dies with the harness.
 */
#ifndef RL_HARNESS_RUN_H
#define RL_HARNESS_RUN_H

#include "harness/run/network.h"
#include "harness/run/root.h"
#include "harness/target/target.h"
#include "lib/base/err.h"
#include "sim/scenario/model.h"

enum run_state {
    RUN_PLAYED,         /* to clock.until */
    RUN_TARGET_TROUBLE, /* crashed, spun, blocked, silent, never listened: `what` says it */
    RUN_TROUBLE,        /* ours */
    RUN_INTERRUPTED,
};

struct run_settings {
    const char *bin; /* folder of the programs */
    const struct target *target;
    const struct scenario *scenario;
    uint64_t seed;
    enum network network; /* not auto */
    enum root_kind root;
};

#define RUN_NOTES 8

struct run {
    enum run_state state;
    char what[1024];
    char *folder; /* trace.jsonl, target.log, sim.log, target/ …; removed by run_fini */
    int owner;    /* descriptor of the folder, while it is there */
    int64_t virtual_ns, real_ns;
    char notes[RUN_NOTES][512]; /* of relaylab-warp about programs: sentences, never a verdict */
    size_t note_count;
};

/* ERR_SYSTEM when nothing could be started (no namespaces, say); the text says what to do. */
int run_once(const struct run_settings *settings, struct run *out, struct err *err);
void run_fini(struct run *run);

/* SIGINT, SIGTERM and SIGHUP end the present run and are remembered. */
void run_catch_signals(void);
int run_interrupted(void); /* the signal, or 0 */

#endif
