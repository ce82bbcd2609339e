/*
 * One run as data: everything that any machine-readable report contains, as one JSON object. Reports are functions of a
 * list of these, so that stored ones can be turned into any report later.
 *
 *     {"scenario","case","title","file","target","target_option","teach","tags","own_schedule",
 *      "seed","result","what","notes":["…"],"virtual_s",
 *      "real_ms","expected","reason",
 *      "suite",                                           harness/suite/heading.h
 *      "verdicts":[{"verdict","id","level","sentence","clauses","wanted","seen","at","at_conn","at_line",
 *                   "expected","reason"}],
 *      "happened":["…"],                                  facts/happened.h; of a run that is not as expected
 *      "decided":{"at","at_conn","at_line"},              of the first message that was not delivered
 *      "timeline":[{"who","t","host","what","then"}],
 *      "behaviour":{"messages","dsns","hosts"},            behaviour_json.h
 *      "windows",                                          windows.h
 *      "events","lookups","connections"}                   transcript.h
 *
 * docs/REPORTS.md has all keys. Verdicts begin with those of the scenario's expectations, in their order. result: pass,
 * fail, unsupported, trouble (`what` says which), unstable, untried (`what` says why). With a baseline, `expected` and
 * `reason` are present where it has an entry, and pass and fail mean that the run agrees with the baseline, or not.
 */
#ifndef RL_HARNESS_RECORD_H
#define RL_HARNESS_RECORD_H

#include "harness/report/record/run_result.h"
#include "lib/text/json.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024) /* of one report, written or read */

struct json *record_result(const struct run_result *result); /* judged, or trouble */
struct json *record_unsupported(const struct scenario *scenario, const struct target *target, const char *why);
/* A run that was not tried, because others showed that it could not be played. */
struct json *record_untried(const struct scenario *scenario, const struct target *target, const char *why);

/* What a baseline calls it: "tls/odd-certificates(expired)#deliver". expectation NULL: the run as a whole. */
#define RECORD_KEY_MAX 512
void record_key(char out[RECORD_KEY_MAX], const char *scenario, const char *case_name, const char *expectation);

/* What a baseline expects of a run or of one verdict, and why; nothing when reason is NULL. */
void record_expect(struct json *record_or_verdict, enum result expected, const char *reason);
void record_set_result(struct json *record, enum result result, const char *what);

/* The result of a run, or of one verdict. */
enum result record_says(const struct json *record_or_verdict);
bool record_is(const struct json *record_or_verdict, enum result result);
/* How many of its verdicts are this. */
unsigned record_count(const struct json *record, enum result verdict);
bool record_has_crashed(const struct json *record);         /* the target, in a run that therefore has no verdicts */
bool record_is_known(const struct json *record_or_verdict); /* a baseline expects just this */
/* Whether a verdict is not as expected: what the baseline does not say; without one fail and inconclusive. */
bool record_breaks(const struct json *verdict);

#endif
