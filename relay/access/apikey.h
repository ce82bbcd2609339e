/*
 * An API key of an account, and its form as JSON: in the database and in lists. The key itself is shown once, when it
 * is made, and stored as a digest (key.h).
 */
#ifndef RL_RELAY_APIKEY_H
#define RL_RELAY_APIKEY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/text/json.h"
#include "relay/access/key.h"

struct apikey {
    char *id; /* first: struct table */
    char *account, *label;
    uint8_t digest[DIGEST_BYTES];
    int64_t created_s, expires_s, used_s; /* since 1970; 0 = never */
};

struct apikey *apikey_new(struct slice key, const char *account, const char *label);
void apikey_free(void *key); /* a struct apikey, or NULL */
bool apikey_is_over(const struct apikey *key, int64_t now_s);

/* NULL when the object is not one. */
struct apikey *apikey_read(const char *id, const struct json *json);
struct json *apikey_print(const struct apikey *key, bool with_digest);

#endif
