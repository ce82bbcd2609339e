/*
 * Control characters in text of others: they steer terminals, and whatever else shows it. In UTF-8 those of C0 and DEL
 * are one octet, those of C1 (U+0080 to U+009F) two.
 */
#ifndef RL_BASE_CONTROL_H
#define RL_BASE_CONTROL_H

#include <string.h>

#include "lib/base/slice.h"

/* The octets of the control character that the text begins with; 0 = it begins with none. */
static inline size_t control_octets(struct slice text)
{
    unsigned char c = text.len > 0 ? (unsigned char)text.ptr[0] : ' ';
    unsigned char next = text.len > 1 ? (unsigned char)text.ptr[1] : ' ';
    if (c < 0x20 || c == 0x7f)
        return 1;
    return c == 0xc2 && next >= 0x80 && next < 0xa0 ? 2 : 0;
}

/* A text for one line: each octet of a control character becomes `by`. */
static inline void control_replace(char *text, char by)
{
    struct slice rest = slice_make(text, strlen(text));
    while (rest.len > 0) {
        size_t octets = control_octets(rest);
        memset(text + (rest.ptr - text), by, octets);
        rest = slice_from(rest, octets > 0 ? octets : 1);
    }
}

#endif
