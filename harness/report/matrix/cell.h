/*
 * One cell of the matrix: what a target did when something happened, in words. It is a function of the record of one
 * run: nothing is written by hand. The colour (tone) is the worst verdict of the run, also when the words are about
 * something else that the run shows: `broken` then names the first sentence that is broken.
 */
#ifndef RL_HARNESS_MATRIX_CELL_H
#define RL_HARNESS_MATRIX_CELL_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

#define CELL_TEXT_MAX ((size_t)1024)

/* X(constant, its name in markup and JSON, mark in texts without colours, what it means) */
#define TONES(X)                                                                                                       \
    X(GOOD, "good", "✓", "as the RFCs ask")                                                                            \
    X(LATER, "later", "!", "breaks a should, or could not be checked")                                                 \
    X(BAD, "bad", "✗", "breaks a must, or crashes")                                                                    \
    X(NONE, "none", "–", "unsupported by the target as set up here, or not run")

enum tone {
#define X(constant, name, mark, words) TONE_##constant,
    TONES(X)
#undef X
        TONE_COUNT,
};

struct tone_words {
    const char *name, *mark, *words;
};
extern const struct tone_words tones[TONE_COUNT];

struct cell {
    const struct json *record; /* borrowed; NULL: there was no run */
    enum tone tone;
    struct buf words;    /* "back in 5m" */
    struct buf more;     /* a detail: "delivered after 7m28s, at the 4th try"; may be empty */
    struct buf broken;   /* "broken: The message is not lost, and 2 more"; may be empty */
    struct buf verdicts; /* "5 pass, 1 fail" */
    struct buf time;     /* "delivered after 5m"; may be empty */
};

struct row;

/* row NULL: the words are those of the verdicts. To be freed. */
void cell_make(struct cell *cell, const struct row *row, const struct json *record);
void cell_free(struct cell *cell);

#endif
