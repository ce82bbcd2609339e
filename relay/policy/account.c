#include "relay/policy/rule.h"

static bool refuses(const struct rule_facts *facts)
{
    return facts->principal->kind == PRINCIPAL_ACCOUNT && facts->rights == NULL;
}

const struct rule rule_account = {
    .stages = RULE_MAIL | RULE_RCPT | RULE_MESSAGE,
    .refusal = {550, "5.7.1", "This account may no longer send"},
    .clause = "RFC 6409 §6.1",
    .refuses = refuses,
};
