#include "relay/tls/policy.h"

#include <stdlib.h>

#include "lib/base/mem.h"

struct policy {
    struct tls_ctx *opportunistic;
};

int policy_new(struct policy **out, const struct config *config, struct err *err)
{
    struct policy *policy = mem_zalloc(sizeof *policy);
    /* The certificate is looked at, so that the log can tell, and then accepted. */
    int rc = tls_ctx_new_client(&policy->opportunistic, TLS_VERIFY_RECORD, config->tls.ca, err);
    if (rc != ERR_OK) {
        policy_free(policy);
        return rc;
    }
    *out = policy;
    return ERR_OK;
}

void policy_free(struct policy *policy)
{
    if (policy == NULL)
        return;
    tls_ctx_free(policy->opportunistic);
    free(policy);
}

struct tls_ctx *policy_context(const struct policy *policy)
{
    return policy->opportunistic;
}
