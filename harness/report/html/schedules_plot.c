#include <inttypes.h>
#include <math.h>

#include "harness/report/html/schedules.h"

#define HOUR   3600.0
#define DAY    86400.0
#define STYLES 6 /* in schedules.css */

/* ---- rugs ---- */

/* The widths of rugs differ, so their coordinates are percents, of 1000 units. */
static double unit_of(const struct schedules *all, double s)
{
    return 10 * time_scale_x(&all->scale, s);
}

static void put_axis(struct buf *out, const struct schedules *all, double back_s)
{
    static const struct {
        double s;
        const char *text, *class;
    } ticks[] = {{0, "0", ""},           {300, "5m", ""},      {1800, "30m", ""},   {2 * HOUR, "2h", ""},
                 {12 * HOUR, "12h", ""}, {DAY, "1d", "minor"}, {2 * DAY, "2d", ""}, {5 * DAY, "5d", ""}};
    (void)buf_add_cstr(out, "<div class=\"axis\">");
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++)
        html_put(out, "<span class=\"%s\" style=\"left:%.1f%%\">%s</span>", ticks[i].class,
                 unit_of(all, ticks[i].s) / 10, ticks[i].text);
    html_put(out, "</div><div class=\"track\"><div class=\"handle\" style=\"left:%.1f%%\">host back: <output>",
             unit_of(all, back_s) / 10);
    html_length(out, back_s);
    (void)buf_add_cstr(out, "</output></div></div>");
}

/* Ticks, the band of RFC 5321 and the line are drawn in each row, so that they stay with it on a narrow screen. */
static void put_rug(struct buf *out, const struct schedules *all, size_t i, double back_s)
{
    static const double ticks[] = {0, 300, 1800, 2 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY};
    const struct schedule *one = &all->list[i];
    double back = unit_of(all, back_s), band = unit_of(all, 4 * DAY);
    size_t next = schedule_before(one, back_s);
    html_put(out,
             "<svg class=\"rug\" viewBox=\"0 0 1000 30\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%zu "
             "attempts of %s\"><rect class=\"band\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"30\"/><path "
             "class=\"grid\" d=\"",
             one->count, one->target, band, unit_of(all, 5 * DAY) - band);
    for (size_t k = 0; k < sizeof ticks / sizeof ticks[0]; k++)
        (void)buf_printf(out, "M%.1f 0v30", unit_of(all, ticks[k]));
    html_put(out, "M0 15H%.1f\"/><path class=\"tries %s\" d=\"",
             unit_of(all, one->gave_up >= 0 ? one->gave_up : one->at[one->count - 1]), one->count > 500 ? "dense" : "");
    for (size_t k = 0; k < one->count; k++)
        (void)buf_printf(out, "M%.1f 5v20", unit_of(all, one->at[k]));
    html_put(out, "\"/><rect class=\"veil\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"30\"/>", back, 1000 - back);
    if (one->gave_up >= 0)
        html_put(out, "<path class=\"gave-up\" d=\"M%.1f 3v24\"/>", unit_of(all, one->gave_up));
    html_put(out, "<path class=\"line\" d=\"M0 0v30\" transform=\"translate(%.1f)\"/>", back);
    if (next < one->count)
        html_put(out, "<path class=\"arrival\" d=\"M0 15h0.01\" transform=\"translate(%.1f)\"/>",
                 unit_of(all, one->at[next]));
    else
        (void)buf_add_cstr(
            out, "<path class=\"arrival\" d=\"M0 15h0.01\" transform=\"translate(0)\" style=\"display:none\"/>");
    (void)buf_add_cstr(out, "</svg>");
}

static void put_answer(struct buf *out, const struct schedule *one, double back_s)
{
    size_t before = schedule_before(one, back_s);
    (void)buf_add_cstr(out, "<td class=\"arrives\" data-label=\"arrives at\">");
    if (before < one->count)
        html_length(out, one->at[before]);
    else
        (void)buf_add_cstr(out, one->count < one->all ? "not in the record" : "never");
    (void)buf_add_cstr(out, "</td><td class=\"late\" data-label=\"late by\">");
    if (before < one->count) {
        (void)buf_add_char(out, '+');
        html_length(out, one->at[before] - back_s);
    } else {
        (void)buf_add_cstr(out, "–");
    }
    html_put(out, "</td><td class=\"before\" data-label=\"tries before\">%zu</td>", before);
    html_put(out,
             "<td data-label=\"tries in all\">%zu<span class=\"bar\" style=\"width:%.1frem\" "
             "aria-hidden=\"true\"></span></td>",
             one->all, 0.1 + log2((double)one->all + 1) / 4);
}

