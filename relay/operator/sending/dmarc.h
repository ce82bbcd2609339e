/*
 * The DMARC policy of a domain, and what aligns with it (RFC 7489 §3.1, §6.6.3). The organizational domain is found by
 * asking each parent for a record, since this program has no list of public suffixes. The DNS is asked through the
 * callback of spf.h. Limits: DMARC_PARENTS_MAX parents.
 */
#ifndef RL_RELAY_DMARC_H
#define RL_RELAY_DMARC_H

#include "relay/operator/sending/spf.h"

#define DMARC_PARENTS_MAX 8

struct dmarc {
    enum { DMARC_FOUND, DMARC_NONE, DMARC_WRONG, DMARC_UNKNOWN } state;
    char words[SPF_WORDS_MAX]; /* DMARC_WRONG, DMARC_UNKNOWN: why */
    char domain[256];          /* that has the record: the organizational domain, or the domain itself */
    char policy[16];           /* none, quarantine, reject: p=, or sp= of a parent */
    bool strict_dkim, strict_spf, reports /* rua= */;
};

void dmarc_find(const struct spf_dns *dns, const char *domain, struct dmarc *out);

/* Whether a signature of `signer`, or a reverse-path of it, aligns with the author's domain. */
bool dmarc_aligns(const struct dmarc *dmarc, const char *author, const char *signer, bool strict);

#endif
