/*
 * The course: twelve lessons, in this order. A scenario is part of a lesson by its key `teach.lesson`; a lesson begins
 * with the scenario that stands here, which also has its questions (`teach.quiz`).
 */
#ifndef RL_HARNESS_LESSONS_H
#define RL_HARNESS_LESSONS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/explain/telling.h"
#include "sim/scenario/model.h"

#define LESSON_LEARNS 3
#define LESSON_WORDS  6
#define LESSON_KNOWS  4
#define LESSON_READS  3

struct lesson {
    const char *title;
    const char *begins; /* the id of its first scenario */
    const char *learns[LESSON_LEARNS + 1];
    /* A sentence of the RFCs to read, each with its clause: "RFC5321 §4.5.4.1", TAB, what stands there. */
    const char *reads[LESSON_READS + 1];
    const char *tries;                   /* what to change: "--set retry.first=10s"; NULL = nothing */
    const char *result;                  /* and what is then seen */
    const char *words[LESSON_WORDS + 1]; /* that are new, each explained: "octet: eight bits, a byte" */
    const char *knows[LESSON_KNOWS + 1]; /* what its first scenario does not show */
    struct telling_view view;
};

/* n from 1 to TEACH_LESSONS. */
const struct lesson *lesson_get(int64_t n);
/* "lesson 5 of 12: Bounces do not bounce"; "" for 0. */
const char *lesson_words(int64_t lesson, char *out, size_t size);
/* The lesson that begins with this scenario; NULL = none does. */
const struct lesson *lesson_begun_by(const struct scenario *scenario);

#endif
