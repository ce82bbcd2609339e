/*
 * What several targets do, side by side, from the records of their runs: first the rows of row.h, whose cells are in
 * words, then every scenario and case, whose cells are the verdicts. A column is a target, in the order in which the
 * records name them. The same records give the same bytes in every kind.
 */
#ifndef RL_HARNESS_MATRIX_H
#define RL_HARNESS_MATRIX_H

#include "harness/report/matrix/row.h"

#define MATRIX_TARGETS_MAX 24

struct matrix_target {
    const char *name, *version; /* version "": not known */
};

struct matrix_line {
    const struct row *row; /* NULL in the list of all scenarios */
    const char *scenario, *case_name, *title;
    struct cell *cells; /* one for each target */
};

struct matrix {
    const struct json *records;
    struct matrix_target targets[MATRIX_TARGETS_MAX];
    size_t target_count;
    struct matrix_line *rows, *scenarios;
    size_t row_count, scenario_count;
};

/* Rows that no target has played are left out. Borrows from the records. */
void matrix_make(struct matrix *matrix, const struct json *records);
void matrix_free(struct matrix *matrix);

/* "relay 0.1": the version up to a packager's suffix. */
void matrix_add_head(struct buf *out, const struct matrix_target *target);

#endif
