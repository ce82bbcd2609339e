/*
 * What the target did, as JSON for the record (docs/REPORTS.md has the keys). Each value is the caller's.
 */
#ifndef RL_HARNESS_BEHAVIOUR_JSON_H
#define RL_HARNESS_BEHAVIOUR_JSON_H

#include "harness/facts/behaviour.h"

struct json *behaviour_messages(const struct behaviour *behaviour);
struct json *behaviour_dsns(const struct behaviour *behaviour);
struct json *behaviour_hosts(const struct behaviour *behaviour);

/* Over the records of many runs: for each target its retry schedule, bounces by class, duplicates, deferrals. */
struct json *behaviour_targets(const struct json *records);

#endif
