/* Patterns over trace events: {event: smtp.reply, code: 421, host: "mx*"}. Texts are globs, numbers may be ranges. */
#ifndef RL_HARNESS_PATTERN_H
#define RL_HARNESS_PATTERN_H

#include "sim/scenario/model.h"
#include "sim/trace/reader.h"

bool pattern_fits(const struct pattern *pattern, const struct trace_event *event);

#define PATTERN_WORDS_MAX 240
/* As the scenario has it: "{event: smtp.reply, code: 421}"; a long one is cut. */
const char *pattern_words(char out[PATTERN_WORDS_MAX], const struct pattern *pattern);

#endif
