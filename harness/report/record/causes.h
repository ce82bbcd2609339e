/*
 * Why runs fail: what is not as expected in all runs, grouped by cause, so that 25 failing runs with two reasons read
 * as two. This is the one home of that decision; every report shows these causes.
 *
 * Findings belong to one cause if they are of one target, one result and one sentence, and what was seen has one shape
 * (shape.h). Sentences that break in exactly the same runs are one cause, too: one leads it, the others are `also`. A
 * cause is, as JSON:
 *
 *     {"id","target","verdict","level","sentence","clauses","file","line","wanted","seen","because","happened",
 *      "also":[{"verdict","level","sentence","clauses"}],
 *      "runs":[{"run","scenario","case"}]}
 *
 * wanted, seen, because, file and line are those of the first run; `run` is the index of a record. The id depends on
 * nothing but the target, the sentence and the shape, so it is the same in the next run of the suite. docs/REPORTS.md
 * has all keys.
 */
#ifndef RL_HARNESS_CAUSES_H
#define RL_HARNESS_CAUSES_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

#define CAUSE_RUNS_SHOWN 3
#define CAUSE_WORDS_MAX  4096 /* of a headline, or of the names of its runs */

/* An array, the caller's: runs that could not be played first, then the causes of most runs. */
struct json *causes_of(const struct json *records);

/* "2 causes in 25 runs": those that have at least one. */
void causes_add_headline(struct buf *out, const struct json *causes);

size_t cause_count_runs(const struct json *cause);
bool cause_has_run(const struct json *cause, size_t run);
/* "bounce/null-sender, tls/odd-certificates (expired), retry/warning and 22 more": scenarios that differ first. */
void cause_add_runs(struct buf *out, const struct json *cause);

#endif
