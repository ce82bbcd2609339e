/*
 * html: one file that needs nothing else. A table of the rows in words, one of all scenarios, and the details of each
 * cell, to which its words lead. The script adds filters, a panel for details, comparison, keys and downloads; all
 * facts can be read without it.
 */
#include <string.h>

#include "harness/report/html/assets.h"
#include "harness/report/html/frame.h"
#include "harness/report/html/page.h"
#include "harness/report/matrix/evidence.h"
#include "harness/report/matrix/kinds.h"

static void put(struct buf *out, const char *markup)
{
    (void)buf_add_cstr(out, markup);
}

static const char *head_of(const struct matrix_target *target, struct buf *text)
{
    buf_init(text, CELL_TEXT_MAX);
    matrix_add_head(text, target);
    return buf_cstr(text);
}

/* ---- the tools, which need the script ---- */

static void put_select(struct buf *out, const struct matrix *matrix, const char *name, const char *label)
{
    html_put(out, "<label class=\"pick\">%s <select name=\"%s\"><option value=\"\">–</option>", label, name);
    for (size_t i = 0; i < matrix->target_count; i++)
        html_put(out, "<option value=\"%zu\">%s</option>", i, matrix->targets[i].name);
    put(out, "</select></label>\n");
}

static void put_tools(struct buf *out, const struct matrix *matrix)
{
    static const char *const modes[] = {"words", "verdicts", "times"};
    put(out, "<form class=\"filters\" hidden=\"\">\n"
             "<label class=\"chip\"><input type=\"checkbox\" name=\"differ\"/>only rows that differ</label>\n"
             "<label class=\"chip\"><input type=\"checkbox\" name=\"bugs\"/>only bugs</label>\n"
             "<fieldset class=\"chips\"><legend class=\"unseen\">Show</legend>");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        html_put(out, "<label class=\"chip\"><input type=\"radio\" name=\"show\" value=\"%s\"/>%s</label>", modes[i],
                 modes[i]);
    put(out, "</fieldset>\n");
    put_select(out, matrix, "a", "compare");
    put_select(out, matrix, "b", "with");
    put(out, "<label class=\"find\">search <input type=\"search\" name=\"q\" autocomplete=\"off\"/></label>\n"
             "<output></output>\n<button type=\"button\" data-save=\"csv\">CSV</button><button type=\"button\" "
             "data-save=\"json\">JSON</button><button type=\"button\" data-keys=\"\">Keys</button></form>\n");
}

static void put_keys(struct buf *out, const struct matrix *matrix)
{
    static const char *const keys[][2] = {
        {"← ↑ → ↓", "go to the next cell"},
        {"Enter", "show its details"},
        {"d", "only rows that differ"},
        {"b", "only bugs"},
        {"w v t", "words, verdicts, times"},
        {"c", "choose relays to compare"},
        {"/", "search"},
        {"Esc", "close"},
        {"?", "show or hide these keys"},
    };
    put(out, "<dialog class=\"keys help\"><h2>Keys</h2><dl>");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        html_put(out, "<dt><kbd>%s</kbd></dt><dd>%s</dd>", keys[i][0], keys[i][1]);
    put(out, "</dl></dialog>\n<dialog class=\"keys panel\" aria-labelledby=\"asked\"><header><h2 id=\"asked\"></h2>");
    put_select(out, matrix, "with", "compare with");
    put(out, "<button type=\"button\" data-close=\"\">Close</button></header><div class=\"sides\"></div></dialog>\n");
}

/* ---- the tables ---- */

static void put_columns(struct buf *out, const struct matrix *matrix, const char *first)
{
    html_put(out, "<thead><tr><th scope=\"col\">%s</th>", first);
    for (size_t i = 0; i < matrix->target_count; i++) {
        struct buf text;
        html_put(out, "<th scope=\"col\" data-i=\"%zu\">%s</th>", i, head_of(&matrix->targets[i], &text));
        buf_fini(&text);
    }
    put(out, "</tr></thead><tbody>\n");
}

static void put_part(struct buf *out, const char *element, const char *class, struct buf *text)
{
    if (text->len == 0)
        return;
    (void)buf_printf(out, "<%s class=\"%s\">", element, class);
    html_text(out, buf_cstr(text));
    (void)buf_printf(out, "</%s>", element);
}

