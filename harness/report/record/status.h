/*
 * How a run ended, in one word: the badge and the filter of a page, the word that begins its line on a terminal, its
 * place in a list. Failures come first. A run has exactly one status, so the counts add up to the number of runs. This
 * is the one home of that decision, for a judged run and for its record.
 */
#ifndef RL_HARNESS_STATUS_H
#define RL_HARNESS_STATUS_H

#include "harness/judge/judge.h"
#include "lib/text/json.h"

/* X(constant, name in a page's markup and URLs, words) */
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
/* The same before there is a record; NULL: the run could not be played. */
enum status status_of_judgement(const struct judgement *judgement);
const char *status_name(enum status status);
const char *status_words(enum status status);

/* How many runs have it. */
size_t status_count(const struct json *records, enum status status);

#endif
