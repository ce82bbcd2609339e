/* One scenario loaded, played against a target, and shown: what `explain` and `course` have in common. */
#ifndef RL_HARNESS_EXPLAINING_H
#define RL_HARNESS_EXPLAINING_H

#include "harness/explain/play.h"

struct explained {
    const struct scenario *scenario;
    const struct target *target;
    const struct played *played;
};

struct explaining {
    const char *verb, *bin;
    const char *case_name; /* NULL = the first */
    const char *target, *network;
    int64_t seed;          /* -1 = the scenario's own */
    char *const *settings; /* of given: "retry.first=10s" */
    size_t setting_count;
    bool (*show)(void *arg, const struct explained *run); /* false: what it shows could not be written */
    void *arg;
};

/* The exit status; what went wrong is on standard error. */
int explaining_run(const struct explaining *explaining, const char *path);

#endif
