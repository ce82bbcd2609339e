/*
 * One incoming SMTP session: the driver of the core in relay/smtp/server.h. It owns the socket, TLS and the timers, has
 * passwords checked, hands what comes in to the intake, and replies once that is committed.
 *
 *     session_start -> commands -> a message -> intake, over some turns -> (commit) -> session_answer_all -> commands …
 *
 * Life: made for a connection; ends itself when its stream or its time has ended, and leaves the list of its ingress. A
 * session whose message is being stored outlives its stream until the message's outcome is logged.
 */
#ifndef RL_RELAY_SESSION_H
#define RL_RELAY_SESSION_H

#include "lib/base/ip.h"
#include "lib/base/list.h"
#include "lib/io/stream.h"
#include "relay/access/access.h"
#include "relay/ingress/auth.h"
#include "relay/ingress/clients.h"
#include "relay/ingress/ingress.h"
#include "relay/ingress/listeners.h"
#include "relay/policy/principal.h"
#include "relay/policy/rule.h"
#include "relay/queue/intake.h"
#include "relay/smtp/server.h"

struct session {
    struct ingress *ingress;
    struct config *config;   /* that it began with */
    struct tls_ctx *tls_ctx; /* the same; NULL = none */
    struct stream *stream;
    struct server server;
    struct timer timer;
    int64_t data_until_ns; /* the message that is coming in must be whole by then; 0 = there is none */
    struct client *client;
    bool trusted; /* the client is of a trusted network */
    struct principal principal;
    char client_text[IP_TEXT_MAX];
    struct intake intake; /* of the message that is stored */
    struct timer step;    /* of it, over several turns */
    int64_t spent;        /* recipients of it that count for its account; 0 = none */
    bool storing, waits_for_commit;
    struct auth_question question;
    bool waits_for_auth;
    bool closing;
    bool gone;        /* its stream has ended while its message was stored */
    const char *why;  /* it ends, or ended */
    char foreign[24]; /* of the other protocol that the client speaks */
    int64_t messages; /* taken */
    struct tls_info tls;
    struct list_link link;
};

/* What all sessions share: ingress.c makes it. */
struct ingress {
    const struct config *config;
    struct loop *loop;
    struct queue *queue;
    struct access *access;
    struct log *log;
    struct auth *auth;
    struct tls_ctx *tls;
    struct listeners *listeners;
    struct list sessions;
    struct clients clients;
    bool draining;
};

/* For listeners_new: takes ownership of fd; door lives during the call. */
void session_start(void *ingress, const struct config_listen *door, int fd, struct ip address);
void session_stop(struct session *session); /* a last 421; the session ends when that has left */
void session_end(struct session *session);  /* at once */
/* ---- session_rules.c, for session.c ---- */

/* NULL = no rule refuses. */
const struct refusal *session_ask_rules(const struct session *session, enum rule_stage stage);
/* The message counts for its account. */
void session_spend(struct session *session);
/* It is stored, or not: what was counted is stored with it, or taken back. */
void session_settle(const struct session *session);

/* In LOOP_ANSWER: replies to all whose message is committed, or refused. */
void session_answer_all(void *ingress);

#endif
