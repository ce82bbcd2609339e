#include "relay/policy/rule.h"

static bool refuses(const struct rule_facts *facts)
{
    return facts->principal->kind == PRINCIPAL_ANONYMOUS;
}

const struct rule rule_relaying = {
    .stages = RULE_RCPT,
    .refusal = {550, "5.7.1", "Relaying denied"},
    .clause = "RFC 5321 §3.6.2",
    .refuses = refuses,
};
