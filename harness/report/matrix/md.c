/* md: a table of the rows in words, a table of all scenarios. */
#include <string.h>

#include "harness/report/markup/markdown.h"
#include "harness/report/matrix/kinds.h"
#include "harness/report/matrix/matrix.h"

static void add_head(struct buf *out, const struct matrix *matrix, const char *first)
{
    (void)buf_printf(out, "| %s |", first);
    for (size_t i = 0; i < matrix->target_count; i++) {
        struct buf head;
        buf_init(&head, 4096);
        matrix_add_head(&head, &matrix->targets[i]);
        (void)buf_add_char(out, ' ');
        markdown_cell(out, buf_cstr(&head));
        (void)buf_add_cstr(out, " |");
        buf_fini(&head);
    }
    (void)buf_add_cstr(out, "\n| --- |");
    for (size_t i = 0; i < matrix->target_count; i++)
        (void)buf_add_cstr(out, " --- |");
    (void)buf_add_char(out, '\n');
}

/* As code: it is what a command line has. */
static void add_name(struct buf *out, const struct matrix_line *line)
{
    (void)buf_add_char(out, '`');
    markdown_cell(out, line->scenario);
    (void)buf_add_char(out, '`');
    if (line->case_name == NULL)
        return;
    (void)buf_add_cstr(out, " (`");
    markdown_cell(out, line->case_name);
    (void)buf_add_cstr(out, "`)");
}

static void add_cells(struct buf *out, const struct matrix *matrix, const struct matrix_line *line)
{
    for (size_t i = 0; i < matrix->target_count; i++) {
        struct cell *cell = &line->cells[i];
        (void)buf_printf(out, " | %s ", tones[cell->tone].mark);
        markdown_cell(out, buf_cstr(&cell->words));
        if (cell->more.len > 0)
            (void)buf_add_cstr(out, "<br>");
        markdown_cell(out, buf_cstr(&cell->more));
        if (cell->broken.len > 0 && line->row != NULL) {
            (void)buf_add_cstr(out, "<br>");
            markdown_cell(out, buf_cstr(&cell->broken));
        }
    }
    (void)buf_add_cstr(out, " |\n");
}

static void add_rows(struct buf *out, const struct matrix *matrix)
{
    const char *group = "";
    for (size_t i = 0; i < matrix->row_count; i++) {
        const struct matrix_line *line = &matrix->rows[i];
        if (strcmp(line->row->group, group) != 0) {
            (void)buf_printf(out, "\n## %s\n\n", line->row->group);
            add_head(out, matrix, "When…");
        }
        group = line->row->group;
        (void)buf_add_cstr(out, "| ");
        markdown_cell(out, line->row->when);
        (void)buf_add_cstr(out, "<br>");
        add_name(out, line);
        add_cells(out, matrix, line);
    }
}

bool matrix_md(const struct json *records, struct buf *out)
{
    struct matrix matrix;
    matrix_make(&matrix, records);
    (void)buf_add_cstr(out, "# What relays do\n\n");
    (void)buf_add_cstr(out, "Written by `relaylab matrix`: a column is a relay, and a cell is what it did, in words. "
                            "The mark is the worst verdict of the run:\n\n");
    for (int tone = 0; tone < TONE_COUNT; tone++)
        (void)buf_printf(out, "- %s %s\n", tones[tone].mark, tones[tone].words);
    add_rows(out, &matrix);
    (void)buf_add_cstr(out, "\n## All scenarios\n\n");
    add_head(out, &matrix, "Scenario");
    for (size_t i = 0; i < matrix.scenario_count; i++) {
        (void)buf_add_cstr(out, "| ");
        add_name(out, &matrix.scenarios[i]);
        add_cells(out, &matrix, &matrix.scenarios[i]);
    }
    matrix_free(&matrix);
    return !out->overflow;
}
