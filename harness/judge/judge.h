/*
 * The judge: a pure function of scenario + trace. Each expectation gets a verdict with what was expected, what was seen
 * and where in the trace; the always-on rules and the rules that never acted add theirs.
 *
 * A check is a file of this folder; its other half, how it is written, is sim/scenario/checks/NAME.c.
 */
#ifndef RL_HARNESS_JUDGE_H
#define RL_HARNESS_JUDGE_H

#include "harness/facts/facts.h"
#include "harness/facts/result.h"
#include "harness/judge/slug.h"
#include "harness/target/target.h"

#define VERDICT_TEXT_MAX 512

struct verdict {
    enum result kind;  /* FAIL: a must or an always-on rule; WARN: a should; NOTE: a may, which `seen` explains */
    char id[SLUG_MAX]; /* the expectation's own, else the slug of its sentence */
    const char *level; /* "must" */
    const char *sentence;
    enum result expected; /* what a baseline expects, when there is a reason */
    const char *reason;   /* why it expects that; NULL: no baseline says anything */
    char clauses[256];    /* "RFC5321 §4.5.4.1" */
    char wanted[VERDICT_TEXT_MAX], seen[VERDICT_TEXT_MAX];
    char because[VERDICT_TEXT_MAX]; /* which condition failed; "" = it has only one, or none failed */
    size_t at;                      /* index of the event to look at; SIZE_MAX = none */
    unsigned line;                  /* of the scenario's file; 0 = not an expectation of the file */
};

/* What a check answers: what it expected with all its conditions, what there was instead, and which condition failed.
 */
struct finding {
    enum { HOLDS, BROKEN, CANNOT_TELL, NOT_CHECKED } result; /* NOT_CHECKED: the target or the trace cannot show it */
    char wanted[VERDICT_TEXT_MAX], seen[VERDICT_TEXT_MAX];
    char because[VERDICT_TEXT_MAX]; /* every BROKEN has one: "the Status for bob@dest.example does not match 5.*" */
    size_t at;
};

struct judgement {
    struct verdict *verdicts;
    size_t count;
    bool as_expected; /* no fail, nothing inconclusive */
};

void judge(const struct facts *facts, const struct target *target, struct judgement *out);
void judgement_make_strict(struct judgement *judgement); /* what is a warning fails */
void judgement_fini(struct judgement *judgement);
bool verdict_is_known(const struct verdict *verdict); /* a baseline expects just this */

/* For what adds verdicts: a new one, and its clause from "RFC5321#6.1" ("" = none: always-on). */
struct verdict *judgement_add(struct judgement *judgement);
void judgement_write_clause(struct verdict *verdict, const char *clause);

/* Of story.c: inconclusive where the story could not be played as written. */
void judge_story(const struct facts *facts, struct judgement *out);

/* Asks the check of an expectation, whatever the target can do. */
void judge_check(const struct facts *facts, const struct expect *expect, struct finding *out);

/* ---- for the checks ---- */

#define DECLARE(id, name, help) void judge_##name(const struct facts *, const struct expect *, struct finding *out);
CHECKS(DECLARE)
#undef DECLARE
void judge_dialog(const struct facts *facts, const struct expect *expect, struct finding *out);

/* The finding of a check whose submission the target refused: what it replied instead. */
void finding_not_taken(struct finding *out, const struct facts *facts, const char *msg, unsigned n);

/* Of findings.c. What does not fit is cut. */
__attribute__((format(printf, 3, 4))) void finding_set(struct finding *out, int result, const char *seen_fmt, ...);
__attribute__((format(printf, 2, 3))) void finding_want(struct finding *out, const char *fmt, ...);
/* Appends one more condition to what is expected. */
__attribute__((format(printf, 2, 3))) void finding_want_also(struct finding *out, const char *fmt, ...);
/* The first call counts: later conditions are not looked at. Returns false, for `return finding_because(…)`. */
__attribute__((format(printf, 2, 3))) bool finding_because(struct finding *out, const char *fmt, ...);

#define RANGE_WORDS_MAX 96
/* "no copies", "exactly 1 copy", "at least 2 copies", "2 to 4 copies": the noun in singular and plural. */
const char *range_words(char out[RANGE_WORDS_MAX], const struct range *range, const char *one, const char *many);
/* The same of a number: "no copies", "1 copy", "3 copies". */
const char *number_words(char out[RANGE_WORDS_MAX], int64_t n, const char *one, const char *many);
/* A range as people say it: "at least 30m", "at most 3", "1m to 30m", "5". The text is static until four more calls. */
const char *limit_words(const struct range *range);
/* A list of globs as the scenario has it: "4.* or 5.*"; "" when it is empty. */
const char *globs_words(char out[VERDICT_TEXT_MAX], const struct yaml_list *globs);

#endif
