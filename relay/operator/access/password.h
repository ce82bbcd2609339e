/*
 * A password that an operator chooses: asked for twice at a terminal, without echo, else the first line of standard
 * input. It never leaves this program: the relay gets a hash of crypt(3), and the keys of SCRAM.
 * Limits: PASSWORD_MIN to PASSWORD_MAX octets.
 */
#ifndef RL_RELAY_OPERATOR_PASSWORD_H
#define RL_RELAY_OPERATOR_PASSWORD_H

#include "lib/base/err.h"
#include "lib/text/json.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 255

/* Adds all forms of the password to an account. ERR_INVALID: it is not one, or not the same twice. */
int password_ask(const char *user, struct json *account, struct err *err);

/* Pure: what is wrong with it. */
int password_check(const char *password, struct err *err);
void password_add_forms(const char *password, struct json *account);

#endif
