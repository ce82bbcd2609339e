#include "sim/scenario/capability.h"

#include <string.h>

#include "lib/base/nearest.h"

/* What nearly every target can do need not be said: an adapter says that it cannot. */
static const struct {
    const char *name, *denial;
} names[] = {{"starttls", NULL},      {"starttls-server", NULL},
             {"auth", NULL},          {"dsn", NULL},
             {"mta-sts", NULL},       {"dane", NULL},
             {"smtputf8", NULL},      {"chunking", NULL},
             {"requiretls", NULL},    {"submissions", NULL},
             {"tlsrpt", NULL},        {"dkim", NULL},
             {"queue", NULL},         {"bounces", "no-bounces"},
             {"own-mx", "no-own-mx"}, {"reports", "no-reports"}};
#define NAMES (sizeof names / sizeof names[0])

const char *capability_denial(const char *name)
{
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].denial;
    return NULL;
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
