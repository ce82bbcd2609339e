/*
 * Results for people: one line a scenario that begins with a word of its own (PASS, WARN, KNOWN, FAIL, ERROR, SKIP);
 * for what is not as expected the sentence, the clause, wanted against seen,
 * the trace around it and the command that reruns exactly this; with `timeline`, all attempts and verdicts.
 */
#ifndef RL_HARNESS_TERMINAL_H
#define RL_HARNESS_TERMINAL_H

#include <stdio.h>

#include "harness/judge/judge.h"
#include "harness/run/run.h"

struct terminal {
    FILE *out;
    bool color, timeline, quiet;
};

struct terminal_result {
    const struct scenario *scenario;
    const struct target *target;
    const char *target_option; /* as given on the command line */
    uint64_t seed;
    const struct run *run;
    const struct facts *facts; /* NULL when the run gave no trace to judge */
    const struct judgement *judgement;
};

void terminal_result(const struct terminal *terminal, const struct terminal_result *result);
void terminal_unsupported(const struct terminal *terminal, const struct scenario *scenario, const struct target *target,
                          const char *why); /* "lacks dsn", "cannot be told given.tls.verify" */

/* A run that ended as the one before it did, without having started. */
void terminal_same_trouble(const struct terminal *terminal, const struct scenario *scenario,
                           const struct target *target);

/* The scenario's id with its case: "tls/expired-certificate (opportunistic)". */
const char *terminal_name(const struct scenario *scenario, char *out, size_t size);

#endif
