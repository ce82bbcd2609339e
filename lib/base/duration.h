/*
 * Lengths of time and sizes as people write them: "5m", "1h30m", "250ms", "-1d"; "2MiB", "512B",
 * "10MB". Units are required; a bare number is refused, except 0.
 */
#ifndef RL_BASE_DURATION_H
#define RL_BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"

#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/* us ms s m h d w, in falling order, each once; a sign in front; at most about 100 years. */
bool duration_parse(struct slice text, int64_t *out_ns);

/* B, kB MB GB (powers of 1000), KiB MiB GiB (powers of 1024). */
bool size_parse(struct slice text, uint64_t *out_bytes);

#define DURATION_TEXT_MAX 48

/* The shortest exact form down to ms: "5m", "1h30m", "4d23h", "0s", "1.5s" is "1s500ms". */
const char *duration_format(int64_t ns, char out[DURATION_TEXT_MAX]);

/* Its two largest units, cut off: "3d21h", "1m7s", "4d". */
const char *duration_rough(int64_t ns, char out[DURATION_TEXT_MAX]);
/* hh:mm:ss.mmm, with "Nd " in front from one day on: "00:05:00.000", "4d 23:59:00.000". */
const char *duration_clock(int64_t ns, char out[DURATION_TEXT_MAX]);

#endif
