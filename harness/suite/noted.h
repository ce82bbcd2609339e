/* What a baseline knows, added to records that were made without it, or with an older one. */
#ifndef RL_HARNESS_NOTED_H
#define RL_HARNESS_NOTED_H

#include "harness/suite/baseline.h"
#include "lib/text/json.h"

/* A copy of the record, the caller's: where the baseline has an entry, run and verdicts say what it expects, and why.
 */
struct json *noted_record(const struct json *record, const struct baseline *baseline);

#endif
