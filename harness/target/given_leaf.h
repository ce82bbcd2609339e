/* For given.c and given_missing.c alone: the values that a scenario can give, and how both read them. */
#ifndef RL_HARNESS_GIVEN_LEAF_H
#define RL_HARNESS_GIVEN_LEAF_H

#include "sim/scenario/model.h"

/*
 * What can be given, one row each, in the order of reports. `given` is a struct given; retry, smart and dkim are its
 * parts, never NULL.
 *
 * PLAIN(ID, name, is_given, say): a value with one variable of templates. is_given: whether the scenario gives it. say:
 * how the variable is written, an expression of given.c. OTHER(ID, name, is_given): the variables that write it are
 * rows of given.c.
 */
#define GIVEN_LEAVES(PLAIN, OTHER)                                                                                     \
    PLAIN(FIRST, "given.retry.first", retry->first_ns > 0, say_time(q, retry->first_ns))                               \
    PLAIN(STEPS, "given.retry.steps", retry->steps.count > 0, say_waits(q, 1, retry->steps.count))                     \
    PLAIN(THEN, "given.retry.then", retry->then_ns > 0, say_time(q, retry->then_ns))                                   \
    PLAIN(LIFETIME, "given.retry.lifetime", retry->lifetime_ns > 0, say_time(q, retry->lifetime_ns))                   \
    PLAIN(WARN, "given.retry.warn", retry->warn_ns > 0, say_time(q, retry->warn_ns))                                   \
    OTHER(TLS, "given.tls", given->tls.count > 0)                                                                      \
    OTHER(USER_NAMES, "given.users", given->users_seen)                                                                \
    OTHER(USER_PASSWORDS, "given.users", given->users_seen)                                                            \
    PLAIN(SIZE, "given.limits.size", given->limits.size > 0, say_size(q, given->limits.size))                          \
    PLAIN(RCPTS, "given.limits.rcpts", given->limits.rcpts > 0, say_number(q, given->limits.rcpts))                    \
    PLAIN(SMART_HOST, "given.smarthost.host", smart->host != NULL, say_text(q, smart->host))                           \
    PLAIN(SMART_PORT, "given.smarthost.port", smart->host != NULL && smart->port != WORLD_SMTP_PORT,                   \
          say_number(q, smart->port))                                                                                  \
    PLAIN(SMART_USER, "given.smarthost.user", smart->user != NULL, say_text(q, smart->user))                           \
    PLAIN(SMART_PASSWORD, "given.smarthost.password", smart->password != NULL, say_text(q, smart->password))           \
    PLAIN(DKIM_DOMAIN, "given.dkim.domain", dkim->domain != NULL, say_text(q, dkim->domain))                           \
    PLAIN(DKIM_SELECTOR, "given.dkim.selector", dkim->selector != NULL, say_text(q, dkim->selector))                   \
    PLAIN(DKIM_KEY, "given.dkim.key", dkim->domain != NULL, say_dkim_key(q, dkim))

enum leaf {
#define ID(id, ...) LEAF_##id,
    GIVEN_LEAVES(ID, ID)
#undef ID
        LEAF_COUNT
};
#define BIT(leaf) (1U << (leaf)) /* of `configured` */

/* The parts; where the scenario gives none, one in which nothing is set. */
static inline const struct given_retry *given_retry_of(const struct given *given)
{
    static const struct given_retry none;
    return given->retry != NULL ? given->retry : &none;
}

static inline const struct given_smarthost *given_smarthost_of(const struct given *given)
{
    static const struct given_smarthost none;
    return given->smarthost != NULL ? given->smarthost : &none;
}

static inline const struct given_dkim *given_dkim_of(const struct given *given)
{
    static const struct given_dkim none;
    return given->dkim != NULL ? given->dkim : &none;
}

/* The nth wait, from 0: the first, each step, then `then` again and again. */
int64_t given_wait_of(const struct given_retry *retry, size_t n);
enum given_tls given_level_of(const struct yaml_entry *entry); /* an entry of given.tls */

#endif
