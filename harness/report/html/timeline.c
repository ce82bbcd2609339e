/*
 * html: the timeline of a run as inline SVG, on a logarithmic axis: a lane for the story, one for the DNS, one for each
 * host with a mark for each contact, and one for each expectation about a time, with the window it allows as a band.
 * The script makes each mark a link to its transcript, with the words of its row. The tables give the same information
 * to readers who cannot see it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/html/marks.h"
#include "harness/report/html/page.h"
#include "harness/report/html/place.h"

#define WIDTH           960
#define LABELS          200 /* width of the names of lanes */
#define RIGHT           24
#define TOP             30
#define LANE            34
#define BAND_LANE       40 /* its sentence is above it */
#define WINDOWS_MAX     8  /* lanes */
#define LABEL_CHARS     27 /* of a lane next to its name */
#define BESIDE          16 /* between marks of one instant */
#define EDGE            8  /* what the last mark needs to its right */
#define DNS_TITLE_LINES 3
#define TITLE_LINES     6 /* of one mark */
#define TICK_ROOM       52
#define POINTERS_MAX    12 /* sentences that a timeline shows */

static const char *const kind_classes[] = {"good", "later", "bad", "none", "story", "bounce", "dns", "dns-bad"};

/* ---- the axis ---- */

static void fit_scale(struct drawing *d)
{
    const struct json *windows = json_get(d->record, "windows");
    double least = 0, most = 0, until = (double)json_get_int(d->record, "virtual_s", 0);
    for (size_t i = 0; i < d->count; i++) {
        double t = d->marks[i].t;
        most = t > most ? t : most;
        if (t > 0 && (least == 0 || t < least) && d->marks[i].lane != LANE_DNS)
            least = t;
    }
    for (size_t i = 0; i < json_count(windows); i++) {
        double to = json_get_real(json_at(windows, i), "to", 0), from = json_get_real(json_at(windows, i), "from", 0);
        to = to > from ? to : from;
        most = to > most && to <= until ? to : most;
    }
    time_scale_init(&d->scale, least, most * 1.05, LABELS, WIDTH - RIGHT);
}

static void draw_axis(struct buf *out, const struct time_scale *scale, int height)
{
    double s = 0;
    (void)buf_add_cstr(out, "<path class=\"tick\" d=\"");
    do
        html_put(out, "M%.1f %dV%d", time_scale_x(scale, s), TOP - 8, height - 8);
    while (time_scale_tick(scale, &s, TICK_ROOM));
    (void)buf_add_cstr(out, "\"/>");
    s = 0;
    do {
        html_put(out, "<text class=\"axis\" x=\"%.1f\" y=\"%d\">", time_scale_x(scale, s), TOP - 13);
        html_length(out, s);
        (void)buf_add_cstr(out, "</text>");
    } while (time_scale_tick(scale, &s, TICK_ROOM));
    (void)buf_add_char(out, '\n');
}

/* ---- lanes ---- */

/* A name that is too long loses its end; its title has it all. */
static void draw_label(struct buf *out, const char *text, int y)
{
    char cut[4 * LABEL_CHARS + 8];
    size_t octets = 0, characters = 0;
    while (text[octets] != '\0' && characters < LABEL_CHARS) {
        octets++;
        while (((unsigned char)text[octets] & 0xc0) == 0x80)
            octets++;
        characters++;
    }
    (void)snprintf(cut, sizeof cut, "%.*s%s", (int)octets, text, text[octets] != '\0' ? "…" : "");
    html_put(out, "<text class=\"lane\" x=\"0\" y=\"%d\">", y + 4);
    if (text[octets] != '\0')
        html_put(out, "<title>%s</title>", text);
    html_put(out, "%s</text>\n", cut);
}

