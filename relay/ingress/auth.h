/*
 * Passwords of submission users, as crypt(3) hashes. One check may cost milliseconds by design, so a right
 * password is remembered for five minutes as a keyed digest; an unknown user costs as much as a known one.
 * How many checks there may be is throttle.h.
 */
#ifndef RL_RELAY_AUTH_H
#define RL_RELAY_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "relay/config/config.h"

struct auth;

enum auth_answer {
    AUTH_GOOD,
    AUTH_WRONG,
    AUTH_LATER, /* nothing was checked: this client, or all together, ask for too many (throttle.h) */
};

struct auth *auth_new(const struct config *config);
void auth_free(struct auth *auth);
/* Whether a password can match the hash: crypt(3) knows its kind, and it is whole. */
bool auth_can_use(const char *hash);
/* Whether there is such a user. What nobody is called may be a password that was typed into the wrong field. */
bool auth_knows(const struct auth *auth, const char *user);
enum auth_answer auth_check(struct auth *auth, struct in_addr client, const char *user, const char *password,
                            int64_t now_ns);

#endif
