#include "relay/tls/policy.h"

#include <stdlib.h>
#include <strings.h>

#include "lib/base/mem.h"

struct policy {
    const struct config *config;
    struct tls_ctx *any;    /* the certificate is checked for the log, and then accepted */
    struct tls_ctx *strict; /* a bad certificate ends the handshake */
};

int policy_new(struct policy **out, const struct config *config, struct err *err)
{
    struct policy *policy = mem_zalloc(sizeof *policy);
    policy->config = config;
    int rc = tls_ctx_new_client(&policy->any, TLS_VERIFY_RECORD, config->tls.ca, err);
    if (rc != ERR_OK) {
        policy_free(policy);
        return rc;
    }
    policy->strict = tls_ctx_with(policy->any, TLS_VERIFY_REQUIRE);
    *out = policy;
    return ERR_OK;
}

void policy_free(struct policy *policy)
{
    if (policy == NULL)
        return;
    tls_ctx_free(policy->any);
    tls_ctx_free(policy->strict);
    free(policy);
}

static enum config_tls configured(const struct config *config, const char *domain)
{
    const struct yaml_map *domains = &config->tls.domains;
    for (size_t i = 0; i < domains->count; i++)
        if (strcasecmp(domains->entries[i].key, domain) == 0)
            return *(const enum config_tls *)domains->entries[i].value;
    return (enum config_tls)config->tls.otherwise;
}

enum config_tls policy_level(const struct policy *policy, const char *domain)
{
    const struct config_smarthost *smarthost = policy->config->smarthost;
    if (smarthost == NULL)
        return configured(policy->config, domain);
    return smarthost->user != NULL ? CONFIG_TLS_VERIFY : configured(policy->config, smarthost->host);
}

struct tls_ctx *policy_context(const struct policy *policy, enum config_tls level)
{
    return level == CONFIG_TLS_VERIFY ? policy->strict : policy->any;
}
