/* Whether two seeds of a scenario gave the same verdicts. */
#ifndef RL_HARNESS_AGREEMENT_H
#define RL_HARNESS_AGREEMENT_H

#include "lib/text/json.h"

/* Of two records (harness/report/record/record.h): NULL when they agree, else the first difference in words, the
 * caller's. */
char *agreement_break(const struct json *record, const struct json *other);

#endif
