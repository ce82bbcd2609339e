/* Reports for machines: each a file, a function of the records of all runs, and a row of the table in reports.c. */
#ifndef RL_HARNESS_REPORTS_H
#define RL_HARNESS_REPORTS_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/text/json.h"

#define REPORT_BYTES_MAX ((size_t)256 * 1024 * 1024)

struct report_format {
    const char *name; /* as in --report NAME=PATH */
    bool (*write)(const struct json *records, struct buf *out);
};

/* "junit=out.xml": the format, and the path behind it. NULL and err when there is no such format or no path. */
const struct report_format *report_find(const char *option, const char **path, struct err *err);
int report_write(const struct report_format *format, const char *path, const struct json *records, struct err *err);

bool report_json(const struct json *records, struct buf *out);
bool report_junit(const struct json *records, struct buf *out);
bool report_markdown(const struct json *records, struct buf *out);

#endif
