/*
 * Stored reports, merged: the runs of all shards in the order of one whole run, so that every report of them is the
 * same as that of the whole run, except for real times.
 */
#ifndef RL_HARNESS_MERGING_H
#define RL_HARNESS_MERGING_H

#include "lib/base/err.h"
#include "lib/text/json.h"

/* *records is the caller's. Errors are those of stored_read. A single report keeps its order. */
int merging_read(char *const *paths, size_t count, struct json **records, struct err *err);

#endif
