/*
 * The timeline: for each message and recipient its attempts, host by host: when, what was said at which stage, and how
 * the target reacted. A function of the behaviour, as rows, for any report. Borrows from it.
 */
#ifndef RL_HARNESS_TIMELINE_H
#define RL_HARNESS_TIMELINE_H

#include "harness/facts/behaviour.h"

struct timeline_row {
    const char *who;  /* the recipient, or the sender of a bounce; NULL on continuation rows */
    int64_t t_ns;     /* since the submission */
    const char *host; /* "" for what the story does */
    size_t group;     /* rows of one recipient of one message have the same */
    char what[256];   /* "RCPT → 451 4.7.1 Greylisted" */
    char then[96];    /* "defer, next in 5m", "delivered" */
};

struct timeline {
    struct timeline_row *rows;
    size_t count;
};

void timeline_make(const struct behaviour *behaviour, struct timeline *out);
void timeline_fini(struct timeline *timeline);

#endif
