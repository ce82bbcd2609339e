/*
 * xtext (RFC 3461 §4): printable ASCII, in which "+" and two hexadecimal digits stand for any other octet, for "+" and
 * for "=". Pure.
 */
#ifndef RL_RELAY_XTEXT_H
#define RL_RELAY_XTEXT_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

/* False also for the empty text. */
bool xtext_is_valid(struct slice text);
/* Valid, and only printable ASCII when it is decoded (§4.2, §4.4). */
bool xtext_is_printable(struct slice text);
/* An address of the type utf-8, as a client with SMTPUTF8 may write it (RFC 6533 §3). */
bool xtext_is_unicode(struct slice text);
/* Appends what a valid text stands for; the rest of an invalid one is appended as it is. */
void xtext_decode(struct slice text, struct buf *out);

/*
 * An address of the type utf-8 (RFC 6533 §3), in which \x{HEX} stands for a character: native writes the characters
 * themselves, else all that are not ASCII are written so. What is not of this form is appended as it is.
 */
void xtext_decode_unicode(struct slice text, bool native, struct buf *out);

#endif