static void draw_lane(struct buf *out, const char *label, int y)
{
    draw_label(out, label, y);
    html_put(out, "<line class=\"lane\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LABELS, WIDTH - RIGHT, y, y);
}

/* Around 0,0. Every mark is a reference to one of these: a page has thousands of marks. */
static const char *const shapes[] = {"<circle r=\"6\"/>",
                                     "<path d=\"M0-7l7 12h-14z\"/>",
                                     "<path d=\"M-5.5-5.5h11v11h-11z\"/>",
                                     "<path d=\"M-5-5l10 10m0-10l-10 10\"/>",
                                     "<path d=\"M0-6l6 6l-6 6l-6-6z\"/>",
                                     "<path d=\"M-7-5h14v10h-14zl7 6l7-6\"/>",
                                     "<path d=\"M0-7v14\"/>",
                                     "<path d=\"M0-7v14\"/>"};

void html_shapes(struct buf *out)
{
    (void)buf_add_cstr(out, "<svg class=\"unseen\" aria-hidden=\"true\">");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        (void)buf_printf(out, "<g id=\"m:%zu\" class=\"%s\">%s</g>", i, kind_classes[i], shapes[i]);
    (void)buf_add_cstr(out, "</svg>\n");
}

/* Marks of one lane, time and kind are one, with their number above. */
static size_t alike(const struct drawing *d, size_t from)
{
    size_t to = from + 1;
    while (to < d->count && d->marks[to].lane == d->marks[from].lane && d->marks[to].t == d->marks[from].t &&
           d->marks[to].kind == d->marks[from].kind)
        to++;
    return to;
}

static void draw_title(struct buf *out, const struct drawing *d, size_t from, size_t to)
{
    size_t lines = d->marks[from].lane == LANE_DNS ? DNS_TITLE_LINES : TITLE_LINES;
    if (d->marks[from].title[0] == '\0')
        return;
    (void)buf_add_cstr(out, "<title>");
    for (size_t i = from; i < to && i < from + lines; i++)
        (void)buf_printf(out, "%s%s", i > from ? "&#10;" : "", d->marks[i].title); /* escaped when it was made */
    if (to > from + lines)
        html_put(out, "&#10;and %zu more", to - from - lines);
    (void)buf_add_cstr(out, "</title>");
}

void html_contact(struct buf *out, int64_t conn, double t)
{
    if (conn != 0)
        html_put(out, " data-c=\"%zu\"", (size_t)conn);
    else
        (void)buf_printf(out, " data-c=\"t%.10g\"", t);
}

static void put_key(struct buf *out, int64_t conn, double t)
{
    html_contact(out, conn, t);
    (void)buf_printf(out, " data-t=\"%.10g\"", t);
}

static void draw_mark(struct buf *out, const struct drawing *d, size_t from, size_t to, double x)
{
    const struct mark *mark = &d->marks[from];
    int y = TOP + LANE * (int)mark->lane + LANE / 2;
    html_put(out, "<g transform=\"translate(%.1f %d)\"", x, y);
    put_key(out, mark->conn, mark->t);
    if (mark->attempt > 0)
        html_put(out, " data-n=\"%zu\"", mark->attempt);
    (void)buf_add_char(out, '>');
    draw_title(out, d, from, to);
    html_put(out, "<use href=\"#m:%d\"/>", (int)mark->kind);
    if (to > from + 1 && mark->kind != KIND_DNS && mark->kind != KIND_DNS_BAD)
        html_put(out, "<text class=\"count\" y=\"-9\">%zu</text>", to - from);
    (void)buf_add_cstr(out, "</g>\n");
}

static bool same_instant(const struct mark *a, const struct mark *b)
{
    return a->lane == b->lane && a->t == b->t;
}

/* The first of the marks of another instant or lane, and how many groups of them are drawn. */
static size_t end_of_instant(const struct drawing *d, size_t from, size_t *groups)
{
    size_t i = from;
    for (*groups = 0; i < d->count && same_instant(&d->marks[i], &d->marks[from]); (*groups)++)
        i = alike(d, i);
    return i;
}

/* Marks of the same instant are drawn side by side, and none past the right edge. */
static void draw_marks(struct buf *out, const struct drawing *d)
{
    for (size_t i = 0, end, groups; i < d->count;) {
        end = end_of_instant(d, i, &groups);
        double last = WIDTH - EDGE - BESIDE * (double)(groups - 1), x = time_scale_x(&d->scale, d->marks[i].t);
        x = x > last ? last : x;
        for (size_t next; i < end; i = next, x += BESIDE) {
            next = alike(d, i);
            draw_mark(out, d, i, next, x);
        }
    }
}

/* ---- windows ---- */

static void draw_window(struct buf *out, const struct drawing *d, const struct json *window, int y)
{
    bool fits = json_get_bool(window, "fits", false), seen = json_get(window, "seen") != NULL;
    double from = json_get_real(window, "from", 0), at = json_get_real(window, "seen", 0);
    double to = json_get_real(window, "to", d->scale.end_s);
    bool gap = strcmp(json_get_str(window, "kind", ""), "gap") == 0;
    /* The next gap's window begins where this one was met. */
    double shown = gap && seen && at >= from && at < to ? at : to;
    double left = time_scale_x(&d->scale, from), right = time_scale_x(&d->scale, shown);
    (void)buf_printf(out, "<g data-f=\"%.10g\" data-u=\"%.10g\"", from, shown);
    if (seen)
        (void)buf_printf(out, " data-a=\"%.10g\"", at);
    html_put(out, " class=\"window %s\"><title>%s: allowed from ", fits ? "fits" : "missed",
             json_get_str(window, "rcpt", ""));
    html_clock(out, from);
    (void)buf_add_cstr(out, json_get(window, "to") != NULL ? " to " : " on");
    if (json_get(window, "to") != NULL)
        html_clock(out, to);
    if (seen) {
        (void)buf_add_cstr(out, "; seen at ");
        html_clock(out, at);
    }
    html_put(out, "%s</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"3\"/>",
             fits ? "" : ": outside", left, y - 7, right - left > 2 ? right - left : 2.0);
    if (seen) {
        double x = time_scale_x(&d->scale, at);
        html_put(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x, y - 10, y + 10);
    }
    (void)buf_add_cstr(out, "</g>\n");
}

static size_t count_window_lanes(const struct json *windows)
{
    size_t lanes = 0;
    for (size_t i = 0; i < json_count(windows); i++)
        lanes += i == 0 ||
                 json_get_int(json_at(windows, i), "expect", 0) != json_get_int(json_at(windows, i - 1), "expect", 0);
    return lanes < WINDOWS_MAX ? lanes : WINDOWS_MAX;
}

/* A sentence is longer than a name: it is printed above its lane, in full. */
static void draw_band_lane(struct buf *out, const char *sentence, int y)
{
    html_put(out, "<text class=\"lane\" x=\"%d\" y=\"%d\">%s</text>\n", LABELS, y - 12, sentence);
    html_put(out, "<line class=\"lane\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LABELS, WIDTH - RIGHT, y, y);
}

static void draw_windows(struct buf *out, const struct drawing *d, int y)
{
    const struct json *windows = json_get(d->record, "windows"), *verdicts = json_get(d->record, "verdicts");
    int64_t expect = -1;
    size_t lanes = 0;
    for (size_t i = 0; i < json_count(windows); i++) {
        const struct json *window = json_at(windows, i);
        if (json_get_int(window, "expect", 0) != expect) {
            expect = json_get_int(window, "expect", 0);
            y += lanes > 0 ? BAND_LANE : 0;
            if (++lanes > WINDOWS_MAX)
                return;
            draw_band_lane(out, json_get_str(json_at(verdicts, (size_t)expect), "sentence", ""), y);
        }
        draw_window(out, d, window, y);
    }
}

/* ---- what sentences are about ---- */

/* A line through all lanes, which leads to the sentence. */
static void draw_pointer(struct buf *out, const struct drawing *d, size_t index, const struct place *place, int height)
{
    const struct json *verdicts = json_get(d->record, "verdicts"), *v = json_at(verdicts, index);
    char name[ANCHOR_MAX];
    anchor_of_verdict(name, verdicts, index);
    html_put(out, "<a href=\"#%s:%s\"><g class=\"at %s\" transform=\"translate(%.1f %d)\"", d->id, name,
             json_get_str(v, "verdict", ""), time_scale_x(&d->scale, place->at), TOP);
    put_key(out, place->conn, place->at);
    html_put(out, "><title>%s</title><path d=\"M0 0v%d\"/><path d=\"M-5-7h10l-5 8z\"/></g></a>\n",
             json_get_str(v, "sentence", ""), height - TOP - 12);
}

static void draw_pointers(struct buf *out, const struct drawing *d, int height)
{
    const struct json *verdicts = json_get(d->record, "verdicts");
    struct place place;
    size_t drawn = 0;
    for (size_t i = 0; i < json_count(verdicts) && drawn < POINTERS_MAX; i++)
        if (place_of(d->record, json_at(verdicts, i), &place)) {
            draw_pointer(out, d, i, &place, height);
            drawn++;
        }
}

/* ---- the whole ---- */

static void draw(struct buf *out, const struct drawing *d)
{
    size_t lanes = LANE_HOSTS + d->lanes.host_count;
    size_t bands = count_window_lanes(json_get(d->record, "windows"));
    int below = TOP + LANE * (int)lanes + 10, height = below + BAND_LANE * (int)bands + 10;
    html_put(out,
             "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" data-unit=\"%.1f\" data-end=\"%.1f\" role=\"group\" "
             "aria-label=\"Timeline of %s; the tables below "
             "have the same data\">\n",
             WIDTH, height, d->scale.unit_s, d->scale.end_s, json_get_str(d->record, "scenario", ""));
    draw_axis(out, &d->scale, height);
    draw_lane(out, "story, sender", TOP + LANE / 2);
    draw_lane(out, "DNS", TOP + LANE + LANE / 2);
    for (size_t i = 0; i < d->lanes.host_count; i++)
        draw_lane(out, d->lanes.hosts[i], TOP + LANE * (int)(LANE_HOSTS + i) + LANE / 2);
    draw_windows(out, d, below + BAND_LANE - 14);
    draw_pointers(out, d, height);
    draw_marks(out, d);
    (void)buf_add_cstr(out, "</svg></div>\n");
}

#define BAND_KEY(class, shape, words)                                                                                  \
    "<span><svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><g class=\"window " class "\">" shape        \
                                                                                                    "</g></svg>" words \
                                                                                                    "</span> "
#define BAND_RECT "<rect x=\"0\" y=\"2\" width=\"16\" height=\"12\"/>"
#define BAND_LINE "<line x1=\"8\" x2=\"8\" y1=\"0\" y2=\"16\"/>"
static const char *const band_keys[] = {BAND_KEY("fits", BAND_RECT, "time window of a sentence"),
                                        BAND_KEY("missed", BAND_RECT, "time window that was missed"),
                                        BAND_KEY("fits", BAND_LINE, "actual time")};

static bool has_kind(const struct drawing *d, enum mark_kind kind)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->marks[i].kind == kind)
            return true;
    return false;
}

