/* Base64 of one line (RFC 4648 §4), as AUTH uses it: no line breaks, padding required. */
#ifndef RL_BASE_BASE64_H
#define RL_BASE_BASE64_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

/* False when malformed or longer than size. */
bool base64_decode(struct slice text, char *out, size_t size, size_t *len);
/* Appends; false when out is too small. */
bool base64_encode(struct slice bytes, struct buf *out);

#endif
