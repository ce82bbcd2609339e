/*
 * A contact: one host that was tried for one recipient, how far that went, and what was said. Strings are borrowed
 * from the trace. Times are ns since the start of the story.
 */
#ifndef RL_HARNESS_CONTACT_H
#define RL_HARNESS_CONTACT_H

#include "harness/facts/sessions.h"

struct contact {
    size_t event; /* the connect, or the first RCPT on a connection that was used before */
    int64_t t_ns;
    const char *host;
    int64_t conn;        /* 0: no connection came about */
    const char *stage;   /* how far it came: connect, banner, EHLO, STARTTLS, MAIL, RCPT, DATA, eod */
    int code;            /* of the reply that decided; 0 = none came */
    const char *text;    /* of that reply, or of the failure; not NULL */
    const char *failure; /* what ended it without a reply: refused, dropped, unreachable, tls, reset, closed (by the
                            host), silent (so the target closed); or NULL */
    int64_t waited_ns;   /* for what did not come; 0 = not known */
    int rcpt_code;       /* of a yes to RCPT; 0 = there was none */
    bool unsent;         /* the target had not sent what the stage names: the command, or the dot of eod */
    bool encrypted;
};

/* A recipient's RCPTs on one connection. */
struct contact_rcpt {
    size_t event; /* the first command */
    const struct session *session;
    const struct json *reply; /* to the last one; NULL = none came */
    int64_t txn;
};

/* A session that names no recipient: TLS that failed, the first refusal, or a break. */
struct contact contact_of_session(const struct session *session);
struct contact contact_of_failed(const struct failed_connect *failed);
/* A transaction that no RCPT came to, on a connection that others used: its MAIL. */
struct contact contact_of_mail(const struct sessions *sessions, const struct session *session, int64_t txn);
/*
 * The first of RCPT, DATA and the dot that was not accepted. If the connection is older than the attempt, it was
 * already in use, and the contact's time is that of the RCPT.
 */
struct contact contact_of_recipient(const struct sessions *sessions, const struct contact_rcpt *rcpt,
                                    int64_t attempt_ns);

/* "RCPT → 250, DATA → 451 4.3.0 Try later", "no answer in 30s"; cut to size. */
const char *contact_words(const struct contact *contact, char *out, size_t size);

/* Whether the host said 2yz to the recipient and to the message. */
bool contact_delivered(const struct contact *contact);

#endif
