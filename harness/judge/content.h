/* What was submitted held against what a host keeps: the `header` and `body` keys of msg.handed, smtp.accepted. */
#ifndef RL_HARNESS_CONTENT_H
#define RL_HARNESS_CONTENT_H

#include <stdbool.h>

#include "lib/base/slice.h"
#include "lib/text/json.h"

#define CONTENT_WHY_MAX 400

/* Each says in `why` what differs, or returns false. Both events must have both keys. */
bool content_body_differs(const struct json *sent, const struct json *kept, char why[CONTENT_WHY_MAX]);

/*
 * Whether a field of the submission is gone, changed, or doubled. Left out of account: fields that are added; Bcc and
 * Return-Path; addresses that were rewritten (RFC 6409 §8.8); and what a conversion to another transfer encoding must
 * change, when that is `converted`.
 */
bool content_header_differs(const struct json *sent, const struct json *kept, bool converted,
                            char why[CONTENT_WHY_MAX]);

/* Whether the fields that both have are in another order. */
bool content_order_differs(const struct json *sent, const struct json *kept, char why[CONTENT_WHY_MAX]);

/* Whether a field of this name has a value that fits the glob. */
bool content_has_field(const struct json *kept, const char *name, const char *glob);

#endif
