/*
 * The target's sessions as it could know them: for each command, what the host had offered and the transaction's state
 * so far. Commands that were sent without waiting (pipelined) are one group: the client does not know the answer to one
 * of them when it sends the others, so each is judged by the best answer that could have come.
 *
 *     dialogs_walk(&sessions, on_command, arg)    calls on_command for every smtp.command and smtp.data, in order
 */
#ifndef RL_HARNESS_DIALOG_H
#define RL_HARNESS_DIALOG_H

#include "lib/base/slice.h"
#include "harness/facts/sessions.h"

struct dialog {
    const char *offers; /* the reply to EHLO: the host's name, then a keyword a line; NULL = none */
    bool introduced;    /* EHLO or HELO was accepted */
    bool tls_is_new;    /* no EHLO came yet since the handshake */
    bool after_quit;
    bool mail_sent, rcpt_sent; /* of the open transaction */
    bool mail_refused;         /* and the target could know it */
    bool data_refused;         /* the transaction's state is then up to the host */
    bool group_may_end;        /* the command before it must be the last of its group (RFC 2920 §3.1) */
    const char *before;        /* the command before: "EHLO"; NULL = none, "eod" = a message */
    /* inside */
    unsigned group, refused_in;
    bool refused;
};

/* A command, and where it stands: its first word (AUTH for all lines of that exchange), and what follows. */
struct dialog_command {
    const struct json *json;
    size_t at;
    bool is_data; /* no command: the message, with its final dot */
    bool pipelined;
    struct slice verb, args;
};

void dialogs_walk(const struct sessions *sessions,
                  void (*on_command)(void *arg, const struct dialog *before, const struct dialog_command *command),
                  void *arg);

/* Whether the reply to EHLO has a line with this keyword in front. */
bool dialog_offers(const struct dialog *dialog, const char *keyword);
bool dialog_offers_word(const struct dialog *dialog, struct slice word);

#endif
