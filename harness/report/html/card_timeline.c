/*
 * html: the small timeline of a card: when the sender, and each of the first hosts, had something to do with the
 * messages of a run, and the moment or the window that the cause is about. The run has the full one.
 */
#include <stdio.h>
#include <string.h>

#include "harness/report/html/marks.h"
#include "harness/report/html/page.h"
#include "harness/report/html/place.h"

#define WIDTH       430
#define LABELS      116
#define RIGHT       14
#define TOP         22
#define LANE        26
#define LANES_MAX   5 /* the others are counted */
#define LABEL_CHARS 14
#define TICK_ROOM   46
#define APART       5  /* between marks of one kind that are drawn */
#define BESIDE      14 /* between marks of two kinds */

/* What a card draws of it: the lanes of the DNS and of hosts without a mark are left out. */
struct small {
    struct drawing d;
    size_t rows[LANE_HOSTS + HOSTS_MAX]; /* of each lane, from 1; 0 = not drawn */
    size_t count, left_out;
};

static const struct json *missed_window(const struct json *record)
{
    const struct json *windows = json_get(record, "windows");
    for (size_t i = 0; i < json_count(windows); i++)
        if (!json_get_bool(json_at(windows, i), "fits", true))
            return json_at(windows, i);
    return NULL;
}

/* Where no host was tried, what the DNS said decided. */
static void choose_lanes(struct small *small)
{
    size_t lanes = LANE_HOSTS + small->d.lanes.host_count;
    for (size_t lane = 0; lane < lanes; lane++) {
        if (lane == LANE_DNS && small->d.lanes.host_count > 0)
            continue;
        if (small->count < LANES_MAX)
            small->rows[lane] = ++small->count;
        else
            small->left_out++;
    }
}

static void fit(struct small *small, const struct place *place)
{
    double least = 0, most = place != NULL ? place->at : 0;
    const struct json *window = missed_window(small->d.record);
    for (size_t i = 0; i < small->d.count; i++) {
        double t = small->d.marks[i].t;
        if (small->rows[small->d.marks[i].lane] == 0)
            continue;
        most = t > most ? t : most;
        if (t >= 1 && (least == 0 || t < least))
            least = t;
    }
    most = json_get_real(window, "from", 0) > most ? json_get_real(window, "from", 0) : most;
    time_scale_init(&small->d.scale, least, most * 1.1, LABELS, WIDTH - RIGHT);
}

static int y_of(size_t row)
{
    return TOP + LANE * (int)(row - 1) + LANE / 2;
}

static void draw_axis(struct buf *out, const struct small *small, int height)
{
    double s = 0;
    do {
        double x = time_scale_x(&small->d.scale, s);
        html_put(out, "<path class=\"tick\" d=\"M%.1f %dV%d\"/><text class=\"axis\" x=\"%.1f\" y=\"%d\">", x, TOP - 4,
                 height, x, TOP - 9);
        html_length(out, s);
        (void)buf_add_cstr(out, "</text>");
    } while (time_scale_tick(&small->d.scale, &s, TICK_ROOM));
}

/* Its first characters: hosts of a scenario differ there. */
static void draw_lane(struct buf *out, const char *label, size_t row)
{
    char cut[4 * LABEL_CHARS + 8];
    size_t octets = 0;
    for (size_t characters = 0; label[octets] != '\0' && characters < LABEL_CHARS; characters++) {
        octets++;
        while (((unsigned char)label[octets] & 0xc0) == 0x80)
            octets++;
    }
    (void)snprintf(cut, sizeof cut, "%.*s%s", (int)octets, label, label[octets] != '\0' ? "…" : "");
    html_put(out, "<text class=\"lane\" x=\"0\" y=\"%d\">%s</text><path class=\"lane\" d=\"M%d %dH%d\"/>\n",
             y_of(row) + 4, cut, LABELS, y_of(row), WIDTH - RIGHT);
}

static void draw_lanes(struct buf *out, const struct small *small)
{
    draw_lane(out, "story, sender", small->rows[LANE_STORY]);
    if (small->rows[LANE_DNS] > 0)
        draw_lane(out, "DNS", small->rows[LANE_DNS]);
    for (size_t i = 0; i < small->d.lanes.host_count; i++)
        if (small->rows[LANE_HOSTS + i] > 0)
            draw_lane(out, small->d.lanes.hosts[i], small->rows[LANE_HOSTS + i]);
}

static void draw_window(struct buf *out, const struct small *small, int height)
{
    const struct json *window = missed_window(small->d.record);
    if (window == NULL)
        return;
    double left = time_scale_x(&small->d.scale, json_get_real(window, "from", 0));
    double right = time_scale_x(&small->d.scale, json_get_real(window, "to", small->d.scale.end_s));
    html_put(out, "<g class=\"window missed\"><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/></g>", left, TOP,
             right - left > 2 ? right - left : 2.0, height - TOP);
}

static void draw_moment(struct buf *out, const struct small *small, const struct place *place, int height)
{
    if (place != NULL)
        html_put(out, "<g class=\"at\"><path d=\"M%.1f %dV%d\"/></g>", time_scale_x(&small->d.scale, place->at), TOP,
                 height);
}

/* Marks are sorted by lane and time: what would hide the one before is left out, or drawn next to it. */
static void draw_marks(struct buf *out, const struct small *small)
{
    const struct mark *before = NULL;
    double last = 0;
    for (size_t i = 0; i < small->d.count; i++) {
        const struct mark *mark = &small->d.marks[i];
        double x = time_scale_x(&small->d.scale, mark->t);
        size_t row = small->rows[mark->lane];
        bool near = before != NULL && before->lane == mark->lane && x - last < BESIDE;
        if (row == 0 || (near && before->kind == mark->kind && x - last < APART))
            continue;
        if (near && before->kind != mark->kind)
            x = last + BESIDE;
        html_put(out, "<use href=\"#m:%d\" transform=\"translate(%.1f %d)\"/>", (int)mark->kind, x, y_of(row));
        before = mark;
        last = x;
    }
    (void)buf_add_char(out, '\n');
}

void html_small_timeline(struct buf *out, const struct json *record, const struct json *finding)
{
    struct small small = {.d = {.record = record}};
    struct place place;
    bool placed = finding != NULL && place_of(record, finding, &place);
    marks_gather(&small.d);
    choose_lanes(&small);
    fit(&small, placed ? &place : NULL);
    int height = TOP + LANE * (int)small.count + 2;
    if (small.d.count > 0) {
        html_put(out,
                 "<svg class=\"small\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Timeline of the first run\">\n",
                 WIDTH, height);
        draw_axis(out, &small, height);
        draw_lanes(out, &small);
        draw_window(out, &small, height);
        draw_moment(out, &small, placed ? &place : NULL, height);
        draw_marks(out, &small);
        (void)buf_add_cstr(out, "</svg>\n");
        if (small.left_out > 0)
            html_put(out, "<p class=\"about\">and %zu more host%s</p>\n", small.left_out,
                     small.left_out == 1 ? "" : "s");
    }
    marks_free(&small.d);
}
