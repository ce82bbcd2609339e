/*
 * Passwords of submission users, as crypt(3) hashes. One check may cost milliseconds by design, so a right
 * password is remembered for five minutes as a keyed digest; an unknown user costs as much as a known one.
 */
#ifndef RL_RELAY_AUTH_H
#define RL_RELAY_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "relay/config/config.h"

struct auth;

struct auth *auth_new(const struct config *config);
void auth_free(struct auth *auth);
/* Whether a password can match the hash: crypt(3) knows its kind, and it is whole. */
bool auth_can_use(const char *hash);
bool auth_check(struct auth *auth, const char *user, const char *password, int64_t now_ns);

#endif
