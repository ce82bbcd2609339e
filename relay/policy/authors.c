#include "relay/policy/author.h"
#include "relay/policy/rule.h"

static bool is_allowed(void *arg, struct slice address)
{
    const struct rights *rights = arg;
    return rights_allow(&rights->authors, address);
}

static bool refuses(const struct rule_facts *facts)
{
    return facts->rights != NULL && facts->rights->authors.count > 0 &&
           !author_each(facts->header, is_allowed, (void *)facts->rights);
}

const struct rule rule_authors = {
    .stages = RULE_MESSAGE,
    .refusal = {550, "5.7.1", "This account may not use the address in the From field, or there is none"},
    .clause = "RFC 6409 §6.3",
    .refuses = refuses,
};
