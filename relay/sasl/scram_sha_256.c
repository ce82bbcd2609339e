#include "relay/sasl/scram.h"

static enum sasl_result respond(struct sasl *sasl, struct slice response, struct buf *challenge)
{
    return scram_respond(sasl, response, challenge, false);
}

const struct sasl_mechanism sasl_scram_sha_256 = {
    .first = "", .needs_keys = true, .respond = respond, .found = scram_found, .end = scram_end};
