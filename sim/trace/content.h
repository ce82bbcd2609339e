/*
 * A message as the trace describes it, small enough for one event: the judge compares what a host keeps with what was
 * submitted.
 *
 *     "header": ["Received: ...", "From: <alice@sender.example>", …]
 *               unfolded, in order; long values end in their length and hash, of what relays add there is the name only
 *     "body": {"octets": 81, "lines": 6, "hash": "9ae16a3b2f90404f"}
 *
 * The body is what follows the first empty line. Hashes are 64-bit FNV-1a: they tell messages apart, and protect
 * nothing.
 * Limits: CONTENT_FIELDS_MAX fields (one more entry has the number and hash of the rest), CONTENT_FIELD_MAX octets
 * each.
 */
#ifndef RL_SIM_TRACE_CONTENT_H
#define RL_SIM_TRACE_CONTENT_H

#include "lib/base/slice.h"
#include "lib/text/json.h"

#define CONTENT_FIELDS_MAX 100
#define CONTENT_FIELD_MAX  200

/* Sets both keys. Any bytes will do. */
void content_write(struct slice message, struct json *out);

#endif
