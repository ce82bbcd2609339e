/* What the files of the client share: client.c, client_hello.c, client_transaction.c; no other file includes this. */
#ifndef RL_RELAY_CLIENT_INTERNAL_H
#define RL_RELAY_CLIENT_INTERNAL_H

#include "lib/base/duration.h"
#include "relay/smtp/client.h"

#define MINUTES(n) ((n)*60 * NS_PER_S)

struct client_sent {
    const struct command *command;
    size_t recipient; /* RCPT */
};

/* One row a command: how long its reply may take, how it is written, what its reply means. */
struct command {
    enum client_stage stage;
    int64_t timeout_ns;
    void (*perform)(struct client *client, size_t recipient);
    void (*on_reply)(struct client *client, size_t recipient);
};

/* client.c */

void client_send(struct client *client, const struct command *command, size_t recipient);
int client_reply_class(const struct client *client); /* 2, 4, 5, … */
struct client_verdict client_replied(const struct client *client, enum client_stage stage);
/* A verdict that is set stays. */
void client_decide(struct client *client, size_t recipient, const struct client_verdict *verdict);
void client_decide_all(struct client *client, const struct client_verdict *verdict);
/* Without a reply. */
struct client_verdict client_failed(const struct client *client, enum client_stage stage, enum client_cause cause,
                                    const char *text);
void client_fail_all(struct client *client, enum client_stage stage, enum client_cause cause, const char *text);
void client_say_goodbye(struct client *client);
/* The reply is the verdict of all; then QUIT. */
void client_refuse_session(struct client *client, enum client_stage stage);

/* client_hello.c */

extern const struct command client_greeting, client_ehlo;

/* client_transaction.c */

extern const struct command client_rset, client_eod;
void client_start_transaction(struct client *client);
void client_advance(struct client *client); /* sends what may be sent now */
/* Copies body octets with dots stuffed (RFC 5321 §4.5.2), then the end. At least 8 octets of room are needed. */
void client_pull_body(struct client *client, struct buf *out, size_t room);

#endif
