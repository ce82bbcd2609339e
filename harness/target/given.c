#include "harness/target/given.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/target/given_leaf.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/base/prng.h"
#include "lib/text/password.h"

/* A question: which value, how written, where to. */
struct question {
    const struct target *target;
    const struct given *given;
    uint64_t seed;
    struct slice format;
    size_t item;
    struct buf *out; /* NULL = only whether there is one */
    struct err *err;
};

/* ---- how values are written ---- */

static enum template_answer cannot(const struct question *q, const char *value, const char *unit)
{
    (void)err_set(q->err, GIVEN_CANNOT, "%s is not a whole number of %s", value, unit);
    return TEMPLATE_CANNOT;
}

static enum template_answer bad_format(const struct question *q)
{
    (void)err_set(q->err, ERR_INVALID, "`%.*s` is not a unit for it", SLICE_ARG(q->format));
    return TEMPLATE_CANNOT;
}

static enum template_answer say_text(const struct question *q, const char *text)
{
    if (text == NULL)
        return TEMPLATE_ABSENT;
    if (q->out != NULL)
        (void)buf_add_cstr(q->out, text);
    return TEMPLATE_VALUE;
}

static enum template_answer say_time(const struct question *q, int64_t ns)
{
    static const struct {
        const char *letter, *words;
        int64_t ns;
    } units[] = {{"s", "seconds", NS_PER_S},
                 {"m", "minutes", 60 * NS_PER_S},
                 {"h", "hours", 3600 * NS_PER_S},
                 {"d", "days", 86400 * NS_PER_S}};
    char text[DURATION_TEXT_MAX];
    if (ns == 0)
        return TEMPLATE_ABSENT;
    if (q->format.len == 0)
        return say_text(q, duration_format(ns, text));
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!slice_eq_cstr(q->format, units[i].letter))
            continue;
        if (ns % units[i].ns != 0)
            return cannot(q, duration_format(ns, text), units[i].words);
        if (q->out != NULL)
            (void)buf_printf(q->out, "%" PRId64, ns / units[i].ns);
        return TEMPLATE_VALUE;
    }
    return bad_format(q);
}

static enum template_answer say_number(const struct question *q, int64_t n)
{
    if (n != 0 && q->out != NULL)
        (void)buf_printf(q->out, "%" PRId64, n);
    return n != 0 ? TEMPLATE_VALUE : TEMPLATE_ABSENT;
}

static enum template_answer say_size(const struct question *q, uint64_t bytes)
{
    static const struct {
        const char *word;
        uint64_t bytes;
    } units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}};
    char text[32];
    if (bytes == 0)
        return TEMPLATE_ABSENT;
    (void)snprintf(text, sizeof text, "%" PRIu64 "B", bytes);
    if (q->format.len == 0)
        return say_text(q, text);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (slice_eq_cstr(q->format, units[i].word))
            return bytes % units[i].bytes != 0 ? cannot(q, text, units[i].word)
                                               : say_number(q, (int64_t)(bytes / units[i].bytes));
    return bad_format(q);
}

static enum template_answer as_item(enum template_answer answer)
{
    return answer == TEMPLATE_VALUE ? TEMPLATE_ITEM : answer;
}

/* ---- retry ---- */

/* The n-th wait of the schedule, from 0. */
int64_t given_wait_of(const struct given_retry *retry, size_t n)
{
    if (n == 0)
        return retry->first_ns;
    return n <= retry->steps.count ? ((const int64_t *)retry->steps.items)[n - 1] : retry->then_ns;
}

static enum template_answer say_step(const struct question *q)
{
    const struct given_retry *retry = given_retry_of(q->given);
    return q->item < retry->steps.count ? as_item(say_time(q, given_wait_of(retry, q->item + 1))) : TEMPLATE_ABSENT;
}

static enum template_answer say_step_at(const struct question *q)
{
    const struct given_retry *retry = given_retry_of(q->given);
    int64_t at = 0;
    for (size_t i = 0; i <= q->item + 1; i++)
        at += given_wait_of(retry, i);
    return q->item < retry->steps.count ? as_item(say_time(q, at)) : TEMPLATE_ABSENT;
}

/* `count` waits from the n-th on, with commas. */
static enum template_answer say_waits(const struct question *q, size_t first, size_t count)
{
    enum template_answer answer = TEMPLATE_ABSENT;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && q->out != NULL)
            (void)buf_add_cstr(q->out, ", ");
        answer = say_time(q, given_wait_of(given_retry_of(q->given), first + i));
        if (answer != TEMPLATE_VALUE)
            break;
    }
    return answer;
}

/* All waits that begin before the lifetime is over; without a lifetime, up to the first `then`. */
static enum template_answer say_all_waits(const struct question *q)
{
    const struct given_retry *retry = given_retry_of(q->given);
    size_t count = 0;
    for (int64_t at = 0; retry->lifetime_ns > 0 && at < retry->lifetime_ns && given_wait_of(retry, count) > 0; count++)
        at += given_wait_of(retry, count);
    if (retry->lifetime_ns == 0 && retry->first_ns > 0)
        count = retry->steps.count + 2;
    return say_waits(q, 0, count);
}

/* ---- tls, users, and the rest ---- */

static enum template_answer say_tls(const struct question *q)
{
    return q->given->tls.count > 0 ? say_text(q, "") : TEMPLATE_ABSENT;
}

