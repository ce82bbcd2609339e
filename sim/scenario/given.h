/* How a scenario wants the target set up. A part of model.h. */
#ifndef RL_SIM_SCENARIO_GIVEN_H
#define RL_SIM_SCENARIO_GIVEN_H

#include "lib/text/yaml.h"

/* Waits from the start of one attempt to the start of the next: first, then each step, then `then` again and again. */
struct given_retry {
    struct yaml_mark at;
    int64_t first_ns, then_ns, lifetime_ns, warn_ns; /* 0 = left to the target */
    struct yaml_list steps;                          /* int64_t, ns */
};

/* What TLS mail to a domain needs; each is more than the one before. */
enum given_tls { GIVEN_TLS_NONE, GIVEN_TLS_MAY, GIVEN_TLS_ENCRYPT, GIVEN_TLS_VERIFY, GIVEN_TLS_DANE };
const char *given_tls_name(enum given_tls level); /* "verify" */

/* All mail goes there, whatever the recipient's domain. */
struct given_smarthost {
    struct yaml_mark at;
    const char *host;
    int64_t port;
    const char *user, *password; /* NULL = without AUTH */
};

struct given_dkim {
    struct yaml_mark at;
    const char *domain, *selector;
    int key; /* enum given_dkim_key */
};
enum given_dkim_key { GIVEN_DKIM_RSA2048, GIVEN_DKIM_ED25519 };

/* In words that every adapter translates into its target's configuration, or cannot express. */
struct given {
    struct yaml_mark at;
    struct given_retry *retry; /* NULL = the target's own */
    struct yaml_map tls;       /* domain -> int, enum given_tls; default: may */
    struct yaml_map users;     /* name -> const char *, the password; default: alice, secret */
    bool users_seen;
    struct {
        uint64_t size; /* 0 = the target's own */
        int64_t rcpts;
    } limits;
    struct given_smarthost *smarthost; /* NULL = none */
    struct given_dkim *dkim;           /* NULL = none */
};

#endif
