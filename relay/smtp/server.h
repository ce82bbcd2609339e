/*
 * The SMTP server session: a core without I/O. It is fed the client's bytes and gives back replies and, one at
 * a time, things that its driver must do. It is used for both doors of the relay: port 25 for trusted networks
 * and submission (RFC 5321, RFC 6409, RFC 3207, RFC 4954).
 *
 *     bytes -> server_feed -> replies in `out`, and an event:
 *         SERVER_START_TLS  flush, start TLS, then server_tls_started
 *         SERVER_FIND_KEYS  find the keys of the user of sasl, then server_auth_keys
 *         SERVER_CHECK_AUTH look at user and password of sasl, or at its proof, then server_auth_result
 *         SERVER_MAIL       decide about the reverse-path and size of txn, then server_mail_result
 *         SERVER_RCPT       decide about txn.asked, then server_rcpt_result
 *         SERVER_MESSAGE    the transaction is complete: store it, then server_message_result
 *         SERVER_CLOSE      flush and close
 *
 * With implicit_tls the driver starts TLS before all this, and greets when the handshake is done (RFC 8314 §3.3).
 *
 * While an event is pending, no bytes are consumed, so replies stay in order under pipelining (RFC 2920).
 * The core checks syntax and order of the commands; whether a sender, a recipient or a message is accepted is the
 * driver's decision (relay/policy), with the limit of recipients. A refusal of 5xx counts as an error of the client.
 * Limits: command line SERVER_LINE_MAX octets, AUTH lines 12288 (RFC 4954 §4), message size, errors; and the budgets of
 * the messages that sessions hold together: of what is beyond, nothing is kept. Only CR LF . CR LF ends a message; a
 * message with a bare CR or LF is refused after its end (RFC 5321 §2.3.8). Its lines may be of any length. A client
 * that speaks another protocol is disconnected at its first line (foreign.h). A session that sends commands and no
 * message ends with 421 4.7.0: a server must not close a session in normal operation (RFC 5321 §3.8), but may defend
 * itself (§7.8).
 */
#ifndef RL_RELAY_SERVER_H
#define RL_RELAY_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/message/envelope.h"
#include "relay/sasl/sasl.h"
#include "relay/smtp/refusal.h"

/* RFC 5321 §4.5.3.1.4: 512. SIZE, 8BITMIME, AUTH, SMTPUTF8, RET and ENVID add 26, 17, 500, 10, 9 and 107 to MAIL, which
 * is more than DSN adds to RCPT (RFC 3461 §5.4). */
#define SERVER_LINE_MAX      (512 + 26 + 17 + 500 + 10 + 9 + 107)
#define SERVER_AUTH_LINE_MAX 12288

/* Octets of messages that are being received, over all sessions that share it. */
struct server_budget {
    uint64_t max; /* may become smaller than what is used */
    uint64_t used;
    struct server_budget *whole; /* that this is a share of: what is used here is used there, too; NULL = of none */
};

struct server_settings {
    const char *hostname;
    struct server_budget *budget; /* outlives the session */
    bool submission;              /* demands TLS, then AUTH */
    bool implicit_tls;            /* TLS is there from the start: begun by the driver, before server_greet */
    bool tls_available;
    uint64_t size_max;
    unsigned recipients_max; /* RCPT commands that name no other recipient are counted by this */
    unsigned errors_max;
    unsigned idle_commands_max; /* since the last message that was stored */
    unsigned without;           /* mechanisms: struct sasl_door */
    bool has_keys;              /* SERVER_FIND_KEYS can be answered: SCRAM is offered */
};

enum server_event {
    SERVER_NOTHING,
    SERVER_START_TLS,
    SERVER_FIND_KEYS,
    SERVER_CHECK_AUTH,
    SERVER_MAIL,
    SERVER_RCPT,
    SERVER_MESSAGE,
    SERVER_CLOSE
};

