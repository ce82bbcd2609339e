#include "harness/report/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define ROWS_MAX 100000

/* One recipient's view of the trace. */
struct view {
    const struct facts *facts;
    const struct rounds_of *of;
    struct timeline *out;
    bool crowded; /* other messages go to the same domain */
};

static struct timeline_row *add_row(struct timeline *out)
{
    if (out->count == ROWS_MAX)
        return &out->rows[out->count - 1];
    if ((out->count & (out->count - 1)) == 0) /* at powers of two, twice the room */
        out->rows = mem_realloc(out->rows, out->count > 0 ? 2 * out->count : 1, sizeof *out->rows);
    struct timeline_row *row = &out->rows[out->count++];
    *row = (struct timeline_row){0};
    return row;
}

/* ---- one connection ---- */

static bool names_us(const struct view *view, const struct json *json)
{
    return json_get(json, "rcpt") != NULL && strcmp(json_get_str(json, "msg", ""), view->of->submission->id) == 0 &&
           json_get_int(json, "n", 1) == view->of->submission->n &&
           strcasecmp(json_get_str(json, "rcpt", ""), view->of->rcpt) == 0;
}

static void say(char *out, size_t size, const struct json *reply, const char *verb)
{
    int code = (int)json_get_int(reply, "code", 0);
    const char *text = code != 354 ? json_get_str(reply, "text", "") : ""; /* whose text says nothing */
    size_t at = strlen(out);
    (void)snprintf(out + at, size - at, "%s%s → %d%s%.*s", at > 0 ? ", " : "", verb, code, text[0] != '\0' ? " " : "",
                   (int)strcspn(text, "\n"), text);
}

/* What this connection said about the recipient: its RCPT, and the dot; or what ended it before. */
static void describe_session(const struct view *view, int64_t conn, char *out, size_t size)
{
    const struct json *last = NULL, *rcpt = NULL, *after = NULL;
    const char *broken = NULL;
    bool reset = false;
    for (size_t i = 0; i < view->facts->log->count; i++) {
        const struct trace_event *event = &view->facts->log->events[i];
        if (json_get_int(event->json, "conn", 0) != conn)
            continue;
        if (strcmp(event->event, "tls.fail") == 0)
            broken = "TLS handshake failed";
        if (strcmp(event->event, "tcp.close") == 0)
            reset = strcmp(json_get_str(event->json, "how", ""), "reset") == 0;
        if (strcmp(event->event, "smtp.reply") != 0 || strcmp(json_get_str(event->json, "verb", ""), "QUIT") == 0)
            continue;
        const char *verb = json_get_str(event->json, "verb", "");
        last = event->json;
        if (strcmp(verb, "RCPT") == 0 && names_us(view, event->json))
            rcpt = event->json;
        else if (rcpt != NULL && (strcmp(verb, "DATA") == 0 || strcmp(verb, "eod") == 0))
            after = event->json;
    }
    out[0] = '\0';
    if (broken != NULL)
        (void)snprintf(out, size, "%s", broken);
    else if (rcpt != NULL && (json_get_int(rcpt, "code", 0) / 100 != 2 || after == NULL))
        say(out, size, rcpt, "RCPT");
    else if (rcpt != NULL) {
        (void)snprintf(out, size, "RCPT → %d", (int)json_get_int(rcpt, "code", 0));
        say(out, size, after, "DATA");
    } else if (last != NULL)
        say(out, size, last, json_get_str(last, "verb", "?"));
    else
        (void)snprintf(out, size, "no word");
    if (reset)
        (void)snprintf(out + strlen(out), size - strlen(out), ", connection reset");
}

static void describe_failure(const char *result, char *out, size_t size)
{
    static const char *const words[][2] = {
        {"refused", "connection refused"}, {"dropped", "no answer (SYN packets vanish)"}, {"unreachable", "no route"}};
    (void)snprintf(out, size, "%s", result);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(result, words[i][0]) == 0)
            (void)snprintf(out, size, "%s", words[i][1]);
}

/* ---- one round ---- */

static bool is_contact(const struct trace_event *event, const struct round *round)
{
    const char *host = json_get_str(event->json, "host", "");
    if (strcmp(event->event, "tcp.connect") != 0 || event->t_ns < round->open_ns || event->t_ns > round->last_ns ||
        strcmp(json_get_str(event->json, "result", ""), "given-up") == 0)
        return false;
    for (size_t i = 0; i < round->host_count; i++)
        if (strcmp(round->hosts[i], host) == 0)
            return true;
    return false;
}

/* Whom a connection's transactions name. */
enum named { NAMES_NOBODY, NAMES_US, NAMES_OTHERS };

static enum named names_whom(const struct view *view, int64_t conn)
{
    enum named named = NAMES_NOBODY;
    for (size_t i = 0; conn != 0 && i < view->facts->log->count; i++) {
        const struct trace_event *event = &view->facts->log->events[i];
        if (json_get_int(event->json, "conn", 0) != conn || strcmp(event->event, "smtp.command") != 0 ||
            json_get(event->json, "rcpt") == NULL)
            continue;
        if (names_us(view, event->json))
            return NAMES_US;
        named = NAMES_OTHERS;
    }
    return named;
}

static void add_contact(const struct view *view, const struct trace_event *event)
{
    int64_t conn = json_get_int(event->json, "conn", 0);
    struct timeline_row *row = add_row(view->out);
    row->t_ns = event->t_ns - view->of->submitted_ns;
    row->host = json_get_str(event->json, "host", "");
    if (conn != 0)
        describe_session(view, conn, row->what, sizeof row->what);
    else
        describe_failure(json_get_str(event->json, "result", ""), row->what, sizeof row->what);
}

