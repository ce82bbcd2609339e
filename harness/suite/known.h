/*
 * What a baseline knows of a scenario with several seeds. What one seed does another need not do: an entry is met when
 * it is met by any of them, so what each gave that is as the baseline says goes into the record that speaks for all.
 */
#ifndef RL_HARNESS_KNOWN_H
#define RL_HARNESS_KNOWN_H

#include "lib/text/json.h"

/* Adds the record's verdicts that are as their entries say, one of each id. */
void known_collect(struct json *known, const struct json *record);

/* Gives the record those that it lacks, in place of its own pass where it has one: each id stands there once. */
void known_add_to(struct json *record, const struct json *known);

#endif