/* Of what this timeline has. */
static void draw_key(struct buf *out, const struct drawing *d)
{
    static const struct {
        enum mark_kind kind;
        const char *words;
    } keys[] = {{KIND_GOOD, "taken"},
                {KIND_LATER, "deferred, or connection lost"},
                {KIND_BAD, "refused permanently"},
                {KIND_NO_CONNECTION, "no connection"},
                {KIND_STORY, "the story"},
                {KIND_BOUNCE, "a bounce arrives"},
                {KIND_DNS, "DNS answer"},
                {KIND_DNS_BAD, "DNS failure"}};
    (void)buf_add_cstr(out, "<figcaption class=\"key\">");
    bool bands = json_count(json_get(d->record, "windows")) > 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!has_kind(d, keys[i].kind))
            continue;
        html_put(out,
                 "<span><svg class=\"mark\" viewBox=\"-8 -8 16 16\" aria-hidden=\"true\"><use "
                 "href=\"#m:%d\"/></svg>%s</span> ",
                 (int)keys[i].kind, keys[i].words);
    }
    for (size_t i = 0; bands && i < sizeof band_keys / sizeof band_keys[0]; i++)
        (void)buf_add_cstr(out, band_keys[i]);
    (void)buf_add_cstr(out, " <span>The axis of the whole run is logarithmic.</span></figcaption>");
}

void html_timeline(struct buf *out, const struct json *record, const char *id)
{
    struct drawing d = {.record = record, .id = id};
    marks_gather(&d);
    fit_scale(&d);
    (void)buf_add_cstr(out, "<figure>");
    draw(out, &d);
    draw_key(out, &d);
    (void)buf_add_cstr(out, "</figure>\n");
    if (d.too_many_hosts)
        html_put(out, "<p class=\"cut\">Only the first %d hosts are drawn.</p>\n", HOSTS_MAX);
    marks_free(&d);
}
