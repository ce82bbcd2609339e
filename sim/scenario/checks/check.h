/*
 * A check of an expectation, as a scenario writes it: the type of its value, what the linter asks, and what the target
 * must be able to do. A file of this folder defines one, and a row of list.h registers it:
 *
 *     const struct check check_queued = {…};
 *
 * The structs of the values are in expect.h. harness/judge has the other half: judge_NAME() looks at the trace.
 */
#ifndef RL_SIM_CHECKS_CHECK_H
#define RL_SIM_CHECKS_CHECK_H

#include "sim/scenario/model.h"

struct check {
    struct yaml_type value;                                         /* POINTER(…): an expectation has it, or NULL */
    void (*lint)(struct scenario *scenario, const struct expect *); /* NULL: nothing more to check */
    const char *(*needs)(const void *value); /* a capability without which the target cannot satisfy it, or NULL */
};

#define DECLARE(id, name, help) extern const struct check check_##name;
CHECKS(DECLARE)
#undef DECLARE

const struct check *check_row(enum check_kind kind); /* of those that have a key */
/* "delivered, attempts, … or invariant"; in the arena. */
const char *check_names(struct arena *arena);

/* ---- for the checks ---- */

/* Lints `of` and `to`: a submission of the story, and globs for its recipients (NULL: none). */
void check_of(struct scenario *scenario, const struct expect *expect, const char *of, const struct yaml_list *to);
const struct submission *check_submission_of(const struct scenario *scenario,
                                             const char *of); /* its first copy, or NULL */
/* Whether a pattern fits nothing but notifications to senders. NULL: it does not. */
bool check_is_of_bounces(const struct pattern *pattern);

#endif
