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

#define WHERE_MAX 32

/* "at RCPT", "at the dot"; where it was the target's turn: "before DATA", "in mid-message" */
static const char *where(const struct contact *contact, char out[WHERE_MAX])
{
    bool dot = strcmp(contact->stage, "eod") == 0;
    (void)snprintf(out, WHERE_MAX, "%s %s",
                   !contact->unsent ? "at"
                   : dot            ? "in"
                                    : "before",
                   !dot              ? contact->stage
                   : contact->unsent ? "mid-message"
                                     : "the dot");
    return out;
}

/* Nothing was wanted of the host: the target went away. */
static const char *failure_words(const struct contact *contact)
{
    return contact->unsent && strcmp(contact->failure, "silent") == 0 ? "closed by the target" : contact->failure;
}

const char *attempt_reason(const struct attempt *attempt, char *out, size_t size)
{
    const struct contact *contact = attempt_decider(attempt);
    char place[WHERE_MAX];
    if (contact == NULL)
        (void)snprintf(out, size, "%s: %s", attempt->question != NULL ? attempt->question : "DNS",
                       attempt->rcode != NULL ? attempt->rcode : "no answer");
    else if (contact->failure == NULL && contact->code == 0)
        (void)snprintf(out, size, "%s %s", contact->text[0] != '\0' ? "invalid reply" : "no reply",
                       where(contact, place));
    else if (contact->failure == NULL)
        (void)snprintf(out, size, "%d %s", contact->code, where(contact, place));
    else if (strcmp(contact->failure, "tls") == 0)
        (void)snprintf(out, size, "TLS failed");
    else if (strcmp(contact->stage, "connect") == 0)
        (void)snprintf(out, size, "%s", strcmp(contact->failure, "dropped") == 0 ? "no answer" : contact->failure);
    else
        (void)snprintf(out, size, "%s %s", failure_words(contact), where(contact, place));
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
