/* For given.c and given_untold.c alone: the values that a scenario can give, and how both read them. */
#ifndef RL_HARNESS_GIVEN_LEAF_H
#define RL_HARNESS_GIVEN_LEAF_H

#include "sim/scenario/model.h"

/* What can be given, as bits of `told`. */
enum leaf {
    LEAF_FIRST,
    LEAF_STEPS,
    LEAF_THEN,
    LEAF_LIFETIME,
    LEAF_WARN,
    LEAF_TLS,
    LEAF_USER_NAMES,
    LEAF_USER_PASSWORDS,
    LEAF_SIZE,
    LEAF_RCPTS,
    LEAF_SMART_HOST,
    LEAF_SMART_PORT,
    LEAF_SMART_USER,
    LEAF_SMART_PASSWORD,
    LEAF_DKIM_DOMAIN,
    LEAF_DKIM_SELECTOR,
    LEAF_DKIM_KEY,
    LEAF_COUNT
};
#define BIT(leaf) (1U << (leaf))

/* The nth wait, from 0: the first, each step, then `then` again and again. */
int64_t given_wait_of(const struct given_retry *retry, size_t n);
enum given_tls given_level_of(const struct yaml_entry *entry); /* an entry of given.tls */

#endif