static void put_cell(struct buf *out, const struct matrix *matrix, const struct matrix_line *line, size_t target)
{
    struct cell *cell = &line->cells[target];
    struct buf id;
    bool leads = evidence_exists(line, target);
    buf_init(&id, 8 * CELL_TEXT_MAX);
    evidence_id(&id, matrix, line, target);
    html_put(out, "<td class=\"%s\" data-i=\"%zu\" data-k=\"%s\">", evidence_class(cell->tone), target,
             matrix->targets[target].name);
    if (leads)
        html_put(out, "<a href=\"#%s\">", buf_cstr(&id));
    put_part(out, "span", "words", &cell->words);
    if (line->row != NULL || cell->tone == TONE_NONE)
        put_part(out, "small", "more", &cell->more);
    if (line->row != NULL) {
        put_part(out, "span", "verdicts", &cell->verdicts);
        put_part(out, "small", "broken", &cell->broken);
    }
    put_part(out, "span", "time", &cell->time);
    put(out, leads ? "</a></td>" : "</td>");
    buf_fini(&id);
}

static void put_line(struct buf *out, const struct matrix *matrix, const struct matrix_line *line)
{
    struct buf key;
    buf_init(&key, 8 * CELL_TEXT_MAX);
    evidence_key(&key, line);
    html_put(out, "<tr data-row=\"%s\"><th scope=\"row\">%s<small><code>%s", buf_cstr(&key),
             line->row != NULL ? line->row->when : line->title, line->scenario);
    if (line->case_name != NULL)
        html_put(out, " (%s)", line->case_name);
    put(out, "</code></small></th>");
    for (size_t i = 0; i < matrix->target_count; i++)
        put_cell(out, matrix, line, i);
    put(out, "</tr>\n");
    buf_fini(&key);
}

static void put_rows(struct buf *out, const struct matrix *matrix)
{
    const char *group = "";
    put(out, "<div class=\"wide\"><table class=\"grid\" id=\"rows\" tabindex=\"-1\">\n");
    put_columns(out, matrix, "When…");
    for (size_t i = 0; i < matrix->row_count; i++) {
        const struct matrix_line *line = &matrix->rows[i];
        if (strcmp(line->row->group, group) != 0)
            html_put(out, "<tr class=\"section\"><th colspan=\"%zu\" scope=\"rowgroup\">%s</th></tr>\n",
                     matrix->target_count + 1, line->row->group);
        group = line->row->group;
        put_line(out, matrix, line);
    }
    put(out, "</tbody></table></div>\n");
}

static void put_scenarios(struct buf *out, const struct matrix *matrix)
{
    html_put(out, "<details class=\"part\" id=\"all\"><summary><h2>All %zu scenarios and cases</h2></summary>",
             matrix->scenario_count);
    put(out, HTML_LAZY_BEGIN "<div class=\"wide\"><table class=\"grid\" id=\"scenarios\">\n");
    put_columns(out, matrix, "Scenario");
    for (size_t i = 0; i < matrix->scenario_count; i++)
        put_line(out, matrix, &matrix->scenarios[i]);
    put(out, "</tbody></table></div>" HTML_LAZY_END "</details>\n");
}

/* ---- the page ---- */

static void put_evidence_of(struct buf *out, const struct matrix *matrix, const struct matrix_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < matrix->target_count; k++)
            if (evidence_exists(&lines[i], k))
                evidence_put(out, matrix, &lines[i], k);
}

static void put_evidence(struct buf *out, const struct matrix *matrix)
{
    put(out, "<details class=\"part\" id=\"evidence\"><summary><h2>Details of each cell</h2></summary>\n");
    put_evidence_of(out, matrix, matrix->rows, matrix->row_count);
    put_evidence_of(out, matrix, matrix->scenarios, matrix->scenario_count);
    put(out, "</details>\n");
}

static void put_about(struct buf *out, const struct matrix *matrix)
{
    html_put(out,
             "<h1>What relays do</h1>\n<p class=\"about\">%zu relays, %zu scenarios and cases, in virtual time. Each "
             "cell is what the relay did, found in the record of its run; its colour is the worst verdict of that "
             "run.</p>\n<p class=\"key\">",
             matrix->target_count, matrix->scenario_count);
    for (int tone = 0; tone < TONE_COUNT; tone++)
        html_put(out, "<span class=\"badge %s\">%s</span> ", evidence_class((enum tone)tone), tones[tone].words);
    put(out, "</p>\n");
}

bool matrix_html(const struct json *records, struct buf *out)
{
    struct matrix matrix;
    matrix_make(&matrix, records);
    frame_begin(out, "What relays do · Relaylab", assets_matrix_css(), "rows", "To the table");
    put(out, "<main>\n");
    put_about(out, &matrix);
    put_tools(out, &matrix);
    put_rows(out, &matrix);
    put_scenarios(out, &matrix);
    put_evidence(out, &matrix);
    put(out, "</main>\n");
    put_keys(out, &matrix);
    frame_end(out, assets_matrix_js());
    matrix_free(&matrix);
    return !out->overflow;
}
