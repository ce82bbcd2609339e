/*
 * A baseline: the known failures of a target, one entry for each verdict that is not as the scenarios want it. With it,
 * a run is as expected when it does what the baseline says.
 *
 *     retry/greylist-basic#it-arrives-once: {verdict: warn, reason: "sends twice; see its issue 17"}
 *     tls/odd-certificates(expired)#deliver: {verdict: fail, reason: "verifies without being configured to"}
 *     bounce/null-sender: {verdict: trouble, reason: "crashes on <>"}
 *
 * The key is the scenario's id, its case in parentheses, and the expectation: its `id`, else the slug of its sentence.
 * Without an expectation it is the run as a whole (trouble, unstable, unsupported). No entry without a reason. What has
 * no entry is expected to pass; a broken `should` is not. An empty baseline is `{}`.
 * Limits: those of YAML files, 10,000 entries.
 */
#ifndef RL_HARNESS_BASELINE_H
#define RL_HARNESS_BASELINE_H

#include "harness/judge/judge.h"
#include "lib/text/yaml.h"

struct baseline_entry {
    const char *key;
    struct yaml_mark at, verdict_at; /* of the key, of the verdict */
    enum result verdict;
    const char *reason;
};

struct baseline {
    struct baseline_entry *entries; /* in file order */
    size_t count;
    struct yaml_doc doc; /* owns all */
};

/* ERR_NOT_FOUND when there is no such file. Problems are appended to *report as "file:line:column: error: …". */
int baseline_open(struct baseline **out, const char *path, struct buf *report, struct err *err);
void baseline_free(struct baseline *baseline);

const struct baseline_entry *baseline_find(const struct baseline *baseline, const char *key); /* NULL = none */

/* Notes in each verdict what the baseline expects, and judges again by it whether everything is as expected. A seed
 * that is one of several may do better than an entry: another seed may do what the entry says. */
void baseline_mark(const struct baseline *baseline, const struct scenario *scenario, bool one_of_many,
                   struct judgement *judgement);

#endif
