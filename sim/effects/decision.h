/*
 * What the effects of rules see and say: the situation in which a host is, and the decision on what it does. sim/world
 * fills a decision by applying effects to it; sim/mx carries it out.
 */
#ifndef RL_SIM_DECISION_H
#define RL_SIM_DECISION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario/model.h"

#define WORLD_FIRED_MAX 16

struct situation {
    const struct host *host;
    enum stage stage;
    unsigned connection;                              /* the n-th to this host */
    unsigned message;                                 /* the n-th transaction on the connection */
    unsigned attempt;                                 /* the n-th of the recipient; 0 = not known (yet) */
    unsigned txn;                                     /* which transaction, in the whole run */
    int64_t size;                                     /* octets of the message; 0 = not known (yet) */
    const char *client, *helo, *sender, *rcpt, *verb; /* NULL = not known (yet) */
    bool tls, auth;
    int64_t t_ns; /* since the start of the story */
};

struct fired {
    const struct rule *rule;
    unsigned number; /* of the rule on its host, from 1 */
    unsigned count;  /* how often it has acted, with this time */
    const char *effect;
};

enum then { THEN_CONTINUE, THEN_CLOSE, THEN_RESET, THEN_STALL };
enum keep { KEEP_AS_REPLIED, KEEP_YES, KEEP_NO };

/* How a handshake goes wrong on the wire. */
enum tls_fault {
    TLS_FAULT_NONE,
    TLS_FAULT_GARBAGE, /* octets that are not TLS, in place of ServerHello */
    TLS_FAULT_CLOSE,   /* a FIN */
    TLS_FAULT_RESET,
    TLS_FAULT_STALL,   /* nothing, ever */
    TLS_FAULT_ALERT,   /* internal_error */
    TLS_FAULT_VERSION, /* protocol_version: no version is shared */
    TLS_FAULT_CIPHER,  /* handshake_failure: no cipher is shared */
};

/* `bytes` octets every so often. */
struct drip {
    int64_t bytes, every_ns;
};

struct decision {
    bool decided;
    struct reply_text reply; /* code 0: none */
    const struct slice *raw; /* NULL: none */
    enum tls_fault tls_fail;
    bool refuse, blackhole;
    int64_t delay_ns;
    const struct drip *drip;          /* NULL: none */
    const struct yaml_list *announce; /* const char *; NULL: none */
    struct slice inject;
    enum keep keep;
    enum then then;
    bool then_seen;
    struct fired fired[WORLD_FIRED_MAX];
    unsigned fired_count;
};

#endif
