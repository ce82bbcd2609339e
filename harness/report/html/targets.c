/* html: what each target did over all runs: outcomes, bounces, deferrals, and its retry schedule as table and plot. */
#include <string.h>

#include "harness/report/record/behaviour_json.h"
#include "harness/report/html/page.h"
#include "harness/report/record/schedule_words.h"
#include "harness/report/html/time_scale.h"

#define WORDS_MAX 65536
#define WIDTH     960
#define LABELS    150
#define ROW       26
#define TOP       30

/* ---- counts ---- */

static void put_counts(struct buf *out, const char *what, const struct json *counts)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    count_words(counts, &words);
    html_put(out, "<dt>%s</dt><dd>%s</dd>", what, buf_cstr(&words));
    buf_fini(&words);
}

/* ---- the schedule ---- */

static void put_schedule(struct buf *out, const struct json *schedule)
{
    struct buf words;
    buf_init(&words, WORDS_MAX);
    (void)buf_add_cstr(out, "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Retried after</th><th "
                            "scope=\"col\">Recipients</th><th scope=\"col\">Waits between attempts</th></tr></thead>"
                            "<tbody>\n");
    for (size_t i = 0; i < json_count(schedule); i++) {
        const struct json *one = json_at(schedule, i);
        buf_reset(&words);
        schedule_words(json_get(one, "gaps"), &words);
        html_put(out, "<tr><th scope=\"row\">%s</th><td>%zu</td><td>%s", json_get_str(one, "reason", ""),
                 (size_t)json_get_int(one, "recipients", 0), buf_cstr(&words));
        if (json_get_int(one, "left_out", 0) > 0)
            html_put(out, " <span class=\"cut\">and %zu more waits, not recorded</span>",
                     (size_t)json_get_int(one, "left_out", 0));
        (void)buf_add_cstr(out, "</td></tr>\n");
    }
    (void)buf_add_cstr(out, "</tbody></table></div>\n");
    buf_fini(&words);
}

static double median_of(const struct json *gaps, size_t i)
{
    return json_get_real(json_at(gaps, i), "median", 0);
}

/* The axis ends after the last of all attempts; its unit is the shortest first wait. */
static void fit(const struct json *schedule, struct time_scale *scale)
{
    double least = 0, most = 0;
    for (size_t i = 0; i < json_count(schedule); i++) {
        const struct json *gaps = json_get(json_at(schedule, i), "gaps");
        double first = median_of(gaps, 0), sum = 0;
        for (size_t k = 0; k < json_count(gaps); k++)
            sum += median_of(gaps, k);
        least = first > 0 && (least == 0 || first < least) ? first : least;
        most = sum > most ? sum : most;
    }
    time_scale_init(scale, least, most * 1.05, LABELS, WIDTH - 24);
}

static void draw_tick(struct buf *out, const struct time_scale *scale, double s, int height)
{
    double x = time_scale_x(scale, s);
    html_put(
        out,
        "<line class=\"tick\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><text class=\"axis\" x=\"%.1f\" y=\"%d\">",
        x, x, TOP - 8, height, x, TOP - 13);
    html_length(out, s);
    (void)buf_add_cstr(out, "</text>");
}

static void draw_row(struct buf *out, const struct time_scale *scale, const struct json *one, int y)
{
    const struct json *gaps = json_get(one, "gaps");
    double t = 0;
    html_put(out,
             "<text class=\"lane\" x=\"0\" y=\"%d\">%s</text><line class=\"lane\" x1=\"%d\" x2=\"%d\" y1=\"%d\" "
             "y2=\"%d\"/><circle class=\"later\" cx=\"%.1f\" cy=\"%d\" r=\"4.5\"><title>first attempt</title></circle>",
             y + 4, json_get_str(one, "reason", ""), LABELS, WIDTH - 24, y, y, time_scale_x(scale, 0), y);
    for (size_t i = 0; i < json_count(gaps); i++) {
        t += median_of(gaps, i);
        html_put(out, "<circle class=\"later\" cx=\"%.1f\" cy=\"%d\" r=\"4.5\"><title>attempt %zu after ",
                 time_scale_x(scale, t), y, i + 2);
        html_length(out, t);
        (void)buf_add_cstr(out, "</title></circle>");
    }
    if (json_get_int(one, "left_out", 0) > 0)
        html_put(out, "<text class=\"lane\" x=\"%.1f\" y=\"%d\">… %zu more</text>", time_scale_x(scale, t) + 8, y + 4,
                 (size_t)json_get_int(one, "left_out", 0));
    (void)buf_add_char(out, '\n');
}

static void draw_schedule(struct buf *out, const struct json *schedule)
{
    struct time_scale scale;
    int height = TOP + ROW * (int)json_count(schedule) + 4;
    double s = 0;
    fit(schedule, &scale);
    html_put(
        out,
        "<figure><div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"When attempts follow the "
        "first one, by what failed; the table has the same data\">\n",
        WIDTH, height);
    draw_tick(out, &scale, 0, height);
    while (time_scale_tick(&scale, &s, 52))
        draw_tick(out, &scale, s, height);
    for (size_t i = 0; i < json_count(schedule); i++)
        draw_row(out, &scale, json_at(schedule, i), TOP + ROW * (int)i + ROW / 2);
    (void)buf_add_cstr(out, "</svg></div><figcaption>Attempts since the first one, on a logarithmic axis; of several "
                            "recipients the median.</figcaption></figure>\n");
}

/* ---- the whole ---- */

static void put_target(struct buf *out, const struct json *target)
{
    const struct json *schedule = json_get(target, "schedule");
    size_t runs = (size_t)json_get_int(target, "runs", 0);
    html_put(out,
             "<details class=\"part target\"><summary><h2>What %s did</h2></summary>" HTML_LAZY_BEGIN
             "\n<p>In %zu run%s:</p><dl>",
             json_get_str(target, "target", ""), runs, runs == 1 ? "" : "s");
    put_counts(out, "Recipients", json_get(target, "outcomes"));
    put_counts(out, "Bounces by class", json_get(target, "bounces"));
    put_counts(out, "Deferrals by reason", json_get(target, "deferrals"));
    html_put(out, "<dt>Second copies</dt><dd>%zu</dd></dl>\n", (size_t)json_get_int(target, "duplicates", 0));
    if (json_count(schedule) > 0) {
        (void)buf_add_cstr(out, "<h3>Retry schedule</h3>\n");
        draw_schedule(out, schedule);
        put_schedule(out, schedule);
    }
    (void)buf_add_cstr(out, HTML_LAZY_END "</details>\n");
}

void html_targets(struct buf *out, const struct json *records)
{
    struct json *targets = behaviour_targets(records);
    for (size_t i = 0; i < json_count(targets); i++)
        if (json_get_int(json_at(targets, i), "runs", 0) > 0)
            put_target(out, json_at(targets, i));
    json_free(targets);
}
