#include "relay/policy/rule.h"

/* At the end of the message again: other sessions of the account may have sent some meanwhile. */
static bool refuses(const struct rule_facts *facts)
{
    return facts->rights != NULL &&
           !rights_rate_has(facts->rights, facts->usage, 1, (int64_t)rule_recipients_with(facts));
}

const struct rule rule_rate = {
    .stages = RULE_MAIL | RULE_RCPT | RULE_MESSAGE,
    .refusal = {450, "4.7.1", "This account has sent too much in this hour or day, please try again later"},
    .clause = "RFC 6409 §6.2",
    .refuses = refuses,
};
