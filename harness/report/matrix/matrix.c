#include "harness/report/matrix/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

static const char *text_of(const struct json *record, const char *key)
{
    return json_get_str(record, key, "");
}

static bool is_run(const struct json *record, const char *scenario, const char *case_name)
{
    return strcmp(text_of(record, "scenario"), scenario) == 0 &&
           strcmp(text_of(record, "case"), case_name != NULL ? case_name : "") == 0;
}

static const struct json *find_run(const struct matrix *matrix, const struct matrix_line *line, const char *target)
{
    for (size_t i = 0; i < json_count(matrix->records); i++) {
        const struct json *record = json_at(matrix->records, i);
        if (strcmp(text_of(record, "target"), target) == 0 && is_run(record, line->scenario, line->case_name))
            return record;
    }
    return NULL;
}

static void find_targets(struct matrix *matrix)
{
    for (size_t i = 0; i < json_count(matrix->records); i++) {
        const struct json *record = json_at(matrix->records, i);
        const char *version = text_of(json_get(record, "suite"), "target_version");
        size_t k = 0;
        while (k < matrix->target_count && strcmp(matrix->targets[k].name, text_of(record, "target")) != 0)
            k++;
        if (k == MATRIX_TARGETS_MAX)
            continue;
        if (k == matrix->target_count)
            matrix->targets[matrix->target_count++] = (struct matrix_target){text_of(record, "target"), ""};
        if (version[0] != '\0')
            matrix->targets[k].version = version;
    }
}

static void fill(const struct matrix *matrix, struct matrix_line *line)
{
    line->cells = mem_zalloc((matrix->target_count + 1) * sizeof *line->cells);
    line->title = "";
    for (size_t i = 0; i < matrix->target_count; i++) {
        const struct json *record = find_run(matrix, line, matrix->targets[i].name);
        cell_make(&line->cells[i], line->row, record);
        if (record != NULL)
            line->title = text_of(record, "title");
    }
}

static bool was_played(const struct matrix *matrix, const struct row *row)
{
    for (size_t i = 0; i < json_count(matrix->records); i++)
        if (is_run(json_at(matrix->records, i), row->scenario, row->case_name))
            return true;
    return false;
}

static void make_rows(struct matrix *matrix)
{
    matrix->rows = mem_zalloc((row_count + 1) * sizeof *matrix->rows);
    for (size_t i = 0; i < row_count; i++) {
        if (!was_played(matrix, &rows[i]))
            continue;
        struct matrix_line *line = &matrix->rows[matrix->row_count++];
        *line = (struct matrix_line){.row = &rows[i], .scenario = rows[i].scenario, .case_name = rows[i].case_name};
        fill(matrix, line);
    }
}

/* ---- all scenarios ---- */

static int compare_lines(const void *a, const void *b)
{
    const struct matrix_line *x = a, *y = b;
    int order = strcmp(x->scenario, y->scenario);
    if (order != 0)
        return order;
    return strcmp(x->case_name != NULL ? x->case_name : "", y->case_name != NULL ? y->case_name : "");
}

/* Sorted, each once. */
static void make_scenarios(struct matrix *matrix)
{
    size_t count = json_count(matrix->records), kept = 0;
    struct matrix_line *lines = mem_zalloc((count + 1) * sizeof *lines);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct matrix_line){.scenario = text_of(json_at(matrix->records, i), "scenario"),
                                        .case_name = json_get_str(json_at(matrix->records, i), "case", NULL)};
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_lines(&lines[kept - 1], &lines[i]) != 0)
            lines[kept++] = lines[i];
    for (size_t i = 0; i < kept; i++)
        fill(matrix, &lines[i]);
    matrix->scenarios = lines;
    matrix->scenario_count = kept;
}

void matrix_make(struct matrix *matrix, const struct json *records)
{
    *matrix = (struct matrix){.records = records};
    find_targets(matrix);
    make_rows(matrix);
    make_scenarios(matrix);
}

static void free_lines(const struct matrix *matrix, struct matrix_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < matrix->target_count; k++)
            cell_free(&lines[i].cells[k]);
        free(lines[i].cells);
    }
    free(lines);
}

void matrix_free(struct matrix *matrix)
{
    free_lines(matrix, matrix->rows, matrix->row_count);
    free_lines(matrix, matrix->scenarios, matrix->scenario_count);
}

void matrix_add_head(struct buf *out, const struct matrix_target *target)
{
    (void)buf_add_cstr(out, target->name);
    if (target->version[0] == '\0')
        return;
    (void)buf_add_char(out, ' ');
    (void)buf_add(out, target->version, strcspn(target->version, "-+~"));
}