static void add_dns_round(const struct view *view, const struct round *round)
{
    const char *domain = address_domain(view->of->rcpt);
    struct timeline_row *row = add_row(view->out);
    row->t_ns = round->open_ns - view->of->submitted_ns;
    row->host = "DNS";
    for (size_t i = 0; i < view->facts->log->count; i++) {
        const struct trace_event *event = &view->facts->log->events[i];
        if (strcmp(event->event, "dns.answer") == 0 && event->t_ns >= round->open_ns && event->t_ns <= round->last_ns &&
            strcasecmp(json_get_str(event->json, "qname", ""), domain) == 0)
            (void)snprintf(row->what, sizeof row->what, "%s %s → %s", json_get_str(event->json, "qtype", ""), domain,
                           json_get_str(event->json, "rcode", ""));
    }
}

static bool is_delivery(const struct timeline_row *row)
{
    return strstr(row->what, "DATA → 2") != NULL;
}

/* What followed from the round, seen from outside: a delivery, a bounce, or another round. */
static void conclude(const struct view *view, size_t i, size_t first_row, bool bounced)
{
    struct timeline_row *row = &view->out->rows[view->out->count - 1];
    char length[DURATION_TEXT_MAX];
    const struct rounds_of *of = view->of;
    for (size_t k = first_row; k < view->out->count; k++)
        row = is_delivery(&view->out->rows[k]) ? &view->out->rows[k] : row;
    if (is_delivery(row))
        (void)snprintf(row->then, sizeof row->then, "delivered");
    else if (i + 1 < of->count)
        (void)snprintf(row->then, sizeof row->then, "defer, next in %s",
                       duration_format(of->list[i + 1].open_ns - of->list[i].open_ns, length));
    else
        (void)snprintf(row->then, sizeof row->then, "%s", bounced ? "failed" : "not tried again");
}

/* Contacts that name nobody may each be for another message: of several at one host one row is enough. */
static void add_round(const struct view *view, const struct round *round)
{
    const struct trace_log *log = view->facts->log;
    const char *shown = NULL; /* the host of the last such row */
    bool named = false;
    for (size_t i = 0; i < log->count; i++)
        named = named || (is_contact(&log->events[i], round) &&
                          names_whom(view, json_get_int(log->events[i].json, "conn", 0)) == NAMES_US);
    for (size_t i = 0; i < log->count; i++) {
        const char *host = json_get_str(log->events[i].json, "host", "");
        enum named whom = NAMES_NOBODY;
        if (!is_contact(&log->events[i], round) ||
            (whom = names_whom(view, json_get_int(log->events[i].json, "conn", 0))) == NAMES_OTHERS)
            continue;
        if (whom == NAMES_NOBODY && ((shown != NULL && strcmp(shown, host) == 0) || (named && view->crowded)))
            continue;
        add_contact(view, &log->events[i]);
        shown = whom == NAMES_NOBODY ? host : shown;
    }
}

static const struct trace_event *bounce_of(const struct view *view)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(view->facts, "dsn.seen", view->of->submission->id, view->of->submission->n, &at)) !=
           NULL) {
        const struct json *recipients = json_get(event->json, "recipients");
        for (size_t i = 0; i < json_count(recipients); i++)
            if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), view->of->rcpt) == 0)
                return event;
    }
    return NULL;
}

static void add_bounce(const struct view *view, const struct trace_event *event)
{
    const struct json *recipients = json_get(event->json, "recipients");
    struct timeline_row *row = add_row(view->out);
    row->who = json_get_str(event->json, "to", "");
    row->t_ns = event->t_ns - view->of->submitted_ns;
    row->host = json_get_str(event->json, "host", "");
    for (size_t i = 0; i < json_count(recipients); i++) {
        const struct json *one = json_at(recipients, i);
        if (strcasecmp(json_get_str(one, "rcpt", ""), view->of->rcpt) == 0)
            (void)snprintf(row->what, sizeof row->what, "bounce: %s, %s %s", json_get_str(one, "rcpt", ""),
                           json_get_str(one, "action", ""), json_get_str(one, "status", ""));
    }
    (void)snprintf(row->then, sizeof row->then, "the sender knows");
}

static void add_recipient(const struct view *view)
{
    const struct rounds_of *of = view->of;
    const struct trace_event *bounce = bounce_of(view);
    size_t first = view->out->count;
    for (size_t i = 0; i < of->count; i++) {
        size_t before = view->out->count;
        add_round(view, &of->list[i]);
        if (view->out->count == before)
            add_dns_round(view, &of->list[i]);
        conclude(view, i, before, bounce != NULL);
    }
    if (view->out->count > first)
        view->out->rows[first].who = of->rcpt;
    if (bounce != NULL)
        add_bounce(view, bounce);
}

static bool is_crowded(const struct facts *facts, const struct rounds_of *of)
{
    const struct rounds_of *other;
    for (size_t i = 0; (other = rounds_at(facts->rounds, i)) != NULL; i++) {
        if (other->submission != of->submission &&
            strcasecmp(address_domain(other->rcpt), address_domain(of->rcpt)) == 0)
            return true;
    }
    return false;
}

void timeline_make(const struct facts *facts, struct timeline *out)
{
    *out = (struct timeline){0};
    const struct rounds_of *of;
    for (size_t i = 0; (of = rounds_at(facts->rounds, i)) != NULL; i++) {
        struct view view = {facts, of, out, is_crowded(facts, of)};
        if (of->submitted_ns != INT64_MAX)
            add_recipient(&view);
    }
}

void timeline_fini(struct timeline *timeline)
{
    free(timeline->rows);
    *timeline = (struct timeline){0};
}
