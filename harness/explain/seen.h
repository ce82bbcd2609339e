/* What was seen, in words for a reader who knows neither events nor the options of `relaylab run`. */
#ifndef RL_HARNESS_SEEN_H
#define RL_HARNESS_SEEN_H

#include "harness/judge/judge.h"
#include "sim/scenario/model.h"

/* "no: it arrived without TLS"; the caller's. NULL = nothing to say. */
char *seen_words(const struct verdict *verdict, const struct scenario *scenario);
/* "note: the RFC allows both, …"; NULL = no check has this result. */
const char *seen_result_words(enum result kind);
/* Whether a reader sees it: a rule that always applies, and holds, is not shown. */
bool seen_is_shown(const struct verdict *verdict);
/* What must, should and may say, and the results that are shown; the caller's. */
char *seen_legend(const struct judgement *judgement);

#endif
