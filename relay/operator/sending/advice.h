/*
 * What was found about a domain, in words, and what to do about it: whether receivers trust mail from this domain that
 * this relay sends. Pure.
 */
#ifndef RL_RELAY_ADVICE_H
#define RL_RELAY_ADVICE_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "relay/operator/sending/dmarc.h"
#include "relay/operator/sending/published.h"

#define ADVICE_KEYS_MAX      8 /* as many as sign one message */
#define ADVICE_ADDRESSES_MAX 64

struct advice_facts {
    const char *domain;
    struct {
        const char *signer, *selector;
        enum published published;
        struct err words;
    } keys[ADVICE_KEYS_MAX]; /* that sign mail of this domain */
    size_t key_count;
    struct {
        struct ip address;
        struct spf_verdict spf;
    } sources[ADVICE_ADDRESSES_MAX]; /* from which the relay sends */
    size_t source_count;
    struct dmarc dmarc;
};

enum advice { ADVICE_NONE_NEEDED, ADVICE_GIVEN, ADVICE_UNKNOWN /* the DNS does not answer */ };

enum advice advice_write(const struct advice_facts *facts, struct buf *out);

#endif
