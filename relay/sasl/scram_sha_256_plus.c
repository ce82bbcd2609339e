#include "relay/sasl/scram.h"

static enum sasl_result respond(struct sasl *sasl, struct slice response, struct buf *challenge)
{
    return scram_respond(sasl, response, challenge, true);
}

const struct sasl_mechanism sasl_scram_sha_256_plus = {
    .first = "", .needs_keys = true, .needs_binding = true, .respond = respond, .found = scram_found, .end = scram_end};
