#include "relay/dkim/signing.h"

#include <string.h>

#include "lib/base/duration.h"
#include "lib/io/file.h"

int signing_read_key(const struct config_dkim *dkim, struct dkim_key **out, struct err *err)
{
    struct buf pem;
    buf_init(&pem, DKIM_PEM_MAX);
    int rc = file_read(dkim->key, &pem, err);
    if (rc == ERR_OK && (rc = dkim_key_read(out, buf_slice(&pem), err)) != ERR_OK)
        (void)err_prefix(err, "cannot sign with %s", dkim->key);
    if (pem.len > 0)
        explicit_bzero(pem.data, pem.len);
    buf_fini(&pem);
    return rc;
}

static void add(struct signer *signer, const struct config_dkim *dkim, struct dkim_key *key)
{
    signer_add(signer,
               &(struct signer_key){.domain = dkim->domain,
                                    .selector = dkim->selector,
                                    .authors = dkim->authors.items,
                                    .author_count = dkim->authors.count,
                                    .is_default = dkim->is_default,
                                    .expires_s = dkim->expires_ns / NS_PER_S},
               key);
}

int signing_load(const struct config *config, struct signer **out, struct err *err)
{
    const struct config_dkim *keys = config->dkim.items;
    struct signer *signer = config->dkim.count > 0 ? signer_new() : NULL;
    for (size_t i = 0; i < config->dkim.count; i++) {
        struct dkim_key *key;
        if (signing_read_key(&keys[i], &key, err) != ERR_OK) {
            signer_free(signer);
            return err_prefix(err, "%s:%u:%u: dkim", config->doc.file, keys[i].at.line, keys[i].at.column);
        }
        add(signer, &keys[i], key);
    }
    *out = signer;
    return ERR_OK;
}
