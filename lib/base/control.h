/*
 * Control characters in text of others: they steer terminals, and whatever else shows it. In UTF-8 those of C0 and DEL
 * are one octet, those of C1 (U+0080 to U+009F) two.
 */
#ifndef RL_BASE_CONTROL_H
#define RL_BASE_CONTROL_H

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

#endif
