#include "relay/policy/rule.h"

static bool refuses(const struct rule_facts *facts)
{
    return facts->rights != NULL &&
           !rights_quota_has(facts->rights, facts->usage, (int64_t)rule_recipients_with(facts));
}

const struct rule rule_quota = {
    .stages = RULE_MAIL | RULE_RCPT | RULE_MESSAGE,
    .refusal = {550, "5.7.1", "The quota of this account is used up until the end of the month"},
    .clause = "RFC 6409 §6.2",
    .refuses = refuses,
};
