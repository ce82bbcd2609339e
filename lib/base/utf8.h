/* UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF. Pure. */
#ifndef RL_BASE_UTF8_H
#define RL_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

/* Octets of the character at the start of text; 0 when it is empty, or not UTF-8. */
size_t utf8_read(struct slice text, uint32_t *out);
/* Appends a character up to U+10FFFF. */
void utf8_add(struct buf *out, uint32_t c);
/* Also for ASCII, and for the empty text. */
bool utf8_is_valid(struct slice text);

#endif
