/*
 * What the records of a suite have in common, for readers who find a report weeks later: which programs made it, of
 * which version of the target, when, and with which command. It is part of each record, as `suite`, so that reports of
 * shards and of several targets can be merged like any others.
 *
 *     {"relaylab","commit","target_version","command","baseline","began"}
 *
 * `began` is a real time, like real_ms: two runs of one suite differ in nothing else. The command is without --report
 * and --shard, since the shards of a suite are one.
 */
#ifndef RL_HARNESS_HEADING_H
#define RL_HARNESS_HEADING_H

#include <time.h>

#include "harness/target/target.h"
#include "lib/text/json.h"

extern const char heading_commit[]; /* of the build (the rule is in the Makefile); "" = unknown */

struct heading {
    const char *command;  /* heading_command() */
    const char *version;  /* of the target; NULL = unknown */
    const char *baseline; /* its path; NULL = none */
    time_t began;
};

/* "relaylab run --target x 'a b.yaml'", as a shell needs it, of the words after the verb. The caller's. */
char *heading_command(const char *verb, int argc, char *const *argv);

struct json *heading_json(const struct heading *heading); /* the caller's */
/* Of a stored record that lacks it. */
void heading_add_version(struct json *record, const char *version);

#endif
