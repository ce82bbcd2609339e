/*
 * The rows of the matrix: one table (rows.c). A row is a situation in words, the scenario and case that show it, and
 * the extractor that finds the words of its cells in a record. To add a row, add a line there.
 */
#ifndef RL_HARNESS_MATRIX_ROW_H
#define RL_HARNESS_MATRIX_ROW_H

#include "harness/report/matrix/words.h"

struct row {
    const char *group;                /* "Retry" */
    const char *id;                   /* stable: links name it */
    const char *when;                 /* "a host greylists (451)" */
    const char *scenario, *case_name; /* NULL = it has no cases */
    extractor *extract;
    const char *about; /* what the extractor needs to know, see words.h; "" = nothing */
};

extern const struct row rows[];
extern const size_t row_count;

#endif
