/*
 * The retry schedule of one target, as measured: when it tried to deliver one message to a host that never recovers,
 * and how it gave up. From one record (record.h); nothing here knows a rule of any target.
 */
#ifndef RL_HARNESS_SCHEDULE_H
#define RL_HARNESS_SCHEDULE_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

/* What the sender got at the end, X(NAME, words). */
#define SCHEDULE_ENDS(X)                                                                                               \
    X(REPORTED, "a failure report")                                                                                    \
    X(IN_WORDS, "a message in words, not a delivery report")                                                           \
    X(DELAYED, "no failure report: the last one says delayed")                                                         \
    X(SILENT, "nothing: the sender is not notified")                                                                   \
    X(OPEN, "no end within the run")

enum schedule_end {
#define NAME(name, words) SCHEDULE_##name,
    SCHEDULE_ENDS(NAME)
#undef NAME
};

struct schedule {
    const char *target, *version; /* borrowed from the record; version: "" = it is not in the record */
    double *at;                   /* when each attempt began, in seconds after the message was handed over */
    size_t count;                 /* that the record holds */
    size_t all;                   /* that were made */
    double gave_up;               /* < 0: it did not, or the record does not hold that */
    enum schedule_end end;
    size_t notices; /* of delay */
};

/* False when the record has no message with attempts, or the scenario controlled them. Ended by schedule_fini. */
bool schedule_read(struct schedule *schedule, const struct json *record);
void schedule_fini(struct schedule *schedule);

const char *schedule_end_words(enum schedule_end end);
/* Attempts before that time: also the index of the one that would deliver, if the host were back then. */
size_t schedule_before(const struct schedule *schedule, double back_s);

/*
 * The waits in words: "every 5m"; "5m, 10m, 20m …, doubling up to 4h"; "n² × 400 s after the first attempt". A rule is
 * stated only if all waits follow it to the millisecond, except the last, which a lifetime may cut and which is then
 * named; otherwise the waits are listed.
 */
void schedule_rule(const struct schedule *schedule, struct buf *out);
/* All waits as a list, "5m × 2, 10m"; of more than groups_max different ones in a row, the first, and what is left. */
void schedule_list(const struct schedule *schedule, size_t groups_max, struct buf *out);

#endif
