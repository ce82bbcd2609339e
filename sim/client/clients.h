/*
 * The story's submissions, on real sockets: each comes at its time, from the client's address to the target's
 * submission port, or through its submit command (command.h); at most ten connections and a hundred commands at once,
 * the rest in order after them. Writes to the trace what the target is handed, and what of it the target accepts. A
 * command may run for as long as the run does.
 */
#ifndef RL_SIM_CLIENTS_H
#define RL_SIM_CLIENTS_H

#include "lib/base/err.h"
#include "lib/base/ip.h"
#include "sim/client/command.h"
#include "sim/context.h"
#include "sim/target/target.h"

struct clients;

struct client_settings {
    struct ip target, source;
    uint16_t ports[TARGET_PORTS]; /* by enum target_port; 0 = does not listen there */
    const char *user, *password;
    struct command command;
    struct target_link *link; /* that runs it */
    /* The target did not answer within the RFC's timeout: the run has no point any more. */
    void (*on_silent)(void *arg);
    void (*on_handed)(void *arg, const struct submission *submission); /* handed to the target */
    void *arg;
};

struct clients *clients_new(struct sim *sim, const struct client_settings *settings);
void clients_start(struct clients *clients); /* t = 0 is now */
/* The command of this submission has ended, with this status or, negative, by this signal. */
void clients_command_ended(struct clients *clients, unsigned number, int status);
void clients_free(struct clients *clients);

#endif
