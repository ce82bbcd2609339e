/* html: the results of several targets as one table, a row a scenario and case, a column a target. */
#include <string.h>

#include "harness/report/html/page.h"
#include "harness/report/record/status.h"
#include "harness/report/record/record.h"

#define TARGETS_MAX 24

struct matrix {
    const struct json *records;
    const struct anchors *anchors;
    const char *targets[TARGETS_MAX];
    size_t target_count;
};

static const char *key(const struct json *record, const char *name)
{
    return json_get_str(record, name, "");
}

static bool same_row(const struct json *a, const struct json *b)
{
    return strcmp(key(a, "scenario"), key(b, "scenario")) == 0 && strcmp(key(a, "case"), key(b, "case")) == 0;
}

static void find_targets(struct matrix *matrix)
{
    for (size_t i = 0; i < json_count(matrix->records) && matrix->target_count < TARGETS_MAX; i++) {
        const char *target = key(json_at(matrix->records, i), "target");
        size_t k = 0;
        while (k < matrix->target_count && strcmp(matrix->targets[k], target) != 0)
            k++;
        if (k == matrix->target_count)
            matrix->targets[matrix->target_count++] = target;
    }
}

/* "5 pass, 1 warn": a count of zero is left out. */
static void put_counts(struct buf *out, const struct json *record)
{
    static const enum result kinds[] = {RESULT_PASS, RESULT_FAIL,        RESULT_INCONCLUSIVE, RESULT_WARN,
                                        RESULT_NOTE, RESULT_UNSUPPORTED, RESULT_NOT_CHECKED};
    bool any = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = record_count(record, kinds[i]);
        if (n == 0)
            continue;
        html_put(out, "%s%zu %s", any ? ", " : "", n, result_name(kinds[i]));
        any = true;
    }
}

static void put_cell(struct buf *out, const struct matrix *matrix, size_t first, const char *target)
{
    for (size_t i = first; i < json_count(matrix->records); i++) {
        const struct json *record = json_at(matrix->records, i);
        if (!same_row(record, json_at(matrix->records, first)) || strcmp(key(record, "target"), target) != 0)
            continue;
        enum status status = status_of(record);
        html_put(out, "<td><a class=\"badge %s\" href=\"#%s\">%s</a> <span class=\"counts\">", status_name(status),
                 matrix->anchors->ids[i], status_words(status));
        put_counts(out, record);
        (void)buf_add_cstr(out, "</span></td>");
        return;
    }
    (void)buf_add_cstr(out, "<td>–</td>");
}

static bool is_first_of_row(const struct matrix *matrix, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (same_row(json_at(matrix->records, k), json_at(matrix->records, i)))
            return false;
    return true;
}

static void put_row(struct buf *out, const struct matrix *matrix, size_t first)
{
    const struct json *record = json_at(matrix->records, first);
    const char *case_name = json_get_str(record, "case", NULL);
    html_put(out, "<tr><th scope=\"row\">%s", key(record, "scenario"));
    if (case_name != NULL)
        html_put(out, " <span class=\"case\">(%s)</span>", case_name);
    html_put(out, "<span class=\"title\">%s</span></th>", key(record, "title"));
    for (size_t i = 0; i < matrix->target_count; i++)
        put_cell(out, matrix, first, matrix->targets[i]);
    (void)buf_add_cstr(out, "</tr>\n");
}

void html_matrix(struct buf *out, const struct page *page)
{
    struct matrix matrix = {.records = page->records, .anchors = &page->anchors};
    find_targets(&matrix);
    (void)buf_add_cstr(out, "<details class=\"part\"><summary><h2>All targets</h2></summary>" HTML_LAZY_BEGIN
                            "\n<div class=\"wide\"><table class=\"matrix\"><thead><tr><th "
                            "scope=\"col\">Scenario</th>");
    for (size_t i = 0; i < matrix.target_count; i++)
        html_put(out, "<th scope=\"col\">%s</th>", matrix.targets[i]);
    (void)buf_add_cstr(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < json_count(page->records); i++)
        if (is_first_of_row(&matrix, i))
            put_row(out, &matrix, i);
    (void)buf_add_cstr(out, "</tbody></table></div>" HTML_LAZY_END "</details>\n");
}
