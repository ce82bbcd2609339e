/*
 * What an operator may do to recipients, one row each: X(ID, name). The name is the verb of a request to the control
 * socket, and the action in the log; operate.c defines may_NAME(), whether a recipient can be changed, and NAME().
 *
 * retry: due now; what was planned stays planned if the attempt fails. hold: stands still until released, also past its
 * lifetime. release: on the clock again; due now when its time came while it was held. drop: removed without a report.
 * bounce: removed, and its sender is notified.
 */
#ifndef RL_RELAY_QUEUE_ACTION_H
#define RL_RELAY_QUEUE_ACTION_H

#define QUEUE_ACTIONS(X) X(RETRY, retry) X(HOLD, hold) X(RELEASE, release) X(DROP, drop) X(BOUNCE, bounce)

enum queue_action {
#define ID(id, name) QUEUE_##id,
    QUEUE_ACTIONS(ID)
#undef ID
        QUEUE_ACTION_COUNT /* of none */
};

enum queue_action queue_action_of(const char *name);

#endif