/* The times as the script reads them: "0 300 900". */
static void put_row(struct buf *out, const struct schedules *all, size_t i, double back_s)
{
    const struct schedule *one = &all->list[i];
    html_put(out, "<tr class=\"r%zu\" data-all=\"%zu\" data-at=\"", i % STYLES, one->all);
    for (size_t k = 0; k < one->count; k++)
        (void)buf_printf(out, "%s%.7g", k > 0 ? " " : "", one->at[k]);
    html_put(out, "\"><th scope=\"row\">%s</th><td class=\"plot\">", one->target);
    put_rug(out, all, i, back_s);
    (void)buf_add_cstr(out, "</td>");
    put_answer(out, one, back_s);
    (void)buf_add_cstr(out, "</tr>\n");
}

void schedules_rugs(struct buf *out, const struct schedules *all, double back_s)
{
    html_put(out,
             "<div class=\"panel\"><table class=\"rugs\" data-unit=\"%.1f\" data-end=\"%.1f\"><thead><tr><th "
             "scope=\"col\">relay</th><th scope=\"col\" class=\"plot\"><span class=\"unseen\">attempts, by the age of "
             "the message</span>",
             all->scale.unit_s, all->scale.end_s);
    put_axis(out, all, back_s);
    (void)buf_add_cstr(out, "</th><th scope=\"col\">arrives at</th><th scope=\"col\">late by</th><th "
                            "scope=\"col\">tries before</th><th scope=\"col\">tries in all</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < all->count; i++)
        put_row(out, all, i, back_s);
    (void)buf_add_cstr(
        out,
        "</tbody></table><p class=\"legend\"><span class=\"mark try\"></span> attempt <span class=\"mark "
        "dot\"></span> the attempt that would deliver <span class=\"mark end\"></span> gave up <span "
        "class=\"mark rfc\"></span> RFC 5321 §4.5.4.1: give up no sooner than after four or five days</p></div>\n");
}

/* ---- waits ---- */

#define LEFT   44.0
#define RIGHT  630.0
#define TOP    12.0
#define BOTTOM 352.0

static double wait_y(double s)
{
    double least = 45, most = 2 * DAY, bounded = s < least ? least : s > most ? most : s;
    return BOTTOM - (BOTTOM - TOP) * log(bounded / least) / log(most / least);
}

static double age_x(const struct schedules *all, double s)
{
    return LEFT + (RIGHT - LEFT) * time_scale_x(&all->scale, s) / 100;
}

/* Equal waits in a row are one step. */
static void put_steps(struct buf *out, const struct schedules *all, size_t i)
{
    const struct schedule *one = &all->list[i];
    html_put(out, "<path class=\"steps r%zu\" d=\"", i % STYLES);
    for (size_t k = 0, end; k + 1 < one->count; k = end) {
        double wait = one->at[k + 1] - one->at[k];
        for (end = k + 1; end + 1 < one->count && fabs(one->at[end + 1] - one->at[end] - wait) < 0.001;)
            end++;
        (void)buf_printf(out, "%s%.1f %.1fH%.1f", k > 0 ? "L" : "M", age_x(all, one->at[k]), wait_y(wait),
                         age_x(all, one->at[end]));
    }
    html_put(out, "\"><title>%s</title></path>\n", one->target);
}

void schedules_sample(struct buf *out, size_t i)
{
    html_put(out,
             "<svg class=\"sample\" viewBox=\"0 0 34 10\" aria-hidden=\"true\"><path class=\"steps r%zu\" d=\"M0 "
             "5H34\"/></svg>",
             i % STYLES);
}

void schedules_waits(struct buf *out, const struct schedules *all)
{
    static const struct {
        double s;
        const char *text;
    } waits[] = {{60, "1m"}, {300, "5m"}, {1800, "30m"}, {4 * HOUR, "4h"}, {DAY, "1d"}},
      ages[] = {{300, "5m"}, {2 * HOUR, "2h"}, {DAY, "1d"}, {5 * DAY, "5d"}};
    (void)buf_add_cstr(
        out, "<figure class=\"panel waits\"><h3>The next wait, by age of the message</h3><svg viewBox=\"0 0 640 "
             "384\" role=\"img\" aria-label=\"The next wait, by age of the message\">\n");
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
        html_put(out,
                 "<line class=\"tick\" x1=\"44\" x2=\"630\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"axis y\" x=\"36\" "
                 "y=\"%.1f\">%s</text>",
                 wait_y(waits[i].s), wait_y(waits[i].s), wait_y(waits[i].s) + 4, waits[i].text);
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++)
        html_put(out, "<text class=\"axis\" x=\"%.1f\" y=\"376\">%s</text>", age_x(all, ages[i].s), ages[i].text);
    html_put(out,
             "<line class=\"rfc\" x1=\"44\" x2=\"630\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"rfc\" x=\"626\" "
             "y=\"%.1f\">RFC 5321: in general 30 minutes or more</text>\n",
             wait_y(1800), wait_y(1800), wait_y(1800) + 15);
    for (size_t i = 0; i < all->count; i++)
        put_steps(out, all, i);
    (void)buf_add_cstr(out, "</svg><figcaption>Both axes are logarithmic. Flat: a fixed interval. Rising: longer waits "
                            "as the message gets older.</figcaption></figure>\n");
}
