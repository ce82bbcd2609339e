/*
 * One request to a running relay over its control socket (relay/control/request.h), and the lines of its answer as
 * they come: never more than one is in memory. Blocking; for the operator's tool.
 */
#ifndef RL_RELAY_ASK_H
#define RL_RELAY_ASK_H

#include "lib/base/err.h"
#include "lib/text/json.h"

/*
 * on_line gets each object but the last, which is handed back in *end (the caller frees). ERR_SYSTEM: no relay, or it
 * broke off. ERR_PROTOCOL: it refused, or answered what this program does not understand.
 */
int ask(const char *socket, const struct json *request, void (*on_line)(void *arg, const struct json *line), void *arg,
        struct json **end, struct err *err);

#endif
