#include "harness/report/terminal/terminal_timeline.h"

#include <string.h>

#include "harness/report/record/timeline.h"
#include "harness/report/terminal/terminal_text.h"
#include "lib/base/duration.h"
#include "harness/report/markup/visible.h"

#define NAME_MAX_COLUMNS 40
#define WHAT_MAX         64 /* a longer one is not cut, but what follows it is not in its column */
#define WHAT_MIN         24
#define FOLD_ABOVE       4 /* rows that say the same */
#define GROUPS_ABOVE     2 /* recipients with equal rows */

/* ---- columns ---- */

struct layout {
    size_t who, clock, host, what;
    size_t room;    /* for `what` in a row */
    size_t columns; /* in all */
    bool above;     /* recipients are printed above their rows */
    bool whole;     /* no time has a fraction of a second worth its room */
};

static size_t at_most(size_t columns, size_t most)
{
    return columns < most ? columns : most;
}

static void widen(size_t *columns, const char *text)
{
    size_t needs = text != NULL ? terminal_columns_of(text) : 0;
    *columns = needs > *columns ? needs : *columns;
}

static const char *clock_of(const struct timeline_row *row, bool whole, char out[DURATION_TEXT_MAX])
{
    (void)duration_clock(row->t_ns, out);
    if (whole)
        out[strlen(out) - 4] = '\0';
    return out;
}

/* The width left for `what` next to the other columns, with two spaces between columns. */
static size_t room_for_what(const struct layout *layout, size_t then, size_t columns)
{
    size_t used = (layout->above ? 4 : 4 + layout->who) + layout->clock + 2 + layout->host + 2 + 2 + then;
    return used + WHAT_MIN < columns ? columns - used : WHAT_MIN;
}

static struct layout fit(const struct timeline *timeline, size_t columns)
{
    struct layout layout = {.clock = strlen("4d 00:00:00.000"), .whole = true};
    size_t what = 0, then = 0;
    for (size_t i = 0; i < timeline->count; i++) {
        const struct timeline_row *row = &timeline->rows[i];
        widen(&layout.who, row->who);
        widen(&layout.host, row->host);
        widen(&what, row->what);
        widen(&then, row->then);
        layout.whole = layout.whole && row->t_ns % NS_PER_S == 0;
    }
    what = at_most(what, WHAT_MAX);
    layout.who = at_most(layout.who, NAME_MAX_COLUMNS);
    layout.host = at_most(layout.host, NAME_MAX_COLUMNS);
    layout.above = room_for_what(&layout, then, columns) < what;
    layout.whole = layout.whole && layout.above;
    layout.clock -= layout.whole ? 4 : 0;
    layout.room = room_for_what(&layout, then, columns);
    layout.what = at_most(layout.room, what);
    layout.columns = columns;
    return layout;
}

/* ---- rows ---- */

static bool says_the_same(const struct timeline_row *a, const struct timeline_row *b)
{
    return strcmp(a->host, b->host) == 0 && strcmp(a->what, b->what) == 0 && strcmp(a->then, b->then) == 0;
}

/* How many rows from i on say the same. */
static size_t rows_alike(const struct timeline *timeline, size_t i)
{
    size_t count = 1;
    while (i + count < timeline->count && timeline->rows[i + count].who == NULL &&
           says_the_same(&timeline->rows[i + count], &timeline->rows[i]))
        count++;
    return count;
}

/* The host, what it said, and how the target took it. */
static void print_said(FILE *out, const struct layout *layout, const struct timeline_row *row)
{
    size_t columns = terminal_columns_of(row->what), at = (layout->above ? 4 : 4 + layout->who) + layout->clock + 2;
    if (row->then[0] != '\0' && columns > layout->room) {
        terminal_cell(out, row->host, layout->host);
        fprintf(out, "  %s\n%*s", row->then, (int)at, "");
        terminal_wrap(out, row->what, at, layout->columns);
        return;
    }
    terminal_cell(out, row->host, layout->host);
    fputs("  ", out);
    if (row->then[0] == '\0') {
        terminal_wrap(out, row->what, at + layout->host + 2, layout->columns);
        return;
    }
    terminal_cell(out, row->what, columns > layout->what ? columns : layout->what);
    fprintf(out, "  %s\n", row->then);
}

