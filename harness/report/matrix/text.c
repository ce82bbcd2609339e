/* text: for each row the words, and after each the targets that it is of; then the scenarios with something to see. */
#include <string.h>

#include "harness/report/markup/visible.h"
#include "harness/report/matrix/kinds.h"
#include "harness/report/matrix/matrix.h"

#define WORDS_COLUMN 44

static bool says_the_same(const struct cell *a, const struct cell *b)
{
    return a->tone == b->tone && slice_eq(buf_slice(&a->words), buf_slice(&b->words)) &&
           slice_eq(buf_slice(&a->more), buf_slice(&b->more)) && slice_eq(buf_slice(&a->broken), buf_slice(&b->broken));
}

static bool is_first(const struct matrix_line *line, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (says_the_same(&line->cells[i], &line->cells[index]))
            return false;
    return true;
}

/* How many columns a text takes, if each character takes one. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void add_words(struct buf *out, struct cell *cell)
{
    struct buf words;
    buf_init(&words, 8 * CELL_TEXT_MAX);
    visible_add(&words, buf_cstr(&cell->words));
    if (cell->more.len > 0) {
        (void)buf_add_cstr(&words, " (");
        visible_add(&words, buf_cstr(&cell->more));
        (void)buf_add_char(&words, ')');
    }
    size_t width = width_of(buf_cstr(&words));
    (void)buf_printf(out, "    %s %s%*s  ", tones[cell->tone].mark, buf_cstr(&words),
                     width < WORDS_COLUMN ? (int)(WORDS_COLUMN - width) : 0, "");
    buf_fini(&words);
}

static void add_cells(struct buf *out, const struct matrix *matrix, const struct matrix_line *line)
{
    for (size_t i = 0; i < matrix->target_count; i++) {
        if (!is_first(line, i))
            continue;
        add_words(out, &line->cells[i]);
        const char *before = "";
        for (size_t k = i; k < matrix->target_count; k++) {
            if (!says_the_same(&line->cells[i], &line->cells[k]))
                continue;
            (void)buf_add_cstr(out, before);
            visible_add(out, matrix->targets[k].name);
            before = ", ";
        }
        (void)buf_add_char(out, '\n');
        if (line->cells[i].broken.len > 0) {
            (void)buf_add_cstr(out, "      ");
            visible_add(out, buf_cstr(&line->cells[i].broken));
            (void)buf_add_char(out, '\n');
        }
    }
}

static void add_name(struct buf *out, const struct matrix_line *line)
{
    visible_add(out, line->scenario);
    if (line->case_name == NULL)
        return;
    (void)buf_add_cstr(out, " (");
    visible_add(out, line->case_name);
    (void)buf_add_char(out, ')');
}

static void add_rows(struct buf *out, const struct matrix *matrix)
{
    const char *group = "";
    for (size_t i = 0; i < matrix->row_count; i++) {
        const struct matrix_line *line = &matrix->rows[i];
        if (strcmp(line->row->group, group) != 0)
            (void)buf_printf(out, "\n%s: when…\n", line->row->group);
        group = line->row->group;
        (void)buf_printf(out, "  %s  [", line->row->when);
        add_name(out, line);
        (void)buf_add_cstr(out, "]\n");
        add_cells(out, matrix, line);
    }
}

static bool is_unremarkable(const struct matrix *matrix, const struct matrix_line *line)
{
    for (size_t i = 0; i < matrix->target_count; i++)
        if (line->cells[i].tone != TONE_GOOD)
            return false;
    return true;
}

bool matrix_text(const struct json *records, struct buf *out)
{
    struct matrix matrix;
    matrix_make(&matrix, records);
    for (int tone = 0; tone < TONE_COUNT; tone++)
        (void)buf_printf(out, "%s %s\n", tones[tone].mark, tones[tone].words);
    add_rows(out, &matrix);
    size_t good = 0;
    (void)buf_add_cstr(out, "\nAll scenarios\n");
    for (size_t i = 0; i < matrix.scenario_count; i++) {
        if (is_unremarkable(&matrix, &matrix.scenarios[i])) {
            good++;
            continue;
        }
        (void)buf_add_cstr(out, "  ");
        add_name(out, &matrix.scenarios[i]);
        (void)buf_add_char(out, '\n');
        add_cells(out, &matrix, &matrix.scenarios[i]);
    }
    (void)buf_printf(out, "  %zu more, which all targets here pass\n", good);
    matrix_free(&matrix);
    return !out->overflow;
}
