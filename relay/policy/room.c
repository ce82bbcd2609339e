#include "relay/policy/rule.h"

static bool refuses(const struct rule_facts *facts)
{
    return facts->room == 0 || facts->room < facts->size;
}

const struct rule rule_room = {
    .stages = RULE_MAIL,
    .refusal = {452, "4.3.1", "Too much mail is being received, please try again later"},
    .clause = "RFC 1870 §6.1",
    .refuses = refuses,
};
