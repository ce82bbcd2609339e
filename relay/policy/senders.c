#include "relay/policy/rule.h"

/* The null reverse-path names no one: an account may send notifications that must not be answered. */
static bool refuses(const struct rule_facts *facts)
{
    struct slice sender = slice_cstr(facts->envelope->mail.reverse_path);
    return facts->rights != NULL && sender.len > 0 && !rights_allow(&facts->rights->senders, sender);
}

const struct rule rule_senders = {
    .stages = RULE_MAIL,
    .refusal = {550, "5.7.1", "This account may not use this reverse-path"},
    .clause = "RFC 6409 §6.1",
    .refuses = refuses,
};
