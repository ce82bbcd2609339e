/*
 * One run as data: everything that any report for machines says, as one JSON object. Reports are functions of a list
 * of these, so that stored ones can be turned into any report later.
 *
 *     {"scenario","case","title","file","target","target_option","teach","tags","own_schedule",
 *      "seed","result","what","virtual_s",
 *      "real_ms",
 *      "verdicts":[{"verdict","level","sentence","clauses","wanted","seen","at"}],
 *      "timeline":[{"who","t","host","what","then"}],
 *      "behaviour":{"messages","dsns","hosts"},            behaviour.h
 *      "windows",                                          windows.h
 *      "events","lookups","connections"}                   transcript.h
 *
 * docs/REPORTS.md has all keys. Verdicts begin with those of the scenario's expectations, in their order.
 * result: pass, fail, unsupported, trouble (what says which), unstable.
 */
#ifndef RL_HARNESS_RECORD_H
#define RL_HARNESS_RECORD_H

#include "harness/report/terminal.h"
#include "lib/text/json.h"

struct json *record_result(const struct terminal_result *result); /* judged, or trouble */
struct json *record_unsupported(const struct scenario *scenario, const struct target *target, const char *why);

bool record_is(const struct json *record, const char *result);

#endif
