/*
 * API keys: "rlk_", 32 random characters, and 6 that are a checksum of them, so that a key with a typing error is
 * refused without a lookup, and other programs can recognise a key that was published by mistake. Characters are 0-9,
 * A-Z and a-z. The first 8 random ones are the key's id, which is not secret; what is stored is a digest of all. Pure.
 */
#ifndef RL_RELAY_KEY_H
#define RL_RELAY_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"
#include "relay/tls/digest.h"

#define KEY_PREFIX     "rlk_"
#define KEY_ID_LEN     8
#define KEY_RANDOM_LEN 32
#define KEY_SUM_LEN    6
#define KEY_LEN        (sizeof KEY_PREFIX - 1 + KEY_RANDOM_LEN + KEY_SUM_LEN)

void key_new(char out[KEY_LEN + 1]);
/* Whether it looks like a key, and cannot be meant as another password. */
bool key_has_form(struct slice text);
/* Of a text that has the form: whether its checksum is right. */
bool key_is_whole(struct slice text);
/* Of a key that is whole. */
void key_id(struct slice key, char out[KEY_ID_LEN + 1]);
void key_digest(struct slice key, uint8_t out[DIGEST_BYTES]);

#endif
