#include "relay/sasl/sasl.h"

/* §2: [authzid] NUL authcid NUL passwd. No user may act for another one. */
static enum sasl_result respond(struct sasl *sasl, struct slice response, struct buf *challenge)
{
    struct slice authzid = slice_cut(&response, '\0');
    struct slice authcid = slice_cut(&response, '\0');
    (void)challenge;
    if (!sasl_is_word(authcid) || !sasl_is_word(response) || (authzid.len > 0 && !slice_eq(authzid, authcid)))
        return SASL_WRONG;
    sasl->user = slice_dup(authcid);
    sasl->password = slice_dup(response);
    return SASL_CHECK;
}

const struct sasl_mechanism sasl_plain = {.first = "", .respond = respond};
