/*
 * The server's side of an authentication exchange (RFC 4422), without the protocol that carries it: responses are what
 * the client said, challenges are what it is to be asked, both before any encoding. A mechanism is a file of this
 * folder and a row in list.h.
 *
 *     sasl_start -> challenge -> sasl_respond -> SASL_CHALLENGE -> sasl_respond … -> SASL_CHECK or SASL_WRONG ->
 * sasl_end
 *
 * A mechanism that proves a password without sending it asks for the keys of the user in between: SASL_LOOKUP, then
 * sasl_found, which goes on as a response does.
 *
 * A client may send its first response along with the name of the mechanism: then the first challenge is not sent.
 * Pure. Limits: those of a response and a challenge; a mechanism ends after a fixed number of responses.
 */
#ifndef RL_RELAY_SASL_H
#define RL_RELAY_SASL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/slice.h"
#include "relay/sasl/list.h"

#define SASL_RESPONSE_MAX  1024
#define SASL_CHALLENGE_MAX 1024
#define SASL_KEY_BYTES     32
#define SASL_SALT_BYTES    16
#define SASL_NONCE_MAX     64 /* of the server's part */
#define SASL_BINDING_BYTES 32

#define SASL_ID(id, name, specification, help) SASL_ID_##id,
enum sasl_id { SASL_MECHANISMS(SASL_ID) SASL_IDS };
#undef SASL_ID

/* What a session has for mechanisms that need it. */
struct sasl_door {
    unsigned without; /* mechanisms that the operator does not offer: bits of enum sasl_id */
    bool has_keys;    /* sasl_found can have those of an account */
    bool has_binding; /* of its TLS session, RFC 9266 */
    uint8_t binding[SASL_BINDING_BYTES];
};

/* What is stored of a password (RFC 5802 §3), and what this exchange adds. */
struct sasl_keys {
    uint8_t salt[SASL_SALT_BYTES];
    unsigned iterations;
    uint8_t stored_key[SASL_KEY_BYTES], server_key[SASL_KEY_BYTES];
    char nonce[SASL_NONCE_MAX + 1]; /* printable, without a comma; new in each exchange */
};

/* How a user is to be checked. */
enum sasl_proof {
    SASL_BY_PASSWORD,
    SASL_PROVED,    /* the client has the password that the keys were made of */
    SASL_DISPROVED, /* it has not */
};

/* One exchange. */
struct sasl {
    const struct sasl_mechanism *mechanism; /* NULL = none is under way */
    struct sasl_door door;
    char *user;     /* what the client claims; there at SASL_LOOKUP and SASL_CHECK */
    char *password; /* the same; there at SASL_CHECK, with SASL_BY_PASSWORD alone */
    enum sasl_proof proof;
    void *state; /* of the mechanism, until its end() */
};

enum sasl_result {
    SASL_CHALLENGE, /* the next response is needed */
    SASL_LOOKUP,    /* the keys of the user are needed */
    SASL_CHECK,     /* whether the user may log in, by `proof` */
    SASL_WRONG,     /* the response proves nothing: no user, no password, or not what the mechanism expects */
};

struct sasl_mechanism {
    const char *first;              /* the challenge for the first response */
    bool needs_keys, needs_binding; /* of the door */
    /* Appends the next challenge at SASL_CHALLENGE. */
    enum sasl_result (*respond)(struct sasl *sasl, struct slice response, struct buf *challenge);
    enum sasl_result (*found)(struct sasl *sasl, const struct sasl_keys *keys, struct buf *challenge);
    void (*end)(struct sasl *sasl); /* frees the state; NULL = there is none */
};

#define EXTERN(id, name, specification, help) extern const struct sasl_mechanism sasl_##id;
SASL_MECHANISMS(EXTERN)
#undef EXTERN

/* Zeroed, or ended. Appends the first challenge. False when no mechanism of this name (without case) is offered. */
bool sasl_start(struct sasl *sasl, const struct sasl_door *door, struct slice name, struct buf *challenge);
/* Of at most SASL_RESPONSE_MAX octets. */
enum sasl_result sasl_respond(struct sasl *sasl, struct slice response, struct buf *challenge);
/* After SASL_LOOKUP. A user who does not exist has keys, too: what no password can match. */
enum sasl_result sasl_found(struct sasl *sasl, const struct sasl_keys *keys, struct buf *challenge);
/* Forgets what was said. Also for an exchange that never began. */
void sasl_end(struct sasl *sasl);

/* Appends the names of the mechanisms that this door offers, each after a space. */
void sasl_add_names(const struct sasl_door *door, struct buf *out);
/* The mechanisms, as a table in Markdown. */
void sasl_print(FILE *out);

/* For mechanisms: whether this can be a user name or a password. */
bool sasl_is_word(struct slice text);

#endif
