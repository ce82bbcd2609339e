/*
 * The ports on which mail is accepted, as the configuration names them, opened and closed as it changes. An accepted
 * connection is handed over with its door; its dialog is ingress.c's business.
 * Without a free descriptor a listener pauses for a second: connections wait in the backlog.
 */
#ifndef RL_RELAY_LISTENERS_H
#define RL_RELAY_LISTENERS_H

#include "lib/base/err.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/config/config.h"

struct listeners;

/* on_client takes ownership of fd; door lives during the call. */
struct listeners *
listeners_new(struct loop *loop, struct log *log,
              void (*on_client)(void *arg, const struct config_listen *door, int fd, struct ip client), void *arg);
/* Opens what is missing, then closes what is no longer named; ports that stay are never closed. On failure, none of it.
 */
int listeners_set(struct listeners *listeners, const struct config *config, struct err *err);
void listeners_close(struct listeners *listeners); /* all of them */
void listeners_free(struct listeners *listeners);

#endif
