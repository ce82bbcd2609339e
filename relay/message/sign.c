#include "relay/message/sign.h"

#include <stdlib.h>

#include "lib/text/idna.h"
#include "relay/dkim/signature.h"
#include "relay/message/from.h"

#define NS_PER_S INT64_C(1000000000)

/* Keys have A-labels, whatever From has (RFC 8616). */
static size_t choose(const struct draft *draft, const struct signer *signer,
                     const struct signer_key *out[SIGNER_SIGNATURES_MAX])
{
    bool has_author = header_find(&draft->header, "From", 0) < draft->header.count;
    if (signer == NULL || !has_author)
        return 0;
    struct slice author = from_domain(&draft->header);
    char *ascii = slice_is_ascii(author) ? NULL : idna_to_ascii(author);
    size_t count = signer_choose(signer, ascii != NULL ? slice_cstr(ascii) : author, out);
    free(ascii);
    return count;
}

bool sign_is_due(const struct draft *draft, const struct signer *signer)
{
    const struct signer_key *keys[SIGNER_SIGNATURES_MAX];
    return choose(draft, signer, keys) > 0;
}

static bool sign_with(struct draft *draft, const struct signer_key *key, const uint8_t body_hash[BODY_HASH_LEN],
                      int64_t now_s)
{
    struct signature signature = {.domain = key->domain,
                                  .selector = key->selector,
                                  .key = key->key,
                                  .time_s = now_s,
                                  .expires_s = key->expires_s != 0 ? now_s + key->expires_s : 0};
    struct buf field;
    buf_init(&field, SIGNATURE_MAX);
    bool written = signature_write(&signature, &draft->header, body_hash, &field);
    if (written)
        header_insert(&draft->header, 0, draft_text_of_field(draft, &field));
    buf_fini(&field);
    return written;
}

void sign(struct draft *draft, const struct signer *signer, const uint8_t body_hash[BODY_HASH_LEN], int64_t wall_ns,
          struct buf *names)
{
    const struct signer_key *keys[SIGNER_SIGNATURES_MAX];
    size_t count = choose(draft, signer, keys);
    while (count-- > 0) /* the first key's field comes first */
        if (sign_with(draft, keys[count], body_hash, wall_ns / NS_PER_S))
            (void)buf_printf(names, "%s%s/%s", names->len > 0 ? " " : "", keys[count]->domain, keys[count]->selector);
}
