#include "sim/scenario/capability.h"

#include <string.h>

#include "lib/base/nearest.h"

static const char *const names[] = {"starttls", "starttls-server", "auth",       "dsn",         "mta-sts", "dane",
                                    "smtputf8", "chunking",        "requiretls", "submissions", "tlsrpt",  "dkim",
                                    "queue"};

static bool decode_capability(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *word = node->kind == YAML_NODE_SCALAR ? node->text : "";
    struct nearest near;
    nearest_init(&near, word);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], word) == 0) {
            *(const char **)out = names[i];
            return true;
        }
        nearest_offer(&near, names[i]);
    }
    yaml_error(ctx->doc, node->at, ctx->path, "there is no capability `%.60s`%s%s%s", word,
               near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
               near.best != NULL ? "`?" : "");
    return false;
}

static const struct yaml_type capability = {
    .kind = YAML_CUSTOM, .name = "a capability", .size = sizeof(const char *), .decode = decode_capability};
const struct yaml_type capability_list = {.kind = YAML_LIST,
                                          .name = "a list of capabilities",
                                          .size = sizeof(struct yaml_list),
                                          .item = &capability,
                                          .one_or_many = true};
