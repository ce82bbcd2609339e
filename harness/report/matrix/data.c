/* json and csv: the cells for programs. */
#include <string.h>

#include "harness/report/markup/visible.h"
#include "harness/report/matrix/kinds.h"
#include "harness/report/matrix/matrix.h"

/* ---- json ---- */

static void set_text(struct json *object, const char *key, struct buf *text)
{
    if (text->len > 0)
        json_set_str(object, key, buf_cstr(text));
}

static struct json *cell_json(const struct matrix *matrix, const struct matrix_line *line, size_t target)
{
    struct cell *cell = &line->cells[target];
    struct json *json = json_new_object();
    json_set_str(json, "target", matrix->targets[target].name);
    json_set_str(json, "tone", tones[cell->tone].name);
    set_text(json, "words", &cell->words);
    set_text(json, "more", &cell->more);
    set_text(json, "broken", &cell->broken);
    set_text(json, "verdicts", &cell->verdicts);
    set_text(json, "time", &cell->time);
    return json;
}

static struct json *begin(const struct matrix_line *line)
{
    struct json *json = json_new_object();
    if (line->row != NULL) {
        json_set_str(json, "id", line->row->id);
        json_set_str(json, "group", line->row->group);
        json_set_str(json, "when", line->row->when);
    }
    json_set_str(json, "scenario", line->scenario);
    if (line->case_name != NULL)
        json_set_str(json, "case", line->case_name);
    return json;
}

static struct json *row_json(const struct matrix *matrix, const struct matrix_line *line)
{
    struct json *json = begin(line), *cells = json_new_array();
    for (size_t i = 0; i < matrix->target_count; i++)
        json_push(cells, cell_json(matrix, line, i));
    json_set(json, "cells", cells);
    return json;
}

/* {"scenario": …, "cells": {"relay": "5 pass"}} */
static struct json *scenario_json(const struct matrix *matrix, const struct matrix_line *line)
{
    struct json *json = begin(line), *cells = json_new_object();
    for (size_t i = 0; i < matrix->target_count; i++)
        json_set_str(cells, matrix->targets[i].name, buf_cstr(&line->cells[i].words));
    json_set(json, "cells", cells);
    return json;
}

static struct json *targets_json(const struct matrix *matrix)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < matrix->target_count; i++) {
        struct json *json = json_new_object();
        json_set_str(json, "name", matrix->targets[i].name);
        if (matrix->targets[i].version[0] != '\0')
            json_set_str(json, "version", matrix->targets[i].version);
        json_push(list, json);
    }
    return list;
}

bool matrix_json(const struct json *records, struct buf *out)
{
    struct matrix matrix;
    struct json *all = json_new_object(), *list = json_new_array(), *scenarios = json_new_array();
    matrix_make(&matrix, records);
    for (size_t i = 0; i < matrix.row_count; i++)
        json_push(list, row_json(&matrix, &matrix.rows[i]));
    for (size_t i = 0; i < matrix.scenario_count; i++)
        json_push(scenarios, scenario_json(&matrix, &matrix.scenarios[i]));
    json_set_int(all, "matrix", 1);
    json_set(all, "targets", targets_json(&matrix));
    json_set(all, "rows", list);
    json_set(all, "scenarios", scenarios);
    bool good = json_write_pretty(all, out);
    json_free(all);
    matrix_free(&matrix);
    return good;
}

/* ---- csv ---- */

/* RFC 4180; a leading sign would be a formula in a spreadsheet. */
static void add_field(struct buf *out, const char *text, const char *after)
{
    struct buf shown;
    buf_init(&shown, 8 * CELL_TEXT_MAX);
    visible_add(&shown, text);
    (void)buf_add_cstr(out, strchr("=+-@", text[0]) != NULL && text[0] != '\0' ? "\"'" : "\"");
    for (const char *c = buf_cstr(&shown); *c != '\0'; c++)
        (void)(*c == '"' ? buf_add_cstr(out, "\"\"") : buf_add_char(out, *c));
    (void)buf_printf(out, "\"%s", after);
    buf_fini(&shown);
}

bool matrix_csv(const struct json *records, struct buf *out)
{
    static const char *const columns[] = {"group", "row", "when", "scenario", "case"};
    struct matrix matrix;
    matrix_make(&matrix, records);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        add_field(out, columns[i], ",");
    (void)buf_add_cstr(out, "\"target\",\"tone\",\"words\",\"more\"\r\n");
    for (size_t i = 0; i < matrix.row_count * matrix.target_count; i++) {
        const struct matrix_line *line = &matrix.rows[i / matrix.target_count];
        struct cell *cell = &line->cells[i % matrix.target_count];
        add_field(out, line->row->group, ",");
        add_field(out, line->row->id, ",");
        add_field(out, line->row->when, ",");
        add_field(out, line->scenario, ",");
        add_field(out, line->case_name != NULL ? line->case_name : "", ",");
        add_field(out, matrix.targets[i % matrix.target_count].name, ",");
        add_field(out, tones[cell->tone].name, ",");
        add_field(out, buf_cstr(&cell->words), ",");
        add_field(out, buf_cstr(&cell->more), "\r\n");
    }
    matrix_free(&matrix);
    return !out->overflow;
}
