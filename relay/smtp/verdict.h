/* What decided about one recipient of a client's transaction: a reply, or a failure, and at which stage it came. */
#ifndef RL_RELAY_VERDICT_H
#define RL_RELAY_VERDICT_H

#include <stdbool.h>

#include "relay/smtp/reply.h"

#define CLIENT_TEXT_MAX 512

enum client_stage {
    CLIENT_AT_CONNECT, /* the driver's part */
    CLIENT_AT_GREETING,
    CLIENT_AT_HELLO,
    CLIENT_AT_STARTTLS,
    CLIENT_AT_HANDSHAKE,
    CLIENT_AT_AUTH,
    CLIENT_AT_RSET, /* before a further transaction, when one was left open */
    CLIENT_AT_MAIL,
    CLIENT_AT_RCPT,
    CLIENT_AT_DATA,
    CLIENT_AT_EOD,
    CLIENT_AT_QUIT,
};

enum client_cause {
    CLIENT_NO_CAUSE, /* the verdict is not set yet */
    CLIENT_REPLIED,
    CLIENT_REFUSED,     /* connect: no program listens */
    CLIENT_UNREACHABLE, /* connect: no route */
    CLIENT_TIMED_OUT,
    CLIENT_LOST,             /* the connection ended */
    CLIENT_GARBLED,          /* what came was not an SMTP reply */
    CLIENT_TLS_BROKE,        /* handshake or record layer */
    CLIENT_TOO_BIG,          /* the host's SIZE says so (RFC 1870 §6.1) */
    CLIENT_NO_TLS,           /* it must be encrypted, and STARTTLS is not offered */
    CLIENT_NO_AUTH,          /* there is a password to give, and neither AUTH PLAIN nor LOGIN is offered */
    CLIENT_NOT_8BIT,         /* 8-bit content, and no 8BITMIME there (RFC 6152 §3) */
    CLIENT_NOT_UTF8_ADDRESS, /* in the envelope, and no SMTPUTF8 there (RFC 6531 §3.2) */
    CLIENT_NOT_UTF8_HEADER,  /* the same of the header section */
};

struct client_verdict {
    enum client_stage stage;
    enum client_cause cause;
    int code;                      /* CLIENT_REPLIED */
    char status[REPLY_STATUS_MAX]; /* the host's enhanced status code, or "" */
    char text[CLIENT_TEXT_MAX];    /* the reply, or our own text */
    bool tls_required;             /* by our policy: what went wrong before MAIL is judged by it */
    bool encrypted;                /* TLS had been started */
};

#endif
