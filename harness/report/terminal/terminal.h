/*
 * Results for people: one line a scenario that begins with its result (PASS, WARN, KNOWN, FAIL, ERROR, SKIP); for what
 * is not as expected what happened to each message, the sentence, the clause, expected against seen, the lines of the
 * dialogue around it and the command that reruns exactly this; with `timeline`, all attempts and verdicts.
 */
#ifndef RL_HARNESS_TERMINAL_H
#define RL_HARNESS_TERMINAL_H

#include <stdio.h>

#include "harness/report/record/run_result.h"

struct terminal {
    FILE *out;
    bool color, timeline, quiet, verbose; /* verbose: warnings, and the raw trace */
};

void terminal_result(const struct terminal *terminal, const struct run_result *result);
void terminal_unsupported(const struct terminal *terminal, const struct scenario *scenario, const struct target *target,
                          const char *why); /* "lacks dsn", "lacks a setting for given.tls.verify" */

/* A run that ended as the one before it did, without having started. */
void terminal_same_trouble(const struct terminal *terminal, const struct scenario *scenario,
                           const struct target *target);

/* The scenario's id with its case: "tls/expired-certificate (opportunistic)". */
const char *terminal_name(const struct scenario *scenario, char *out, size_t size);

#endif
