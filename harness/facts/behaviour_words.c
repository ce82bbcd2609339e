/* The names of outcomes, and what an attempt came to in few words. */
#include <stdio.h>
#include <string.h>

#include "harness/facts/behaviour.h"
#include "harness/facts/failure_class.h"

const char *taken_name(enum taken taken)
{
    static const char *const names[] = {"delivered", "deferred", "bounced", "given up", "last seen"};
    return names[taken];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {"delivered", "bounced", "queued", "given up", "no word", "not taken"};
    return names[outcome];
}

const struct contact *attempt_decider(const struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->count; i++)
        if (contact_delivered(&attempt->contacts[i]))
            return &attempt->contacts[i];
    return attempt->count > 0 ? &attempt->contacts[attempt->count - 1] : NULL;
}

static const char *stage_words(const char *stage)
{
    return strcmp(stage, "eod") == 0 ? "the dot" : stage;
}

const char *attempt_reason(const struct attempt *attempt, char *out, size_t size)
{
    const struct contact *contact = attempt_decider(attempt);
    if (contact == NULL)
        (void)snprintf(out, size, "%s: %s", attempt->question != NULL ? attempt->question : "DNS",
                       attempt->rcode != NULL ? attempt->rcode : "no answer");
    else if (contact->failure == NULL && contact->code == 0)
        (void)snprintf(out, size, "%s at %s", contact->text[0] != '\0' ? "invalid reply" : "no reply",
                       stage_words(contact->stage));
    else if (contact->failure == NULL)
        (void)snprintf(out, size, "%d at %s", contact->code, stage_words(contact->stage));
    else if (strcmp(contact->failure, "tls") == 0)
        (void)snprintf(out, size, "TLS failed");
    else if (strcmp(contact->stage, "connect") == 0)
        (void)snprintf(out, size, "%s", strcmp(contact->failure, "dropped") == 0 ? "no answer" : contact->failure);
    else
        (void)snprintf(out, size, "%s at %s", contact->failure, stage_words(contact->stage));
    return out;
}

const char *attempt_class(const struct attempt *attempt)
{
    const struct contact *contact = attempt_decider(attempt);
    if (contact == NULL)
        return CLASS_DNS;
    if (contact->failure != NULL)
        return strcmp(contact->failure, "tls") == 0 ? CLASS_PROTOCOL : CLASS_NETWORK;
    return failure_class_of_reply(contact->code, contact->text);
}
