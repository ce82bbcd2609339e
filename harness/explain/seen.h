/* What was seen, in words for a reader who knows neither events nor the options of `relaylab run`. */
#ifndef RL_HARNESS_SEEN_H
#define RL_HARNESS_SEEN_H

#include "harness/judge/judge.h"
#include "sim/scenario/model.h"

/* "no: it arrived without TLS"; the caller's. NULL = nothing to say. */
char *seen_words(const struct verdict *verdict, const struct scenario *scenario);
/* "note" → "allowed either way; …"; "must" has one too. NULL = the word explains itself. */
const char *seen_result_words(enum result kind);

#endif
