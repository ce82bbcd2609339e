/*
 * The reports, one row each: X(NAME, file, help). NAME is what --report calls it; a file of text/ or html/ defines
 * report_NAME(), a function of the records of all runs (record.h). file: its name in the folder of the latest run; NULL
 * = it is not written there. The help is one sentence for --help.
 */
#ifndef RL_HARNESS_REPORT_LIST_H
#define RL_HARNESS_REPORT_LIST_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

#define REPORTS(X)                                                                                                     \
    X(json, "report.json", "the records of all runs, which every other report is made of")                             \
    X(junit, "junit.xml", "JUnit's XML, for CI systems")                                                               \
    X(tap, NULL, "TAP version 14")                                                                                     \
    X(github, NULL, "annotations of a GitHub workflow, one a cause, at most 10")                                       \
    X(md, NULL, "Markdown: causes of failures, a table of all runs, and what each target did")                         \
    X(html, "index.html", "one page for people, with timelines and transcripts; it needs no network")                  \
    X(schedules, NULL, "one page that compares how targets retry, from bounce/deferred-for-days and others")

/* False: `out` overflowed. */
#define DECLARE(name, file, help) bool report_##name(const struct json *records, struct buf *out);
REPORTS(DECLARE)
#undef DECLARE

#endif
