/*
 * Whether the SPF record of a domain lets an address send its mail (RFC 7208), for advice, not for a verdict about mail
 * of others: `exists`, `ptr` and macros depend on one message, and are not evaluated. The DNS is asked through a
 * callback. Limits: 10 terms that ask the DNS, 2 of them without an answer (§4.6.4), 10 names of one MX record set.
 */
#ifndef RL_RELAY_SPF_H
#define RL_RELAY_SPF_H

#include "lib/base/ip.h"
#include "relay/dns/wire.h"

#define SPF_LOOKUPS_MAX 10
#define SPF_WORDS_MAX   256

enum spf_result { /* §2.6 */
                  SPF_NONE,
                  SPF_NEUTRAL,
                  SPF_PASS,
                  SPF_FAIL,
                  SPF_SOFTFAIL,
                  SPF_TEMPERROR,
                  SPF_PERMERROR,
};

struct spf_dns {
    void (*ask)(void *arg, const char *name, enum wire_type type, struct wire_answer *out);
    void *arg;
};

struct spf_verdict {
    enum spf_result result;
    char words[SPF_WORDS_MAX]; /* the term that decided, or what is wrong */
    unsigned lookups;          /* terms that asked the DNS */
    bool skipped;              /* a term was not evaluated: the real result may be another */
};

void spf_evaluate(const struct spf_dns *dns, const char *domain, struct ip address, struct spf_verdict *out);
const char *spf_result_name(enum spf_result result);

#endif
