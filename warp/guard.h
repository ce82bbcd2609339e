/*
 * Nothing outlives a run, even without a PID namespace. Two processes watch each other:
 *
 *     harness ──> guard ──> coordinator ──> programs ──> their children, daemons …
 *
 * Either learns of the other's end, also by SIGKILL, and then kills whatever is left below it: both are subreapers, so
 * what lost its parent is their child. The guard dies with the harness (harness/run/network.c) when it has one. Signals
 * that request a graceful shutdown (INT, TERM, HUP) are passed on.
 */
#ifndef RL_WARP_GUARD_H
#define RL_WARP_GUARD_H

#include <signal.h>

#define GUARD_LOST SIGUSR1 /* to the coordinator: the guard is dead, so end all at once */

/* body(arg) in a child, watched; its exit status, or 128 + N when signal N ended it. The first process of a PID
 * namespace needs no guard, since all others die with it: it calls body itself. */
int guard_run(int (*body)(void *arg), void *arg);

/* Kills all children, and those that become one by that, until there is none. */
void guard_end_descendants(void);

#endif
