/*
 * The result of a run, or of one sentence about it: the one table of results. Code names them by this enum; their text
 * occurs only in records, baselines and reports, under names that are stable.
 */
#ifndef RL_HARNESS_RESULT_H
#define RL_HARNESS_RESULT_H

#include <stdbool.h>

/*
 * X(constant, name, of a run in words, whether it goes against a baseline without an entry, what it means): those that
 * a baseline can expect.
 */
#define RESULTS_OF_BASELINES(X)                                                                                        \
    X(PASS, "pass", "as expected", false, "it holds")                                                                  \
    X(FAIL, "fail", "not as expected", true, "a must, or an always-on rule, is broken")                                \
    X(WARN, "warn", "warn", true, "a should is broken")                                                                \
    X(NOTE, "note", "note", false, "a may")                                                                            \
    X(INCONCLUSIVE, "inconclusive", "inconclusive", true, "the conditions of the check did not occur")                 \
    X(UNSUPPORTED, "unsupported", "unsupported", false, "the target lacks a capability")                               \
    X(TROUBLE, "trouble", "could not run", true, "the run could not be played")                                        \
    X(UNSTABLE, "unstable", "unstable", true, "two runs differ")                                                       \
    X(NOT_CHECKED, "not checked", "not checked", false, "the adapter or the trace has no information about it")

#define RESULTS(X)                                                                                                     \
    RESULTS_OF_BASELINES(X)                                                                                            \
    X(UNTRIED, "untried", "not tried", false, "other runs showed that it could not be played")

enum result {
#define X(constant, name, words, against, help) RESULT_##constant,
    RESULTS(X)
#undef X
        RESULT_UNKNOWN, /* a name that this program does not know; how many there are */
};

const char *result_name(enum result result);  /* "not checked"; "?" = unknown */
const char *result_words(enum result result); /* of a run: "could not run" */
enum result result_of_name(const char *name);
/* Whether a baseline must have an entry for it. */
bool result_needs_entry(enum result result);

#endif
