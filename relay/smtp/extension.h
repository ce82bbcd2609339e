/*
 * The ESMTP extensions (RFC 5321 §2.2), one row each in extension.c: the word of EHLO and when the relay offers it, the
 * parameters of MAIL and RCPT that it allows, how their values are read, what of the envelope is passed on to the next
 * host, and what that host cannot be given without it. The server and the client walk the same table, so an extension
 * is one row, and a field of the envelope when its parameter has to be kept.
 *
 *     server: EHLO -> extension_add_offers        MAIL, RCPT -> extension_take -> envelope
 *     client: reply to EHLO -> extension_note     envelope -> extension_misfit, or extension_print
 *
 * Pure. Limits: those of the command line and of the reply.
 */
#ifndef RL_RELAY_EXTENSION_H
#define RL_RELAY_EXTENSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/message/envelope.h"
#include "relay/sasl/sasl.h"
#include "relay/smtp/verdict.h"

enum extension_id {
    EXTENSION_PIPELINING,
    EXTENSION_SIZE,
    EXTENSION_STARTTLS,
    EXTENSION_AUTH,
    EXTENSION_8BITMIME,
    EXTENSION_SMTPUTF8,
    EXTENSION_DSN,
    EXTENSION_CHUNKING,
    EXTENSION_STATUS_CODES,
    EXTENSIONS
};

enum extension_command { EXTENSION_MAIL, EXTENSION_RCPT, EXTENSION_COMMANDS };

/* What decides what this relay offers in a session. */
struct extension_door {
    bool submission;
    bool tls; /* it is encrypted */
    bool tls_available;
    uint64_t size_max;
    struct sasl_door sasl; /* what AUTH offers */
};

/* What a host offers. */
struct extension_offers {
    bool has[EXTENSIONS];
    uint64_t size_max; /* 0 = no limit is named */
    bool auth_plain, auth_login;
};

/* What parameters set: texts are copies, which envelope_mail_fini and envelope_recipient_fini free. */
struct extension_values {
    struct envelope_mail *mail;
    struct envelope_recipient *recipient; /* RCPT alone */
    uint64_t size;                        /* of the message, as declared; 0 = it was not */
};

/* What is passed on. */
struct extension_message {
    const struct envelope_mail *mail;
    const struct envelope_recipient *recipient; /* RCPT alone; and for extension_misfit */
    uint64_t size;
    bool utf8; /* this transaction declares SMTPUTF8 */
};

/* Whether what the recipient gets is internationalized, in the envelope or the header section (RFC 6531 §3.4). */
bool extension_needs_utf8(const struct envelope_mail *mail, const struct envelope_recipient *recipient);

/* The lines of a reply to EHLO after the first, the last one without a hyphen: at least one. */
void extension_add_offers(const struct extension_door *door, struct buf *reply);

/*
 * Reads the parameters of a command: "SIZE=100 BODY=8BITMIME". False when one is refused: then *refusal is the reply,
 * without its line end, and some of the values may have been set.
 */
bool extension_take(const struct extension_door *door, enum extension_command command, struct slice parameters,
                    struct extension_values *values, struct buf *refusal);

/* One line of a host's reply to EHLO, after the first. */
void extension_note(struct extension_offers *offers, struct slice line);

/* Appends what the command carries for this host: " SIZE=100 BODY=8BITMIME". */
void extension_print(const struct extension_offers *offers, enum extension_command command,
                     const struct extension_message *message, struct buf *out);

/* Why this host cannot be given the message, with the text for a verdict; CLIENT_NO_CAUSE when it can. */
enum client_cause extension_misfit(const struct extension_offers *offers, const struct extension_message *message,
                                   char text[CLIENT_TEXT_MAX]);

#endif
