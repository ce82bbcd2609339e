/* Records from stored JSON reports, of one run or of its shards, as one list. */
#ifndef RL_HARNESS_STORED_H
#define RL_HARNESS_STORED_H

#include "lib/base/err.h"
#include "lib/text/json.h"

/* *records is the caller's. A run that occurs in two files is an error: they are not shards of one suite. */
int stored_read(char *const *paths, size_t count, struct json **records, struct err *err);

#endif