static enum template_answer say_tls_domain(const struct question *q)
{
    const struct yaml_map *tls = &q->given->tls;
    return q->item < tls->count ? as_item(say_text(q, tls->entries[q->item].key)) : TEMPLATE_ABSENT;
}

enum given_tls given_level_of(const struct yaml_entry *entry)
{
    return *(const enum given_tls *)entry->value;
}

static enum template_answer say_tls_level(const struct question *q)
{
    const struct yaml_map *tls = &q->given->tls;
    if (q->item >= tls->count)
        return TEMPLATE_ABSENT;
    const char *word = q->target->given.tls[given_level_of(&tls->entries[q->item])];
    return as_item(say_text(q, word != NULL ? word : ""));
}

static const struct yaml_entry *user_of(const struct question *q)
{
    return q->item < q->given->users.count ? &q->given->users.entries[q->item] : NULL;
}

static const char *password_of(const struct yaml_entry *user)
{
    return user != NULL ? *(const char *const *)user->value : NULL;
}

static enum template_answer say_user_name(const struct question *q)
{
    return as_item(say_text(q, user_of(q) != NULL ? user_of(q)->key : NULL));
}

static enum template_answer say_user_password(const struct question *q)
{
    return as_item(say_text(q, password_of(user_of(q))));
}

/* Most runs of a process ask for the same one, and a hash is made to be slow. */
static const char *hash_once(const char *password, const char *setting)
{
    static char *last, *last_password;
    if (last == NULL || strncmp(last, setting, strlen(setting)) != 0 || strcmp(last_password, password) != 0) {
        free(last);
        free(last_password);
        last = password_hash(password, setting);
        last_password = mem_strdup(password);
    }
    return last;
}

/* Few rounds: it protects nothing. The salt is the seed's, so that a run repeats. */
static enum template_answer say_user_crypt(const struct question *q)
{
    struct prng root, salts;
    char token[17], setting[64];
    const struct yaml_entry *user = user_of(q);
    if (user == NULL || q->out == NULL)
        return user != NULL ? TEMPLATE_ITEM : TEMPLATE_ABSENT;
    prng_init_seed(&root, q->seed);
    prng_fork(&salts, &root, user->key);
    prng_token(&salts, token, sizeof token - 1);
    (void)snprintf(setting, sizeof setting, "$6$rounds=1000$%s$", token);
    return as_item(say_text(q, hash_once(password_of(user), setting)));
}

static enum template_answer say_dkim_key(const struct question *q, const struct given_dkim *dkim)
{
    static const char *const keys[] = {"rsa2048", "ed25519"};
    return say_text(q, dkim->domain != NULL ? keys[dkim->key] : NULL);
}

static enum template_answer say_plain(const struct question *q, enum leaf leaf)
{
    const struct given *given = q->given;
    const struct given_retry *retry = given_retry_of(given);
    const struct given_smarthost *smart = given_smarthost_of(given);
    const struct given_dkim *dkim = given_dkim_of(given);
    switch (leaf) {
#define SAY(id, name, is_given, say)                                                                                   \
    case LEAF_##id:                                                                                                    \
        return say;
#define NOT_PLAIN(id, ...) case LEAF_##id:
        GIVEN_LEAVES(SAY, NOT_PLAIN)
#undef NOT_PLAIN
#undef SAY
    case LEAF_COUNT:
        break;
    }
    return TEMPLATE_UNKNOWN;
}

static const struct {
    const char *name;
    unsigned configures;
    enum template_answer (*say)(const struct question *q); /* NULL: say_plain of the leaf */
    enum leaf leaf;
} variables[] = {
#define PLAIN(id, name, ...) {name, BIT(LEAF_##id), NULL, LEAF_##id},
#define OTHER(id, ...)
    GIVEN_LEAVES(PLAIN, OTHER)
#undef OTHER
#undef PLAIN
        {"given.retry.step", BIT(LEAF_STEPS), say_step, 0},
    {"given.retry.step.at", BIT(LEAF_STEPS), say_step_at, 0},
    {"given.retry.waits", BIT(LEAF_FIRST) | BIT(LEAF_STEPS) | BIT(LEAF_THEN), say_all_waits, 0},
    {"given.tls", 0, say_tls, 0},
    {"given.tls.domain", 0, say_tls_domain, 0},
    {"given.tls.level", BIT(LEAF_TLS), say_tls_level, 0},
    {"given.user.name", BIT(LEAF_USER_NAMES), say_user_name, 0},
    {"given.user.password", BIT(LEAF_USER_PASSWORDS), say_user_password, 0},
    {"given.user.crypt", BIT(LEAF_USER_PASSWORDS), say_user_crypt, 0},
};

enum template_answer given_look_up(const struct target *target, const struct target_values *values, struct slice name,
                                   struct slice format, size_t item, struct buf *out, struct err *err)
{
    static const struct given nothing;
    const struct given *given = values->scenario != NULL ? &values->scenario->given : &nothing;
    struct question question = {target, given, values->seed, format, item, out, err};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (!slice_eq_cstr(name, variables[i].name))
            continue;
        if (out != NULL && values->configured != NULL)
            *values->configured |= variables[i].configures;
        return variables[i].say != NULL ? variables[i].say(&question) : say_plain(&question, variables[i].leaf);
    }
    return TEMPLATE_UNKNOWN;
}
