/*
 * MIME as it arrives: header fields, parameters, the parts of a message and their encodings (RFC 2045, RFC 2046).
 * Lenient: lines may end with LF alone, a delimiter may be followed by white space, the closing one may be missing,
 * and what cannot be decoded is skipped. Slices point into the message.
 *
 * Limits: parts within parts MIME_DEPTH_MAX deep, MIME_PARTS_MAX of them in all; the rest is ignored.
 */
#ifndef RL_SIM_MIME_H
#define RL_SIM_MIME_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define MIME_DEPTH_MAX    10
#define MIME_PARTS_MAX    200
#define MIME_BOUNDARY_MAX 256 /* RFC 2046 §5.1.1 allows 70 */

struct mime_part {
    struct slice header, body; /* undecoded */
    struct slice type;         /* the value of Content-Type, with its parameters; empty: text/plain */
    unsigned depth;            /* 0: the message itself */
};

/* Cuts a line off, without its end. */
struct slice mime_line(struct slice *rest);
/* At the first empty line; without one all is header. */
void mime_split(struct slice message, struct slice *header, struct slice *body);
/* The value of the first field of this name ("Subject"), with its folded lines; empty when there is no such field. */
struct slice mime_field(struct slice header, const char *name);
/* A parameter of a Content-Type ("boundary"), without its quotes. False when there is none, or it does not fit. */
bool mime_parameter(struct slice type, const char *name, char *out, size_t room);
bool mime_is(const struct mime_part *part, const char *type); /* "text/plain"; a type ending in / fits all below it */

/* The message and then each part of a multipart within it, outermost first; a returned message is not entered. */
void mime_walk(struct slice message, void (*visit)(void *arg, const struct mime_part *part), void *arg);

/* The body without its transfer encoding: decoded into `out` where it has one, else unchanged. */
struct slice mime_decode(const struct mime_part *part, struct buf *out);

#endif
