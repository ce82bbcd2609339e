/*
 * Which scenarios a command runs or lists: all cases of the named files that match the choice. Everything is loaded and
 * linted before anything is started.
 */
#ifndef RL_HARNESS_CHOICE_H
#define RL_HARNESS_CHOICE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/suite/files.h"
#include "sim/scenario/model.h"

#define CHOICE_ANY_LESSON (-1)

struct choice {
    const char *case_name;   /* NULL = every one */
    const char *tag;         /* one of the scenario's */
    const char *spec;        /* "RFC5321#4.5" or "RFC 5321 §4.5": the clause of an expectation, or one above it */
    int64_t lesson;          /* of the course; 0 = whatever, CHOICE_ANY_LESSON = all that have one */
    const char *level;       /* "intro" */
    int64_t shard, of_count; /* the shard-th of so many parts, from 1 on; of_count 0 = all */
};

struct chosen {
    struct scenario **list; /* one a case, in the order of the files */
    size_t count;
};

/* "2/5" */
bool choice_take_shard(struct choice *choice, const char *text, struct err *err);
/* What a CI system's environment says, unless an option chooses a shard: Bazel's and GitLab's variables. */
bool choice_take_environment(struct choice *choice, struct err *err);

/* Whether it selects every case of a scenario of this id, if there is one. */
bool choice_covers(const struct choice *choice, struct slice id);
bool choice_takes(const struct choice *choice, const struct scenario *scenario); /* except for the case */

/*
 * Problems of the files go to `problems` as lines "file:line:column: error: …", warnings only when `warnings` is set.
 * False when a file has errors, or when none has the case; *out must always be freed.
 */
bool choice_load(const struct choice *choice, const struct scenario_files *files, FILE *problems, bool warnings,
                 struct chosen *out);
void chosen_free(struct chosen *chosen);

#endif
