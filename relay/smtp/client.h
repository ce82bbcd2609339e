/*
 * The SMTP client session: a core without I/O that delivers messages to one host, one after another. It is fed the
 * host's bytes and the time, and gives back bytes to send, its next deadline, and events for its driver.
 *
 *     phase:   HELLO -> (TLS -> HELLO) -> TRANSACTION -> IDLE -> (RSET) -> TRANSACTION … -> QUIT -> OVER
 *     FIFO:    the commands that were sent and not yet answered, oldest first. Each names a row of the command
 *              table: verb, timeout, how it is written, what its reply means. With PIPELINING (RFC 2920) several
 *              are under way; without, one; nothing else differs. What the host offers, and what that adds to MAIL and
 *              RCPT: extension.h.
 *
 * The verdict of each recipient is the reply, or the failure, that decided it. CLIENT_VERDICTS reports that all are
 * set; what follows changes none of them. What a verdict means is deliver/outcome.h's business. CLIENT_IDLE reports
 * that the session can begin another transaction: the driver begins one, lets it wait, or quits.
 *
 * Timeouts are those of RFC 5321 §4.5.3.2. Times are any steady clock, in ns. STARTTLS is used when
 * offered, unless settings.tls says never; a failed handshake ends the session (RFC 3207 §4.1).
 * Nothing that came before TLS is believed after it.
 */
#ifndef RL_RELAY_CLIENT_H
#define RL_RELAY_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/smtp/extension.h"
#include "relay/smtp/reply.h"
#include "relay/smtp/verdict.h"

struct client_recipient {
    const struct envelope_recipient *to;
    bool accepted; /* 2yz to its RCPT */
    struct client_verdict verdict;
};

enum client_tls {
    CLIENT_TLS_NEVER,
    CLIENT_TLS_MAY,  /* when offered; goes on unencrypted after a refused STARTTLS */
    CLIENT_TLS_MUST, /* no MAIL without TLS */
};

struct client_settings {
    const char *hostname;
    enum client_tls tls;
    const char *user, *password; /* for AUTH, over TLS alone; NULL = none; outlive the client */
};

/* One message to the recipients of one host. Everything that it points to outlives the transaction. */
struct client_transaction {
    const struct envelope_mail *mail;
    struct client_recipient *recipients;
    size_t recipient_count;
    uint64_t body_size; /* octets, CR LF lines; the driver gives them piece by piece */
};

enum client_event {
    CLIENT_NOTHING,
    CLIENT_START_TLS, /* start the handshake, then client_tls_started or client_end */
    CLIENT_VERDICTS,  /* every recipient has its verdict; comes once a transaction */
    CLIENT_IDLE,      /* client_next or client_quit, now or later; comes once a transaction, after the verdicts */
    CLIENT_OVER,      /* close the connection */
};

struct client {
    struct client_settings settings;
    struct client_transaction txn;
    struct buf commands; /* to send; body octets follow when it is empty */
    struct reply reply;
    struct client_sent *fifo; /* ring of sent, unanswered commands */
    size_t fifo_room, fifo_head, fifo_count;
    enum {
        CLIENT_PHASE_HELLO,
        CLIENT_PHASE_RSET,
        CLIENT_PHASE_TRANSACTION,
        CLIENT_PHASE_IDLE,
        CLIENT_PHASE_QUIT,
        CLIENT_PHASE_OVER
    } phase;
    size_t next_step; /* of the transaction: 0 MAIL, 1..n RCPT, n+1 DATA */
    int64_t deadline_ns;
    struct extension_offers offers; /* of the host */
    bool tls;
    bool body_open;
    uint64_t body_sent;
    struct slice piece; /* of the body, not yet sent */
    bool body_at_line_start;
    bool mail_refused;
    bool utf8; /* the transaction declares SMTPUTF8 */
    size_t accepted_count;
    bool mail_open; /* the host has an open transaction that did not reach its dot */
    bool verdicts_told, idle_told, starttls_pending;
};

void client_init(struct client *client, const struct client_settings *settings, const struct client_transaction *first,
                 int64_t now_ns);
void client_fini(struct client *client);

/* After CLIENT_IDLE. */
void client_next(struct client *client, const struct client_transaction *txn, int64_t now_ns);
void client_quit(struct client *client, int64_t now_ns);
bool client_is_idle(const struct client *client);

/* Call again until CLIENT_NOTHING. */
enum client_event client_feed(struct client *client, struct buf *in, int64_t now_ns);
enum client_event client_tick(struct client *client, int64_t now_ns);
enum client_event client_tls_started(struct client *client, int64_t now_ns);
/* The connection is gone; what: CLIENT_LOST or CLIENT_TLS_BROKE; words: why. */
enum client_event client_end(struct client *client, enum client_cause what, const char *words);

/*
 * True when client_pull can go on only with more of the body: give it the octets from client->body_sent on, at least
 * one, which must live until it asks for more.
 */
bool client_wants_body(const struct client *client);
void client_give_body(struct client *client, struct slice piece);

/* Moves bytes to send to *out, at most `room` of them. */
void client_pull(struct client *client, struct buf *out, size_t room, int64_t now_ns);
int64_t client_deadline_ns(const struct client *client);

/* How far the session is: the stage of the oldest unanswered command. */
enum client_stage client_stage(const struct client *client);

#endif
