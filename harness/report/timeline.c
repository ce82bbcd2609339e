#include "harness/report/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define ROWS_MAX 100000

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

static void add_contact(struct timeline *out, const struct contact *contact, int64_t zero_ns)
{
    struct timeline_row *row = add_row(out);
    row->t_ns = contact->t_ns - zero_ns;
    row->host = contact->host;
    (void)contact_words(contact, row->what, sizeof row->what);
    (void)snprintf(row->then, sizeof row->then, "next host"); /* the decider's row is told what came of it below */
}

static void add_question(struct timeline *out, const struct attempt *attempt, const struct rounds_of *of)
{
    struct timeline_row *row = add_row(out);
    row->t_ns = attempt->open_ns - of->submitted_ns;
    row->host = "DNS";
    if (attempt->question != NULL)
        (void)snprintf(row->what, sizeof row->what, "%s %s → %s", attempt->question, address_domain(of->rcpt),
                       strcmp(attempt->rcode, "TIMEOUT") == 0 ? "no answer" : attempt->rcode);
}

/* ---- one recipient ---- */

static void conclude(const struct history *history, size_t i, struct timeline_row *row)
{
    char length[DURATION_TEXT_MAX];
    const struct attempt *attempt = &history->attempts[i];
    static const char *const words[] = {[TAKEN_DELIVERED] = "delivered",
                                        [TAKEN_DEFERRED] = "queued at the end",
                                        [TAKEN_BOUNCED] = "failed",
                                        [TAKEN_GIVEN_UP] = "given up",
                                        [TAKEN_LAST_SEEN] = "not tried again"};
    if (attempt->taken == TAKEN_DEFERRED && i + 1 < history->count)
        (void)snprintf(row->then, sizeof row->then, "defer, next in %s",
                       duration_format(history->attempts[i + 1].open_ns - attempt->open_ns, length));
    else
        (void)snprintf(row->then, sizeof row->then, "%s", words[attempt->taken]);
}

static void add_attempt(struct timeline *out, const struct history *history, size_t i)
{
    const struct attempt *attempt = &history->attempts[i];
    const struct contact *decider = attempt_decider(attempt);
    size_t first = out->count;
    for (size_t k = 0; k < attempt->count; k++)
        add_contact(out, &attempt->contacts[k], history->of->submitted_ns);
    if (decider == NULL)
        add_question(out, attempt, history->of);
    size_t at = first + (decider != NULL ? (size_t)(decider - attempt->contacts) : 0);
    if (at < out->count)
        conclude(history, i, &out->rows[at]);
}

static const struct json *recipient_of(const struct json *dsn, const char *rcpt)
{
    const struct json *recipients = json_get(dsn, "recipients");
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), rcpt) == 0)
            return json_at(recipients, i);
    return NULL;
}

static void add_bounce(struct timeline *out, const struct history *history)
{
    const struct trace_event *event = history->bounce;
    const struct json *one = recipient_of(event->json, history->of->rcpt);
    struct timeline_row *row = add_row(out);
    row->who = json_get_str(event->json, "to", "");
    row->t_ns = event->t_ns - history->of->submitted_ns;
    row->host = json_get_str(event->json, "host", "");
    (void)snprintf(row->what, sizeof row->what, "bounce: %s, %s %s", history->of->rcpt, json_get_str(one, "action", ""),
                   json_get_str(one, "status", ""));
    (void)snprintf(row->then, sizeof row->then, "the sender knows");
}

static void add_recipient(struct timeline *out, const struct history *history)
{
    size_t first = out->count;
    for (size_t i = 0; i < history->count; i++)
        add_attempt(out, history, i);
    if (out->count > first)
        out->rows[first].who = history->of->rcpt;
    if (history->bounce != NULL)
        add_bounce(out, history);
}

void timeline_make(const struct behaviour *behaviour, struct timeline *out)
{
    *out = (struct timeline){0};
    for (size_t i = 0; i < behaviour->count; i++)
        if (behaviour->histories[i].of->submitted_ns != INT64_MAX)
            add_recipient(out, &behaviour->histories[i]);
}

void timeline_fini(struct timeline *timeline)
{
    free(timeline->rows);
    *timeline = (struct timeline){0};
}
