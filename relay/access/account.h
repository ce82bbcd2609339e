/*
 * An account that was made with `relaylab account`, and its form as JSON: in the database, in requests of the operator
 * and in lists. One table in account.c has all of its keys.
 *
 * A name is 1 to ACCOUNT_NAME_MAX letters, digits and . _ - + @. The password is there as a hash of crypt(3), for
 * PLAIN and LOGIN, and as the keys of SCRAM; both are made by the operator's tool, and the relay never gets the
 * password itself.
 */
#ifndef RL_RELAY_ACCOUNT_H
#define RL_RELAY_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "relay/policy/rights.h"
#include "relay/sasl/sasl.h"

#define ACCOUNT_NAME_MAX 128
#define ACCOUNT_TEXT_MAX 255 /* of each other text; of a glob */

struct account {
    char *name; /* first: struct table */
    char *hash;
    struct sasl_keys keys; /* without a nonce */
    bool disabled;
    struct rights rights;
    char *pool;        /* of source addresses; NULL = the default */
    char *dkim_domain; /* that signs its mail, too; NULL = none */
    int64_t created_s; /* since 1970 */
    struct rights_usage usage;
};

bool account_name_valid(struct slice name);

/* Sets what is in the object; other keys than those of the table are errors, except `name`. On failure *account may
 * have been changed in part. */
int account_set(struct account *account, const struct json *json, struct err *err);
/* What of it is set, with its password or without; the caller frees it. */
struct json *account_print(const struct account *account, bool with_password);
/* All but its name and its usage. */
void account_copy(struct account *to, const struct account *from);
struct account *account_new(const char *name);
void account_free(void *account); /* a struct account, or NULL */

#endif