static void print_row(FILE *out, const struct layout *layout, const struct timeline_row *row)
{
    char clock[DURATION_TEXT_MAX];
    if (layout->above && row->who != NULL) {
        fputs("  ", out);
        visible_print(out, row->who);
        fputc('\n', out);
    }
    fputs(layout->above ? "    " : "  ", out);
    if (!layout->above) {
        terminal_cell(out, row->who != NULL ? row->who : "", layout->who);
        fputs("  ", out);
    }
    fprintf(out, "%*s  ", (int)layout->clock, clock_of(row, layout->whole, clock));
    print_said(out, layout, row);
}

static void print_fold(FILE *out, const struct layout *layout, size_t count, const char *what)
{
    fprintf(out, "  %*s… %zu more %s\n", (int)(layout->clock + (layout->above ? 4 : layout->who + 4)), "", count, what);
}

static void print_rows(FILE *out, const struct layout *layout, const struct timeline *timeline, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        size_t alike = rows_alike(timeline, i);
        print_row(out, layout, &timeline->rows[i]);
        if (alike > FOLD_ABOVE) { /* the first and the last stay */
            print_fold(out, layout, alike - 2, "of these");
            i += alike - 2;
        }
    }
}

/* ---- groups ---- */

static size_t end_of_group(const struct timeline *timeline, size_t from)
{
    size_t to = from;
    while (to < timeline->count && timeline->rows[to].group == timeline->rows[from].group)
        to++;
    return to;
}

static bool groups_alike(const struct timeline *timeline, size_t a, size_t b)
{
    size_t count = end_of_group(timeline, a) - a;
    if (b >= timeline->count || end_of_group(timeline, b) - b != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (timeline->rows[a + i].t_ns != timeline->rows[b + i].t_ns ||
            !says_the_same(&timeline->rows[a + i], &timeline->rows[b + i]))
            return false;
    return true;
}

/* The groups after the one at `from` that equal it: how many, and where the last of them begins. */
static size_t count_alike(const struct timeline *timeline, size_t from, size_t *last)
{
    size_t count = 0, next = end_of_group(timeline, from);
    *last = from;
    for (; groups_alike(timeline, from, next); count++) {
        *last = next;
        next = end_of_group(timeline, next);
    }
    return count;
}

static const char *recipient_of(const struct timeline *timeline, size_t group)
{
    return timeline->rows[group].who != NULL ? timeline->rows[group].who : "the last";
}

/* A group, and in one line the equal groups that follow it; returns where to go on. */
static size_t print_group(FILE *out, const struct layout *layout, const struct timeline *timeline, size_t from)
{
    size_t last, more = count_alike(timeline, from, &last), end = end_of_group(timeline, from);
    print_rows(out, layout, timeline, from, end);
    if (more < GROUPS_ABOVE)
        return end;
    fprintf(out, "  … and the same for %zu more recipients, up to ", more);
    visible_print(out, recipient_of(timeline, last));
    fputc('\n', out);
    return end_of_group(timeline, last);
}

void terminal_timeline(FILE *out, const struct facts *facts, size_t columns)
{
    struct behaviour behaviour;
    struct timeline timeline;
    behaviour_make(&behaviour, facts);
    timeline_make(&behaviour, &timeline);
    struct layout layout = fit(&timeline, columns);
    for (size_t i = 0; i < timeline.count;)
        i = print_group(out, &layout, &timeline, i);
    timeline_fini(&timeline);
    behaviour_fini(&behaviour);
}
