/*
 * The kinds in which the matrix is written, one row each: X(NAME, help). A file of this folder defines matrix_NAME(), a
 * function of the records of all runs. The first is what `relaylab matrix` prints.
 */
#ifndef RL_HARNESS_MATRIX_KINDS_H
#define RL_HARNESS_MATRIX_KINDS_H

#include "harness/report/reports.h"

#define MATRIX_KINDS(X)                                                                                                \
    X(text, "for terminals: the words of each row, with the targets that they are of")                                 \
    X(md, "Markdown: a table of the rows in words, and one of all scenarios")                                          \
    X(html, "one page with details, comparison and transcripts; it needs no network")                                  \
    X(json, "the cells, for programs")                                                                                 \
    X(csv, "the rows in words, for spreadsheets")                                                                      \
    X(records, "the records of all runs, from which every kind can be made again")

/* False: `out` overflowed. */
#define DECLARE(name, help) bool matrix_##name(const struct json *records, struct buf *out);
MATRIX_KINDS(DECLARE)
#undef DECLARE

extern const struct report_format matrix_formats[]; /* ended by name NULL */

#endif
