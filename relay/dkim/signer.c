#include "relay/dkim/signer.h"

#include <stdlib.h>

#include "lib/base/glob.h"
#include "lib/base/mem.h"

struct signer {
    struct signer_key *keys;
    size_t count;
};

struct signer *signer_new(void)
{
    return mem_zalloc(sizeof(struct signer));
}

void signer_free(struct signer *signer)
{
    if (signer == NULL)
        return;
    for (size_t i = 0; i < signer->count; i++) {
        struct signer_key *key = &signer->keys[i];
        for (size_t k = 0; k < key->author_count; k++)
            free((char *)key->authors[k]);
        free((void *)key->authors);
        free((char *)key->domain);
        free((char *)key->selector);
        dkim_key_free((struct dkim_key *)key->key);
    }
    free(signer->keys);
    free(signer);
}

void signer_add(struct signer *signer, const struct signer_key *rule, struct dkim_key *key)
{
    signer->keys = mem_realloc(signer->keys, signer->count + 1, sizeof *signer->keys);
    struct signer_key *added = &signer->keys[signer->count++];
    const char **authors = mem_realloc(NULL, rule->author_count + 1, sizeof *authors);
    for (size_t i = 0; i < rule->author_count; i++)
        authors[i] = mem_strdup(rule->authors[i]);
    *added = *rule;
    added->domain = mem_strdup(rule->domain);
    added->selector = mem_strdup(rule->selector);
    added->authors = authors;
    added->key = key;
}

static bool signs_for(const struct signer_key *key, struct slice author_domain)
{
    for (size_t i = 0; i < key->author_count; i++)
        if (glob_match(slice_cstr(key->authors[i]), author_domain))
            return true;
    return false;
}

size_t signer_choose(const struct signer *signer, struct slice author_domain,
                     const struct signer_key *out[SIGNER_SIGNATURES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < signer->count && count < SIGNER_SIGNATURES_MAX; i++)
        if (signs_for(&signer->keys[i], author_domain))
            out[count++] = &signer->keys[i];
    if (count > 0)
        return count;
    for (size_t i = 0; i < signer->count && count < SIGNER_SIGNATURES_MAX; i++)
        if (signer->keys[i].is_default)
            out[count++] = &signer->keys[i];
    return count;
}
