/* What receivers find at SELECTOR._domainkey.DOMAIN, compared with a key (RFC 6376 §3.6.2). Pure. */
#ifndef RL_RELAY_PUBLISHED_H
#define RL_RELAY_PUBLISHED_H

#include "lib/base/err.h"
#include "relay/dkim/dkim_key.h"
#include "relay/dns/wire.h"

enum published {
    PUBLISHED_GOOD,
    PUBLISHED_TEST,    /* good, but t=y: receivers may ignore the signatures */
    PUBLISHED_BAD,     /* *words says why */
    PUBLISHED_UNKNOWN, /* the DNS did not answer; *words says why */
};

enum published published_look(const struct wire_answer *answer, const struct dkim_key *key, struct err *words);

#endif
