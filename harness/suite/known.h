/*
 * Known failures of a scenario with several seeds. What one seed does another need not do: an entry is met when any of
 * them meets it, so each seed's verdicts that are as the baseline says go into the record that represents all seeds.
 */
#ifndef RL_HARNESS_KNOWN_H
#define RL_HARNESS_KNOWN_H

#include "lib/text/json.h"

/* Adds the record's verdicts that are as their entries say, one of each id. */
void known_collect(struct json *known, const struct json *record);

/* Adds those that the record lacks, in place of its own pass where it has one: each id occurs once. */
void known_add_to(struct json *record, const struct json *known);

#endif
