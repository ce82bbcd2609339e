/*
 * The time windows that expectations allow, so that reports can draw them: for each expectation with a window of time,
 * those of one recipient: the first with a missed window, else the first.
 *
 *     [{"expect": index of the expectation, "rcpt", "kind": gap | first | last | in | delivered | bounce,
 *       "from", "to", "seen", "fits"}]
 *
 * Times are seconds since the start of the story; `to` is absent when the window is open, `seen` when what it is for
 * never came. `in` windows count attempts and have no `seen`.
 */
#ifndef RL_HARNESS_WINDOWS_H
#define RL_HARNESS_WINDOWS_H

#include "harness/facts/behaviour.h"

struct json *windows_of(const struct behaviour *behaviour);

#endif
