/* The details of a cell: its words, the sentences with their clauses, the deciding connections, how to run it again. */
#ifndef RL_HARNESS_MATRIX_EVIDENCE_H
#define RL_HARNESS_MATRIX_EVIDENCE_H

#include "harness/report/matrix/matrix.h"

/* "postfix/greylist" of a row, "postfix/retry/warning(recovers)" of a scenario; equal for equal cells, so links last.
 */
void evidence_id(struct buf *out, const struct matrix *matrix, const struct matrix_line *line, size_t target);
/* The part of that id after the target. */
void evidence_key(struct buf *out, const struct matrix_line *line);

/* Whether the cell has details: a run of a row, and of a scenario only if there is something to explain. */
bool evidence_exists(const struct matrix_line *line, size_t target);
void evidence_put(struct buf *out, const struct matrix *matrix, const struct matrix_line *line, size_t target);

/* The class of a cell and of its badge, in report.css. */
const char *evidence_class(enum tone tone);

#endif
