/* The HTML report, and its parts, each from one record (record.h) or from all of them. */
#ifndef RL_HARNESS_REPORT_HTML_H
#define RL_HARNESS_REPORT_HTML_H

#include "harness/report/markup/html.h"
#include "lib/text/json.h"

void html_matrix(struct buf *out, const struct json *records);                  /* all results, with filters */
void html_targets(struct buf *out, const struct json *records);                 /* what each target did */
void html_run(struct buf *out, const struct json *record, size_t n, bool open); /* n from 1: its id is run-N */
void html_timeline(struct buf *out, const struct json *record, size_t n);
void html_transcripts(struct buf *out, const struct json *record, size_t n);

/* Lists longer than this are cut, with a note. */
#define HTML_RECIPIENTS_MAX 40
#define HTML_ATTEMPTS_MAX   60

/* "as expected". A stored record may have a result that this program does not know; then its name. */
const char *html_result_words(const struct json *record);

#endif
