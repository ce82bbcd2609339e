/* Reports: each a file of text/ or html/, a function of the records of all runs, and a row of list.h. */
#ifndef RL_HARNESS_REPORTS_H
#define RL_HARNESS_REPORTS_H

#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/text/json.h"

struct report_format {
    const char *name; /* as in --report NAME=PATH */
    bool (*write)(const struct json *records, struct buf *out);
    const char *latest; /* its file in the folder of the latest run; NULL = not written there */
    const char *help;
};

extern const struct report_format report_formats[]; /* ended by name NULL */

/* "junit=out.xml": the format, and the path after it. NULL and err when there is no such format or no path. */
const struct report_format *report_find(const char *option, const char **path, struct err *err);
/* The same among formats other than report_formats, ended by name NULL. */
const struct report_format *report_find_among(const struct report_format *formats, const char *option,
                                              const char **path, struct err *err);
/* The name alone. */
const struct report_format *report_find_kind(const char *name, struct err *err);

/* "-" is standard output. A file appears whole, or stays as it was. */
int report_write(const struct report_format *format, const char *path, const struct json *records, struct err *err);
/* The same of a text that is not a format's. */
int report_put(const char *path, struct slice text, struct err *err);
/* Whether both will succeed: checked before hours of work, not after. Makes the folder. */
int report_check_path(const char *path, struct err *err);

/*
 * Writes every format's `latest` file into a folder that replaces FOLDER in one step. ERR_SYSTEM when it cannot; then
 * the old one stays.
 */
int report_write_latest(const char *folder, const struct json *records, struct err *err);

#endif