struct server_transaction {
    bool open;
    struct envelope envelope;        /* each mailbox once */
    uint64_t size;                   /* as MAIL declares it; 0 = it does not */
    struct envelope_recipient asked; /* during SERVER_RCPT */
    unsigned surplus;                /* RCPT commands that named no other recipient */
    bool chunked;                    /* the message comes by BDAT (RFC 3030) */
    struct buf body;                 /* CR LF lines, dots unstuffed */
};

struct server {
    struct server_settings settings;
    struct buf out; /* replies, for the driver to take */
    char *helo;     /* the client's EHLO or HELO argument; NULL before */
    bool esmtp, tls;
    bool authenticated;    /* the driver knows as whom */
    struct sasl_door door; /* what AUTH offers */
    struct sasl sasl;      /* of the AUTH that is under way */
    struct server_transaction txn;
    enum server_event pending;
    unsigned errors;
    unsigned idle_commands; /* since the last message that was stored */
    const char *foreign;    /* the protocol that the client speaks, when that is not SMTP */
    uint64_t commands;      /* whole lines of commands that were taken */
    /* reading */
    enum { SERVER_COMMANDS, SERVER_AUTH_LINE, SERVER_DATA, SERVER_CHUNK } mode;
    struct server_chunk {
        uint64_t left; /* octets to come */
        bool last;
        bool after_cr;       /* the octet before the next one of the message is a CR */
        const char *refusal; /* the reply, when its octets have been discarded; NULL = it is accepted */
    } chunk;
    bool data_too_big, data_bare, data_over_budget;
    bool data_mid_line; /* the start of the present line was taken before, so no dot can be its first octet */
    bool skipping_line; /* the rest of a command line that was too long */
};

void server_init(struct server *server, const struct server_settings *settings);
void server_fini(struct server *server);
void server_greet(struct server *server);

/* Consumes from *in what it can and returns the event that is now pending. */
enum server_event server_feed(struct server *server, struct buf *in);

void server_tls_started(struct server *server);
/* Octets that only the ends of the TLS session know (RFC 9266), before server_greet or server_tls_started. */
void server_bind(struct server *server, const uint8_t binding[SASL_BINDING_BYTES]);
void server_auth_keys(struct server *server, const struct sasl_keys *keys);
void server_auth_result(struct server *server, bool good);
void server_auth_later(struct server *server); /* instead of both: it could not be looked at now (454) */

/* NULL = accepted. */
void server_mail_result(struct server *server, const struct refusal *refusal);
void server_rcpt_result(struct server *server, const struct refusal *refusal);
/* NULL = stored, under this id. The body of a message with data_over_budget is not there: it must be refused. */
void server_message_result(struct server *server, const struct refusal *refusal, const char *queue_id);

/* Octets that this session's messages may still have: what its budgets leave. */
uint64_t server_room(const struct server *server);

/* The client took too long, or the relay is stopping: a last 421. */
void server_hang_up(struct server *server, const char *why);

/* Why the session ends by itself, in words for a log. */
const char *server_why_closed(const struct server *server);

/* For the verb handlers in server_verbs.c. */
void server_reply(struct server *server, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void server_refuse(struct server *server, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Counts a command that moves no mail. False when there are too many: the session ends, with the reply made. */
bool server_take_idle(struct server *server);
void server_end_transaction(struct server *server);
void server_dispatch(struct server *server, struct slice line);
void server_auth_line(struct server *server, struct slice line);

/* For server_chunks.c: the message is received like that of DATA. */
const char *server_chunk_obstacle(const struct server *server); /* why none can come now, as a reply; NULL = it can */
void server_begin_data(struct server *server);
void server_add_data(struct server *server, struct slice text, const char *line_end);
void server_end_data(struct server *server);

/* server_chunks.c */
void server_bdat(struct server *server, struct slice args);
size_t server_feed_chunk(struct server *server, struct slice in);

#endif
