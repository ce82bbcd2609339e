/*
 * The always-on rules: what must hold of every run, though no scenario asks. Each is one file and one row of list.h.
 * A rule looks at the whole trace and reports each break; silence means that it holds.
 */
#ifndef RL_HARNESS_ALWAYS_H
#define RL_HARNESS_ALWAYS_H

#include "harness/judge/always/list.h"
#include "harness/judge/judge.h"

struct always_check;

struct dialog;
struct dialog_command;

/*
 * What a person reads who looks the rule up: `relaylab rules ID`, docs/reference/rules.md. `x` is code. The example is
 * the finding of a trace in always_test.c.
 */
struct always_page {
    const char *demands; /* the sentence, with its exceptions */
    const char *why;     /* what goes wrong otherwise */
    const char *causes;  /* what usually breaks it */
    const char *fix;
    const char *wanted, *seen; /* an example */
};

struct always_rule {
    const char *id;
    const char *sentence;
    enum level level; /* as the clause has it: must or should */
    const char *clause;
    /* One of both: over the whole trace, or for each command of a session, with the state before it (dialog.h). */
    void (*check)(const struct always_check *check);
    void (*on_command)(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command);
    const char *slug; /* its name in baselines; NULL = the slug of the sentence */
    struct always_page page;
};

/* What a rule is given, and how it reports. */
struct always_check {
    const struct facts *facts;
    const struct always_rule *rule;
    struct judgement *out;
};

/* A violation: at which event, what was expected, what was seen. At most 5 of one rule are kept. */
__attribute__((format(printf, 4, 5))) void always_broken(const struct always_check *check, size_t at,
                                                         const char *wanted, const char *seen_fmt, ...);

/* The rule looks at what this target does not show: the reader of a report learns that it was not checked, and why. */
void always_not_checked(const struct always_check *check, const char *why);

void always_judge(const struct facts *facts, struct judgement *out);

/* The rules in the order of their verdicts; NULL at the end. */
const struct always_rule *always_at(size_t index);

/* By its id, or by its name in baselines; NULL = there is none. */
const struct always_rule *always_find(const char *name);

/* Its name in baselines. */
void always_write_slug(const struct always_rule *rule, char out[SLUG_MAX]);

#define DECLARE(name) extern const struct always_rule always_##name;
ALWAYS_RULES(DECLARE)
#undef DECLARE

#endif
