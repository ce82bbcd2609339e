/*
 * The course: twelve lessons, in this order. A scenario is part of a lesson by its key `teach.lesson`; a lesson begins
 * with the scenario that stands here, which also has its questions (`teach.quiz`).
 */
#ifndef RL_HARNESS_LESSONS_H
#define RL_HARNESS_LESSONS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario/model.h"

#define LESSON_LEARNS 3
#define LESSON_READS  3

struct lesson {
    const char *title;
    const char *begins; /* the id of its first scenario */
    const char *learns[LESSON_LEARNS + 1];
    /* A sentence of the RFCs to read, each with its clause: "RFC5321 §4.5.4.1", TAB, what stands there. */
    const char *reads[LESSON_READS + 1];
    const char *tries;  /* what to change: "--set retry.first=10s"; NULL = nothing */
    const char *result; /* and what is then seen */
    bool preamble;      /* greeting, EHLO and TLS are its subject */
};

/* n from 1 to TEACH_LESSONS. */
const struct lesson *lesson_get(int64_t n);

#endif
