/*
 * The rules that decide about MAIL, RCPT and whole messages: a file of this folder each, and a row in list.h. A rule is
 * a function of facts; the driver of the server session collects them, and gives the session the answer. What must
 * precede a command (EHLO, STARTTLS, AUTH, MAIL), and its syntax, are checked before rules are asked.
 *
 *     SERVER_MAIL, SERVER_RCPT, SERVER_MESSAGE -> facts -> rule_ask -> server_mail_result, server_rcpt_result,
 * server_message_result
 */
#ifndef RL_RELAY_RULE_H
#define RL_RELAY_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "relay/message/envelope.h"
#include "relay/policy/list.h"
#include "relay/policy/principal.h"
#include "relay/policy/rights.h"
#include "relay/smtp/refusal.h"

enum rule_stage { RULE_MAIL = 1, RULE_RCPT = 2, RULE_MESSAGE = 4 /* at the final dot */ };

/* What a rule may depend on. */
struct rule_facts {
    const struct principal *principal;
    const struct rights *rights;                /* of an account, at the moment; NULL = it has none, or is not one */
    const struct rights_usage *usage;           /* with rights */
    const struct envelope *envelope;            /* what was accepted before, and the reverse-path */
    const struct envelope_recipient *recipient; /* that RCPT names; NULL but at RCPT */
    struct slice header;                        /* of the message; empty but at RULE_MESSAGE */
    uint64_t size;                              /* in octets, as MAIL declares it (RFC 1870); 0 = it does not */
    uint64_t room;                              /* octets of messages that can be received now, of all senders */
    size_t recipients_max;                      /* of a message */
};

struct rule {
    unsigned stages; /* RULE_MAIL | RULE_RCPT … */
    struct refusal refusal;
    const char *clause; /* that permits the refusal */
    bool (*refuses)(const struct rule_facts *facts);
};

#define EXTERN(name, help) extern const struct rule rule_##name;
RULES(EXTERN)
#undef EXTERN

/* NULL = no rule of this stage refuses. */
const struct refusal *rule_ask(enum rule_stage stage, const struct rule_facts *facts);
/* For rules: how many recipients the message has, if this one is accepted; at least one. */
size_t rule_recipients_with(const struct rule_facts *facts);
/* The rules, as a table in Markdown. */
void rule_print(FILE *out);

#endif
