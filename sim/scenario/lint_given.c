/* The linter's questions about `given`: set-ups that mean nothing, or not what they seem to. */
#include <string.h>
#include <strings.h>

#include "sim/scenario/loader.h"
#include "sim/scenario/raw.h"

#define PORT_OF_IMPLICIT_TLS 465 /* RFC 8314 §3.3 */
#define CREDENTIAL_MAX       255

static bool gets_mail(const struct scenario *s, const char *domain)
{
    for (size_t i = 0; i < s->story_count; i++)
        for (size_t k = 0; k < s->story[i].to_count; k++)
            if (strcasecmp(address_domain(s->story[i].to[k]), domain) == 0)
                return true;
    return false;
}

static bool is_smarthost(const struct scenario *s, const char *name)
{
    return s->given.smarthost != NULL && strcasecmp(s->given.smarthost->host, name) == 0;
}

static void tls(struct scenario *s)
{
    for (size_t i = 0; i < s->given.tls.count; i++)
        if (!gets_mail(s, s->given.tls.entries[i].key) && !is_smarthost(s, s->given.tls.entries[i].key))
            yaml_error(&s->doc, s->given.tls.entries[i].at, "given.tls", "nothing is sent to %s",
                       s->given.tls.entries[i].key);
}

static void steps_rise(struct scenario *s, const struct given_retry *retry)
{
    const int64_t *steps = retry->steps.items;
    int64_t before = retry->first_ns;
    for (size_t i = 0; i <= retry->steps.count; i++) {
        int64_t next = i < retry->steps.count ? steps[i] : retry->then_ns;
        if (next < before) {
            yaml_error(&s->doc, retry->at, "given.retry",
                       "the waits first, steps and then must not decrease; %s is shorter than the wait before it",
                       i < retry->steps.count ? "a step" : "then");
            return;
        }
        before = next;
    }
}

static void retry(struct scenario *s)
{
    const struct given_retry *retry = s->given.retry;
    if (retry == NULL)
        return;
    if ((retry->first_ns == 0) != (retry->then_ns == 0) || (retry->steps.count > 0 && retry->first_ns == 0))
        yaml_error(&s->doc, retry->at, "given.retry", "a schedule has first and then, and may have steps between");
    else
        steps_rise(s, retry);
    if (retry->lifetime_ns != 0 && retry->first_ns >= retry->lifetime_ns)
        yaml_error(&s->doc, retry->at, "given.retry", "the lifetime is over before the second attempt");
    if (retry->lifetime_ns != 0 && retry->warn_ns >= retry->lifetime_ns)
        yaml_error(&s->doc, retry->at, "given.retry", "the lifetime is over before the warning");
}

/* A program's configuration can hold it, and crypt(3) accepts it: no passphrase has more than 511 octets there. */
static bool is_credential(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
            return false;
    return len > 0 && len <= CREDENTIAL_MAX;
}

static void users(struct scenario *s)
{
    if (s->given.users.count == 0)
        yaml_error(&s->doc, s->given.at, "given.users",
                   "`users` is empty, so no message can be submitted; remove it to get the default user alice");
    for (size_t i = 0; i < s->given.users.count; i++) {
        const struct yaml_entry *user = &s->given.users.entries[i];
        if (!is_credential(user->key) || !is_credential(*(const char *const *)user->value))
            yaml_error(&s->doc, user->at, "given.users",
                       "a user's name and password have 1 to %d octets, and no control characters", CREDENTIAL_MAX);
    }
}

static void limits(struct scenario *s)
{
    if (s->given.limits.size > GIVEN_SIZE_MAX)
        yaml_error(&s->doc, s->given.at, "given.limits",
                   "`size` is more than 256 MiB; the largest submission has 64 MiB");
}

static void smarthost(struct scenario *s)
{
    const struct given_smarthost *smart = s->given.smarthost;
    if (smart == NULL)
        return;
    if (scenario_host(s, smart->host) == NULL)
        yaml_error(&s->doc, smart->at, "given.smarthost", "%s is not a host of the world", smart->host);
    if (smart->port == PORT_OF_IMPLICIT_TLS)
        yaml_error(&s->doc, smart->at, "given.smarthost",
                   "hosts of the world do not offer implicit TLS, which clients expect on port %d; use 25 or 587",
                   PORT_OF_IMPLICIT_TLS);
    if ((smart->user == NULL) != (smart->password == NULL))
        yaml_error(&s->doc, smart->at, "given.smarthost", "user and password need each other");
}

void scenario_lint_given(struct scenario *s)
{
    tls(s);
    retry(s);
    users(s);
    limits(s);
    smarthost(s);
}
