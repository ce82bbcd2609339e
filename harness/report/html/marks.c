#include "harness/report/html/marks.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/html/page.h"
#include "lib/base/mem.h"

static void add_mark(struct drawing *d, double t, size_t lane, enum mark_kind kind, int64_t conn, struct buf *title)
{
    if (d->count == d->room) {
        d->room = d->room > 0 ? 2 * d->room : 64;
        d->marks = mem_realloc(d->marks, d->room, sizeof *d->marks);
    }
    d->marks[d->count++] =
        (struct mark){.t = t, .lane = lane, .kind = kind, .conn = conn, .title = mem_strdup(buf_cstr(title))};
}

/* SIZE_MAX when there are too many hosts to draw. */
static size_t lane_of(struct drawing *d, const char *host)
{
    for (size_t i = 0; i < d->lanes.host_count; i++)
        if (strcmp(d->lanes.hosts[i], host) == 0)
            return LANE_HOSTS + i;
    if (d->lanes.host_count == HOSTS_MAX) {
        d->too_many_hosts = true;
        return SIZE_MAX;
    }
    d->lanes.hosts[d->lanes.host_count] = host;
    return LANE_HOSTS + d->lanes.host_count++;
}

static enum mark_kind kind_of(const struct json *contact)
{
    int64_t code = json_get_int(contact, "code", 0);
    if (json_get(contact, "conn") == NULL)
        return KIND_NO_CONNECTION;
    if (json_get(contact, "failure") != NULL)
        return KIND_LATER;
    return code / 100 == 2 ? KIND_GOOD : code / 100 == 5 ? KIND_BAD : KIND_LATER;
}

double marks_zero_of(const struct json *json)
{
    return json_get_real(json, "handed", json_get_real(json, "submitted", 0));
}

/* in_table: the row of the table has the words, and the script shows them. */
static void add_contact(struct drawing *d, const struct json *message, size_t number, const struct json *contact,
                        bool in_table)
{
    const struct json *attempt = json_at(json_get(message, "attempts"), number - 1);
    double t = marks_zero_of(message) + json_get_real(contact, "t", 0);
    size_t lane = lane_of(d, json_get_str(contact, "host", "?"));
    struct buf title;
    if (lane == SIZE_MAX)
        return;
    buf_init(&title, 8192);
    if (!in_table) {
        html_clock(&title, t);
        html_put(&title, " %s: %s (%s)", json_get_str(message, "rcpt", ""), json_get_str(contact, "what", ""),
                 json_get_str(attempt, "taken", ""));
    }
    add_mark(d, t, lane, kind_of(contact), json_get_int(contact, "conn", 0), &title);
    d->marks[d->count - 1].attempt = number;
    buf_fini(&title);
}

static void add_contacts(struct drawing *d)
{
    const struct json *messages = json_get(json_get(d->record, "behaviour"), "messages");
    for (size_t i = 0; i < json_count(messages); i++) {
        const struct json *attempts = json_get(json_at(messages, i), "attempts");
        for (size_t k = 0; k < json_count(attempts); k++) {
            const struct json *hosts = json_get(json_at(attempts, k), "hosts");
            for (size_t h = 0; h < json_count(hosts); h++)
                add_contact(d, json_at(messages, i), k + 1, json_at(hosts, h),
                            i < HTML_RECIPIENTS_MAX && k < HTML_ATTEMPTS_MAX);
        }
    }
}

static void add_bounces(struct drawing *d)
{
    const struct json *dsns = json_get(json_get(d->record, "behaviour"), "dsns");
    for (size_t i = 0; i < json_count(dsns); i++) {
        const struct json *dsn = json_at(dsns, i);
        double t = marks_zero_of(dsn) + json_get_real(dsn, "t", 0);
        struct buf title;
        buf_init(&title, 8192);
        html_clock(&title, t);
        html_put(&title, " bounce to %s: %s %s %s", json_get_str(dsn, "to", ""), json_get_str(dsn, "rcpt", ""),
                 json_get_str(dsn, "action", ""), json_get_str(dsn, "status", ""));
        add_mark(d, t, LANE_STORY, KIND_BOUNCE, json_get_int(dsn, "conn", 0), &title);
        buf_fini(&title);
    }
}

static void add_events(struct drawing *d)
{
    const struct json *events = json_get(d->record, "events");
    for (size_t i = 0; i < json_count(events); i++) {
        const struct json *event = json_at(events, i);
        double t = json_as_real(json_at(event, 0), 0);
        struct buf title;
        buf_init(&title, 8192);
        html_clock(&title, t);
        html_put(&title, " %s", json_as_str(json_at(event, 2), ""));
        add_mark(d, t, LANE_STORY, KIND_STORY, 0, &title);
        buf_fini(&title);
    }
}

static void add_lookups(struct drawing *d)
{
    const struct json *lookups = json_get(json_get(d->record, "lookups"), "list");
    for (size_t i = 0; i < json_count(lookups); i++) {
        const struct json *one = json_at(lookups, i);
        const char *rcode = json_as_str(json_at(one, 3), "");
        double t = json_as_real(json_at(one, 0), 0);
        struct buf title;
        buf_init(&title, 8192);
        html_clock(&title, t);
        html_put(&title, " %s %s: %s", json_as_str(json_at(one, 1), ""), json_as_str(json_at(one, 2), ""), rcode);
        add_mark(d, t, LANE_DNS, strcmp(rcode, "NOERROR") == 0 ? KIND_DNS : KIND_DNS_BAD, 0, &title);
        buf_fini(&title);
    }
}

static int compare_marks(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->lane != y->lane)
        return x->lane < y->lane ? -1 : 1;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

void marks_gather(struct drawing *d)
{
    add_events(d);
    add_lookups(d);
    add_contacts(d);
    add_bounces(d);
    if (d->count > 0)
        qsort(d->marks, d->count, sizeof *d->marks, compare_marks);
}

void marks_free(struct drawing *d)
{
    for (size_t i = 0; i < d->count; i++)
        free(d->marks[i].title);
    free(d->marks);
}
