/*
 * The keys that sign mail, and for which authors. A key signs for the domains of From that its globs match, so that the
 * signature aligns with From (RFC 7489 §3.1.1); several keys may sign one message: of two kinds, or of the author's
 * domain and of the host's. A key that is a default signs what no glob matches. Does no I/O.
 *
 * Limits: SIGNER_SIGNATURES_MAX signatures of a message, in the order in which the keys were added.
 */
#ifndef RL_RELAY_SIGNER_H
#define RL_RELAY_SIGNER_H

#include "lib/base/slice.h"
#include "relay/dkim/dkim_key.h"

#define SIGNER_SIGNATURES_MAX 8

struct signer;

struct signer_key {
    const char *domain, *selector;
    const char *const *authors; /* globs of From's domain */
    size_t author_count;
    bool is_default;
    int64_t expires_s; /* how long a signature is valid; 0 = without end */
    const struct dkim_key *key;
};

struct signer *signer_new(void);
void signer_free(struct signer *signer); /* with its keys; NULL is allowed */

/* Takes the key, and copies the texts. */
void signer_add(struct signer *signer, const struct signer_key *rule, struct dkim_key *key);

/* Those that sign for this author; "" = From names none. They live as long as the signer. Returns their number. */
size_t signer_choose(const struct signer *signer, struct slice author_domain,
                     const struct signer_key *out[SIGNER_SIGNATURES_MAX]);

#endif
