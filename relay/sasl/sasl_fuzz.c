/*
 * Any responses to a mechanism: the exchange ends, and asks only for what can be checked. The first line is the name of
 * the mechanism, the others are responses. The keys are those of RFC 7677, so that the proof there is one.
 */
#include <string.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/sasl/sasl.h"
#include "relay/sasl/testing.h"

#define RESPONSES_MAX 8 /* more than any mechanism takes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_make(data, size), name = slice_cut(&rest, '\n');
    static const struct sasl_door door = {.has_keys = true, .has_binding = true};
    struct sasl sasl = {0};
    struct buf challenge;
    enum sasl_result result = SASL_CHALLENGE;
    buf_init(&challenge, SASL_CHALLENGE_MAX);
    bool known = sasl_start(&sasl, &door, name, &challenge);
    for (unsigned i = 0; known && result == SASL_CHALLENGE && rest.len > 0; i++) {
        struct slice response = slice_cut(&rest, '\n');
        rl_assert(i < RESPONSES_MAX && !challenge.overflow);
        buf_reset(&challenge);
        result = sasl_respond(&sasl,
                              slice_head(response, response.len < SASL_RESPONSE_MAX ? response.len : SASL_RESPONSE_MAX),
                              &challenge);
        if (result == SASL_LOOKUP) {
            rl_assert(strlen(sasl.user) > 0);
            result = sasl_found(&sasl, &pencil, &challenge);
        }
    }
    if (result == SASL_CHECK)
        rl_assert(strlen(sasl.user) > 0 && (sasl.proof != SASL_BY_PASSWORD || strlen(sasl.password) > 0));
    sasl_end(&sasl);
    buf_fini(&challenge);
    return 0;
}
