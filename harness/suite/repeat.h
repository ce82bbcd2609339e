/*
 * How two runs of one seed differ, in words. Where the target's clock is lockstep the traces must be the same byte for
 * byte; where it is tolerant the order of what happens at one instant is the kernel's, and verdicts and attempts must
 * be the same. NULL = they do not differ; caller frees. What is quoted has at most 200 octets.
 */
#ifndef RL_HARNESS_REPEAT_H
#define RL_HARNESS_REPEAT_H

#include "lib/text/json.h"

char *repeat_traces_differ(const char *first_path, const char *again_path);
char *repeat_records_differ(const struct json *first, const struct json *again);

#endif
