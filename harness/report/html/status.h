/*
 * How a run ended, for the reader of a page: the word of its badge, the filter that selects it, and its place in the
 * list. Failures come first. A run has exactly one status, so the counts add up to the number of runs.
 */
#ifndef RL_HARNESS_HTML_STATUS_H
#define RL_HARNESS_HTML_STATUS_H

#include "lib/text/json.h"

/* X(constant, name in the page's markup and URLs, words) */
#define STATUSES(X)                                                                                                    \
    X(FAILED, "failed", "failed")                                                                                      \
    X(ERROR, "error", "could not run")                                                                                 \
    X(UNTRIED, "untried", "not tried")                                                                                 \
    X(KNOWN, "known", "known")                                                                                         \
    X(WARNED, "warned", "warned")                                                                                      \
    X(PASSED, "passed", "passed")                                                                                      \
    X(UNSUPPORTED, "unsupported", "unsupported")

enum status {
#define X(constant, name, words) STATUS_##constant,
    STATUSES(X)
#undef X
        STATUS_COUNT,
};

/* A result that this program does not know, as a newer one may write it, counts as failed. */
enum status status_of(const struct json *record);
const char *status_name(enum status status);
const char *status_words(enum status status);

/* How many runs have it. */
size_t status_count(const struct json *records, enum status status);

#endif
