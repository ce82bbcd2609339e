#include "sim/scenario/capability.h"

#include <string.h>

#include "lib/base/nearest.h"

/* What nearly every target can do need not be said: an adapter says that it cannot. */
static const struct {
    const char *name, *denial;
    const char *words; /* what it is to have it */
} names[] = {{"starttls", NULL, "encrypting the mail that it sends (STARTTLS)"},
             {"starttls-server", NULL, "encrypting the mail that it takes (STARTTLS)"},
             {"auth", NULL, "letting clients log in (AUTH)"},
             {"dsn", NULL, "letting senders say which reports they want (DSN)"},
             {"mta-sts", NULL, "following the policy with which a domain demands TLS (MTA-STS)"},
             {"dane", NULL, "comparing certificates with those that a domain publishes in the DNS (DANE)"},
             {"smtputf8", NULL, "addresses and header fields with letters outside ASCII (SMTPUTF8)"},
             {"chunking", NULL, "messages in parts of known length (CHUNKING)"},
             {"requiretls", NULL, "messages that must never travel unencrypted (REQUIRETLS)"},
             {"submissions", NULL, "submission over TLS from the first octet, on port 465"},
             {"tlsrpt", NULL, "reporting to domains how their TLS works (TLSRPT)"},
             {"dkim", NULL, "signing messages (DKIM)"},
             {"queue", NULL, "listing its queue"},
             {"bounces", "no-bounces", "reporting failures to senders (bounces)"},
             {"own-mx", "no-own-mx", "looking up MX hosts by itself"},
             {"reports", "no-reports", "reports that programs can read"}};
#define NAMES (sizeof names / sizeof names[0])

const char *capability_denial(const char *name)
{
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].denial;
    return NULL;
}

const char *capability_words(const char *name)
{
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].words;
    return name;
}

static bool decode_capability(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *word = node->kind == YAML_NODE_SCALAR ? node->text : "";
    struct nearest near;
    nearest_init(&near, word);
    for (size_t i = 0; i < 2 * NAMES; i++) {
        const char *name = i < NAMES ? names[i].name : names[i - NAMES].denial;
        if (name != NULL && strcmp(name, word) == 0) {
            *(const char **)out = name;
            return true;
        }
        if (name != NULL)
            nearest_offer(&near, name);
    }
    yaml_error(ctx->doc, node->at, ctx->path, "unknown capability `%.60s`%s", word, nearest_hint(&near));
    return false;
}

static const struct yaml_type capability = {
    .kind = YAML_CUSTOM, .name = "a capability", .size = sizeof(const char *), .decode = decode_capability};
const struct yaml_type capability_list = {.kind = YAML_LIST,
                                          .name = "a list of capabilities",
                                          .size = sizeof(struct yaml_list),
                                          .item = &capability,
                                          .one_or_many = true};
