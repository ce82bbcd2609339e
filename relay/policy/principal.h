/*
 * Who a session is, for everything that depends on it: an account that has authenticated, a client of
 * trusted_networks, or anonymous. What an account may do at the moment is in rights.h.
 *
 * Life: a value. The names are copies, so a principal stays valid when the configuration that named the account is
 * replaced, and when the account is removed.
 */
#ifndef RL_RELAY_PRINCIPAL_H
#define RL_RELAY_PRINCIPAL_H

#include <stdbool.h>

enum principal_kind {
    PRINCIPAL_ANONYMOUS,
    PRINCIPAL_NETWORK, /* a client of trusted_networks */
    PRINCIPAL_ACCOUNT, /* it has authenticated */
};

struct principal {
    enum principal_kind kind;
    char *account; /* its name; NULL = the principal is not an account */
    char *key;     /* id of the API key that it used; NULL = its password */
};

struct principal principal_of_client(bool trusted);                       /* before it authenticates */
struct principal principal_of_account(const char *name, const char *key); /* key may be NULL */
/* The principal is anonymous afterwards. */
void principal_fini(struct principal *principal);
/* Gives *from to *to, which may hold another one; *from is anonymous afterwards. */
void principal_move(struct principal *to, struct principal *from);

#endif
