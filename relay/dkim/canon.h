/*
 * The "relaxed" forms of DKIM, which a signature covers (RFC 6376 §3.4.2, §3.4.4): changes of white space in transit do
 * not break it. A header field is read at once, a body in pieces. Lines end with CR LF; a CR or LF alone is an octet of
 * the body, and no part of a header field. Pure; memory does not depend on the size of the body.
 */
#ifndef RL_RELAY_CANON_H
#define RL_RELAY_CANON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"

#define CANON_STAGE 4096

/* Appends "name:value" without CR LF. False when out is too small. */
bool canon_field(struct slice field, struct buf *out);

struct canon_body {
    void (*sink)(void *arg, const void *octets, size_t len); /* gets the canonical octets, in order */
    void *arg;
    uint64_t lines; /* line ends that wait for more text: at the end of a body they do not count */
    bool space;     /* white space, and */
    bool cr;        /* a CR, that wait for what follows */
    bool any;       /* something was given to the sink */
    size_t staged;
    char stage[CANON_STAGE];
};

void canon_body_init(struct canon_body *body, void (*sink)(void *arg, const void *octets, size_t len), void *arg);
void canon_body_add(struct canon_body *body, struct slice piece);
void canon_body_end(struct canon_body *body);

#endif
