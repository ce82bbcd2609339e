/*
 * The rules that decide about MAIL and RCPT: a file of this folder each, and a row in list.h. A rule is a function of
 * facts; the driver of the server session collects them, and gives the session the answer. What must precede a command
 * (EHLO, STARTTLS, AUTH, MAIL), and its syntax, are checked before rules are asked.
 *
 *     SERVER_MAIL, SERVER_RCPT -> facts -> rule_ask -> server_mail_result, server_rcpt_result
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
#include "relay/smtp/refusal.h"

enum rule_stage { RULE_MAIL, RULE_RCPT };

/* What a rule may depend on. */
struct rule_facts {
    const struct principal *principal;
    const struct envelope *envelope;            /* what was accepted before, and the reverse-path */
    const struct envelope_recipient *recipient; /* that RCPT names; NULL at MAIL */
    uint64_t size;                              /* in octets, as MAIL declares it (RFC 1870); 0 = it does not */
    uint64_t room;                              /* octets of messages that can be received now, of all senders */
    size_t recipients_max;                      /* of a message */
};

struct rule {
    enum rule_stage stage;
    struct refusal refusal;
    const char *clause; /* that permits the refusal */
    bool (*refuses)(const struct rule_facts *facts);
};

#define EXTERN(name, help) extern const struct rule rule_##name;
RULES(EXTERN)
#undef EXTERN

/* NULL = no rule of this stage refuses. */
const struct refusal *rule_ask(enum rule_stage stage, const struct rule_facts *facts);
/* The rules, as a table in Markdown. */
void rule_print(FILE *out);

#endif
