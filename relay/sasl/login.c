#include "relay/sasl/sasl.h"

/* draft-murchison-sasl-login-00: the challenges are prompts, and clients ignore their text, but some want this one. */
static enum sasl_result respond(struct sasl *sasl, struct slice response, struct buf *challenge)
{
    if (!sasl_is_word(response))
        return SASL_WRONG;
    if (sasl->user == NULL) {
        sasl->user = slice_dup(response);
        (void)buf_add_cstr(challenge, "Password:");
        return SASL_CHALLENGE;
    }
    sasl->password = slice_dup(response);
    return SASL_CHECK;
}

const struct sasl_mechanism sasl_login = {.first = "Username:", .respond = respond};
