/*
 * Writing HTML so that no text can become markup: html_put is a printf whose %s escapes. Text from peers is shown as
 * it is, except for what could mislead or break the page (harness/report/markup/visible.h).
 */
#ifndef RL_HARNESS_HTML_H
#define RL_HARNESS_HTML_H

#include "lib/base/buf.h"

/* Knows %s (escaped), %d, %zu, %.1f and %%. The format is markup, and always a literal. */
void html_put(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* For the body and for attribute values in "". */
void html_text(struct buf *out, const char *text);

/* "RFC5321 §4.5.4.1, RFC1047": each clause a link to its text. */
void html_clauses(struct buf *out, const char *clauses);

/* Seconds as 00:05:00 or 4d 23:30:00.500; as 5m. */
void html_clock(struct buf *out, double s);
void html_length(struct buf *out, double s);

#endif
