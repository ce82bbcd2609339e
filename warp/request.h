/*
 * One request for an action that takes additional arguments and an input each time. Those of request N are files in the
 * folder that the plan names (`requests`), where the director writes them before it asks for "action NAME/N":
 *
 *     N.words   more words after the action's argv, each ended by a NUL: no shell, so they may contain any octet
 *     N.in      its standard input
 *     N.out     both of its outputs
 *
 * A request lives until its process has ended. Limits: PLAN_WORDS words in all, REQUEST_BYTES_MAX octets of them.
 */
#ifndef RL_WARP_REQUEST_H
#define RL_WARP_REQUEST_H

#include "lib/base/err.h"
#include "warp/plan.h"

#define REQUEST_BYTES_MAX (1024 * 1024)

struct request {
    struct plan_command command;
    char *name, *words, *in, *out; /* owned; the command's strings */
};

/* name: "submit/3". Borrows the action, which outlives it. ERR_INVALID or ERR_SYSTEM. */
int request_new(struct request **out, const struct plan_command *action, const char *name, struct err *err);
void request_free(struct request *request); /* NULL is good */

#endif
