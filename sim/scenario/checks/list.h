/*
 * The checks of an expectation, one row each: X(ID, name, help). The name is the key of an expectation, the file of
 * this folder that defines how the check is written, and the function judge_NAME of harness/judge. The help is one
 * sentence for the schema.
 */
#ifndef RL_SIM_CHECKS_LIST_H
#define RL_SIM_CHECKS_LIST_H

#define CHECKS(X)                                                                                                      \
    X(DELIVERED, delivered, "check: deliveries")                                                                       \
    X(ATTEMPTS, attempts, "check: attempts")                                                                           \
    X(DSN, dsn, "check: delivery status notifications")                                                                \
    X(NEVER, never, "check: no event matches")                                                                         \
    X(COUNT, count, "check: number of events that match")                                                              \
    X(RATIO, ratio, "check: share of events that match")                                                               \
    X(TIMELINE, timeline, "check: events in this order")                                                               \
    X(OVER_SEEDS, over_seeds, "check: shares across many seeds")                                                       \
    X(QUEUED, queued, "check: recipients are still in the target's queue")                                             \
    X(INVARIANT, invariant, "check: a rule that applies to the whole run")

enum check_kind {
#define ID(id, name, help) CHECK_##id,
    CHECKS(ID)
#undef ID
        CHECK_DIALOG, /* has no key: made of a dialog's line */
    CHECK_KINDS
};

#endif
