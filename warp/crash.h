/* Crash points: `--crash-at OP:N` and the plan's `crash-at OP:N`, as words. What happens is in warp/preload/crash.c. */
#ifndef RL_WARP_CRASH_H
#define RL_WARP_CRASH_H

#include "lib/base/err.h"
#include "warp/shm.h"

/* "fsync:3": the operation and the number of its call, from 1. ERR_INVALID names what can be written. */
int crash_parse(const char *text, struct warp_crash *out, struct err *err);
/* The folder: absolute, and it exists. */
int crash_parse_folder(const char *text, struct warp_crash *out, struct err *err);
const char *crash_operation(uint32_t operation); /* "fsync" */

#endif
