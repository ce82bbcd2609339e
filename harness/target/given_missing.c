/* What a scenario gives and an adapter's templates did not take. */
#include <string.h>

#include "harness/target/given.h"
#include "harness/target/given_leaf.h"

static const char *const leaf_names[LEAF_COUNT] = {
#define NAME(id, name, ...) name,
    GIVEN_LEAVES(NAME, NAME)
#undef NAME
};

static unsigned wanted(const struct given *given)
{
    const struct given_retry *retry = given_retry_of(given);
    const struct given_smarthost *smart = given_smarthost_of(given);
    const struct given_dkim *dkim = given_dkim_of(given);
    unsigned bits = 0;
#define ADD(id, name, is_given, ...) bits |= (is_given) ? BIT(LEAF_##id) : 0;
    GIVEN_LEAVES(ADD, ADD)
#undef ADD
    return bits;
}

/* Whether the waits are those that the target makes by itself of `first` and `then`. */
static bool waits_grow(const struct given_retry *retry, enum target_waits how)
{
    int64_t wait = retry->first_ns, age = 0;
    for (size_t i = 0; i < retry->steps.count + 2; i++) {
        if (given_wait_of(retry, i) != wait)
            return false;
        age += wait;
        int64_t next = how == TARGET_WAITS_DOUBLING ? 2 * wait : age;
        wait = next < retry->then_ns ? next : retry->then_ns;
    }
    return true;
}

static void add_reason(struct buf *reason, const char *words)
{
    (void)buf_printf(reason, "%s%s", reason->len > 0 ? ", " : "", words);
}

static void find_missing_waits(const struct target *target, const struct given_retry *retry, unsigned *configured,
                               struct buf *reason)
{
    enum target_waits how = (enum target_waits)target->given.waits;
    if (how == TARGET_WAITS_LIST || retry == NULL || retry->first_ns == 0)
        return;
    *configured |= BIT(LEAF_STEPS); /* by first and then */
    if (!waits_grow(retry, how))
        add_reason(reason, how == TARGET_WAITS_DOUBLING
                               ? "given.retry.steps (its waits double, up to then)"
                               : "given.retry.steps (its waits grow with the age, up to then)");
}

/* True when it added a reason. */
static bool find_missing_levels(const struct target *target, const struct given *given, struct buf *reason)
{
    size_t before = reason->len;
    bool reported[GIVEN_TLS_DANE + 1] = {false};
    for (size_t i = 0; i < given->tls.count; i++) {
        enum given_tls level = given_level_of(&given->tls.entries[i]);
        if (target->given.tls[level] == NULL && !reported[level]) {
            add_reason(reason, "given.tls.");
            (void)buf_add_cstr(reason, given_tls_name(level));
        }
        reported[level] = true;
    }
    return reason->len > before;
}

void given_missing_settings(const struct target *target, const struct given *given, unsigned configured,
                            struct buf *reason)
{
    const char *before = "";
    find_missing_waits(target, given->retry, &configured, reason);
    if (find_missing_levels(target, given, reason))
        configured |= BIT(LEAF_TLS); /* already reported, in more detail */
    unsigned missing = wanted(given) & ~configured;
    for (int leaf = 0; leaf < LEAF_COUNT; leaf++) {
        if ((missing & BIT(leaf)) == 0 || strcmp(leaf_names[leaf], before) == 0)
            continue;
        add_reason(reason, before = leaf_names[leaf]);
    }
}
