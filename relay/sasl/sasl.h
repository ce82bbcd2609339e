/*
 * The server's side of an authentication exchange (RFC 4422), without the protocol that carries it: responses are what
 * the client said, challenges are what it is to be asked, both before any encoding. A mechanism is a file of this
 * folder and a row in list.h.
 *
 *     sasl_start -> challenge -> sasl_respond -> SASL_CHALLENGE -> sasl_respond … -> SASL_CHECK or SASL_WRONG ->
 * sasl_end
 *
 * A client may send its first response along with the name of the mechanism: then the first challenge is not sent.
 * Pure. Limits: those of a response and a challenge; a mechanism ends after a fixed number of responses.
 */
#ifndef RL_RELAY_SASL_H
#define RL_RELAY_SASL_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/sasl/list.h"

#define SASL_RESPONSE_MAX  1024
#define SASL_CHALLENGE_MAX 1024

/* One exchange. */
struct sasl {
    const struct sasl_mechanism *mechanism; /* NULL = none is under way */
    char *user, *password;                  /* what the client claims; both are there at SASL_CHECK */
};

enum sasl_result {
    SASL_CHALLENGE, /* the next response is needed */
    SASL_CHECK,     /* whether the password is that of the user */
    SASL_WRONG,     /* the response proves nothing: no user, no password, or not what the mechanism expects */
};

struct sasl_mechanism {
    const char *first; /* the challenge for the first response */
    /* Appends the next challenge at SASL_CHALLENGE. */
    enum sasl_result (*respond)(struct sasl *sasl, struct slice response, struct buf *challenge);
};

#define EXTERN(id, name, specification, help) extern const struct sasl_mechanism sasl_##id;
SASL_MECHANISMS(EXTERN)
#undef EXTERN

/* Zeroed, or ended. Appends the first challenge. False when there is no mechanism of this name (without case). */
bool sasl_start(struct sasl *sasl, struct slice name, struct buf *challenge);
/* Of at most SASL_RESPONSE_MAX octets. */
enum sasl_result sasl_respond(struct sasl *sasl, struct slice response, struct buf *challenge);
/* Forgets what was said. Also for an exchange that never began. */
void sasl_end(struct sasl *sasl);

/* Appends the names of all mechanisms, each after a space. */
void sasl_add_names(struct buf *out);
/* The mechanisms, as a table in Markdown. */
void sasl_print(FILE *out);

/* For mechanisms: whether this can be a user name or a password. */
bool sasl_is_word(struct slice text);

#endif
