/*
 * The lines of an answer from the control socket (relay/control/request.h), from octets as they come. Pure.
 *
 * Life: reading_init; octets are appended to `in`, then reading_feed, until `end` is set; reading_fini.
 * Limits: a line of READING_LINE_MAX octets.
 */
#ifndef RL_RELAY_READING_H
#define RL_RELAY_READING_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/text/json.h"

#define READING_LINE_MAX ((size_t)1024 * 1024)

struct reading {
    void (*on_line)(void *arg, const struct json *line); /* each object except the last */
    void *arg;
    struct buf in;
    struct json *end; /* what the last line says; NULL until it has come. The caller may take it */
};

void reading_init(struct reading *reading, void (*on_line)(void *arg, const struct json *line), void *arg);
void reading_fini(struct reading *reading);

/* ERR_PROTOCOL: the relay refused the request, or what it answered is not understood. */
int reading_feed(struct reading *reading, struct err *err);

#endif
