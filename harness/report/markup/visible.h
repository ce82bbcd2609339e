/*
 * Untrusted text made visible: what controls a terminal, breaks a format or makes one text look like another is written
 * as an escape. This is the one home of that decision; each report adds the characters that are markup in its format.
 *
 *     control characters (C0, DEL, C1), octets that are not UTF-8    \xNN
 *     marks that change the direction of writing (bidi), characters
 *     that are invisible or separate lines, U+xxFFFE and U+xxFFFF    \uNNNN
 *
 * UTF-8 is that of RFC 3629: no surrogates, nothing overlong, at most U+10FFFF.
 */
#ifndef RL_HARNESS_VISIBLE_H
#define RL_HARNESS_VISIBLE_H

#include <stdint.h>
#include <stdio.h>

#include "lib/base/buf.h"

struct visible {
    uint32_t c;      /* the character; of what is not UTF-8, the octet */
    size_t octets;   /* that it has in the text, at least 1 */
    char escape[16]; /* how it is to be written; "" = as it is */
};

/* The first character of a text that is not empty. */
void visible_read(const char *text, struct visible *out);

/* The whole text; buf->overflow is set when it does not fit. */
void visible_add(struct buf *out, const char *text);
void visible_print(FILE *out, const char *text);

#endif
