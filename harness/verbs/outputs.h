/* Where a verb's reports go: as --report says, else into the folder of the latest run. */
#ifndef RL_HARNESS_OUTPUTS_H
#define RL_HARNESS_OUTPUTS_H

#include "harness/report/reports.h"
#include "lib/cli/cli.h"

#define OUTPUTS_MAX    16
#define OUTPUTS_LATEST "reports/out/latest"

struct outputs {
    struct {
        const struct report_format *format;
        const char *path;
    } list[OUTPUTS_MAX];
    size_t count;
};

extern const struct cli_option outputs_rows[]; /* base: struct outputs */
void outputs_list_kinds(struct buf *out);      /* a section of the help */
void outputs_offer_kinds(struct buf *out);     /* completion: "junit=" */

/* The same for other formats than those of `relaylab run`: what an option does with its value, and both lists. */
bool outputs_take(struct outputs *outputs, const struct report_format *formats, const char *value, struct err *err);
void outputs_list(const struct report_format *formats, struct buf *out);
void outputs_offer(const struct report_format *formats, struct buf *out);

/* Before anything runs: whether all paths can be written. False when not, after an error message. */
bool outputs_check(const struct outputs *outputs, const char *verb);
/* Whether a report goes to standard output, so that nothing else may. */
bool outputs_take_stdout(const struct outputs *outputs);
/* False when a requested report could not be written; the latest folder is a convenience, whose failure is only a
 * warning. */
bool outputs_write(const struct outputs *outputs, const char *verb, const struct json *records);

#endif
