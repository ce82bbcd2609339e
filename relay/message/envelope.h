/*
 * The envelope (RFC 5321 §2.3.1): what a message carries apart from its octets. One struct for what MAIL says, one for
 * what each RCPT says; a parameter of either is one field here, and all that hold an envelope hold it: the server's
 * transaction, the queue in memory and on disk (a row in relay/queue/store_columns.c), the client's transaction.
 *
 *     server: struct envelope -> queue_add: one row, and one a recipient -> client: the mail, and some recipients
 *
 * Texts: code that copies an envelope owns them, and frees them with _fini; a struct that was filled otherwise borrows
 * its texts. Pure.
 */
#ifndef RL_RELAY_ENVELOPE_H
#define RL_RELAY_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "relay/message/notify.h"
#include "relay/message/octets.h"

/* Of the message as a whole. */
struct envelope_mail {
    const char *reverse_path; /* address_canonical; "" = null */
    unsigned octets;          /* octets.h: what the content is, whatever BODY declared (RFC 6152) */
    bool utf8;                /* the client declared SMTPUTF8 (RFC 6531 §3.4) */
    unsigned ret;             /* notify.h */
    const char *envid;        /* xtext; "" or NULL = none */
};

struct envelope_recipient {
    const char *address; /* address_canonical */
    unsigned notify;     /* notify.h */
    const char *orcpt;   /* "rfc822;xtext" (RFC 3461 §4.2); "" or NULL = none */
};

struct envelope {
    struct envelope_mail mail;
    struct envelope_recipient *recipients;
    size_t recipient_count;
};

void envelope_mail_copy(struct envelope_mail *out, const struct envelope_mail *mail);
void envelope_mail_fini(struct envelope_mail *mail);
void envelope_recipient_copy(struct envelope_recipient *out, const struct envelope_recipient *recipient);
void envelope_recipient_fini(struct envelope_recipient *recipient);

/* Copies the recipient. The caller limits their number. */
void envelope_add(struct envelope *envelope, const struct envelope_recipient *recipient);
/* Whether this mailbox is a recipient already (address_same). */
bool envelope_has(const struct envelope *envelope, const char *address);
/* Of an envelope whose texts are all copies; empty afterwards. */
void envelope_fini(struct envelope *envelope);

#endif
