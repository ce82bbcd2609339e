#include "relay/policy/rule.h"

/* One mailbox is one recipient, however often it is named. */
static bool refuses(const struct rule_facts *facts)
{
    return facts->envelope->recipient_count >= facts->recipients_max &&
           !envelope_has(facts->envelope, facts->recipient->address);
}

const struct rule rule_recipients = {
    .stages = RULE_RCPT,
    .refusal = {452, "4.5.3", "Too many recipients"},
    .clause = "RFC 5321 §4.5.3.1.10",
    .refuses = refuses,
};
