/* Reports that are text, each a function of the records of all runs (record.h). False: `out` overflowed. */
#ifndef RL_HARNESS_REPORT_TEXT_H
#define RL_HARNESS_REPORT_TEXT_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

bool report_json(const struct json *records, struct buf *out);
bool report_junit(const struct json *records, struct buf *out);
bool report_tap(const struct json *records, struct buf *out);
bool report_github(const struct json *records, struct buf *out);
bool report_markdown(const struct json *records, struct buf *out);

#endif
