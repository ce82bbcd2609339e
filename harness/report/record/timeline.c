#include "harness/report/record/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/facts/failure_class.h"
#include "harness/report/record/transcript.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define ROWS_MAX 100000

struct work {
    const struct behaviour *behaviour;
    struct timeline *out;
    size_t group;
    const char *who; /* the recipient of the group's last row */
    size_t story;    /* the next event of the trace to look at for the story */
};

/* who: NULL for what belongs to no host. */
static struct timeline_row *add_row(struct work *w, const char *who, int64_t t_ns, const char *host)
{
    struct timeline *out = w->out;
    if (out->count == ROWS_MAX)
        out->count--;
    else if ((out->count & (out->count - 1)) == 0) /* at powers of two, twice the room */
        out->rows = mem_realloc(out->rows, out->count > 0 ? 2 * out->count : 1, sizeof *out->rows);
    struct timeline_row *row = &out->rows[out->count++];
    bool shown = who == NULL || (w->who != NULL && strcmp(w->who, who) == 0);
    *row = (struct timeline_row){.who = shown ? NULL : who, .t_ns = t_ns, .host = host, .group = w->group};
    w->who = who != NULL ? who : w->who;
    return row;
}

/* ---- attempts ---- */

static void add_contact(struct work *w, const struct contact *contact, const struct rounds_of *of)
{
    struct timeline_row *row = add_row(w, of->rcpt, contact->t_ns - of->handed_ns, contact->host);
    (void)contact_words(contact, row->what, sizeof row->what);
    (void)snprintf(row->then, sizeof row->then, "next host"); /* the decider's row gets the result below */
}

/* What the DNS said, for people. */
static const char *answer_words(const char *rcode)
{
    static const char *const words[][2] = {{"TIMEOUT", "no answer"},
                                           {"answered", "answered, but no host was tried"},
                                           {"null MX", "null MX: accepts no mail"},
                                           {"truncated", "a truncated answer"},
                                           {"lame", "a lame referral"},
                                           {"loop", "an alias loop"},
                                           {"wrong_id", "an answer to another question"}};
    for (size_t i = 0; rcode != NULL && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(rcode, words[i][0]) == 0)
            return words[i][1];
    return rcode != NULL ? rcode : "no answer";
}

static void add_question(struct work *w, const struct attempt *attempt, const struct rounds_of *of)
{
    struct timeline_row *row = add_row(w, of->rcpt, attempt->open_ns - of->handed_ns, "DNS");
    (void)snprintf(row->what, sizeof row->what, "%s %s → %s", attempt->question != NULL ? attempt->question : "MX",
                   address_domain(of->rcpt), answer_words(attempt->rcode));
}

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
    size_t len = strlen(row->then);
    if (attempt->shared_by > 0)
        (void)snprintf(row->then + len, sizeof row->then - len, "; shared by %u messages", attempt->shared_by + 1);
}

static void add_attempt(struct work *w, const struct history *history, size_t i)
{
    struct timeline *out = w->out;
    const struct attempt *attempt = &history->attempts[i];
    const struct contact *decider = attempt_decider(attempt);
    size_t first = out->count;
    for (size_t k = 0; k < attempt->count; k++)
        add_contact(w, &attempt->contacts[k], history->of);
    if (decider == NULL)
        add_question(w, attempt, history->of);
    size_t at = first + (decider != NULL ? (size_t)(decider - attempt->contacts) : 0);
    if (at < out->count)
        conclude(history, i, &out->rows[at]);
}

/* ---- what comes between them ---- */

/* What a report is called, and what it does: by its action (RFC 3464 §2.3.3). The first row is for all others. */
static const struct {
    const char *action, *word, *then;
    bool has_class; /* of a failure */
} notices[] = {
    {NULL, "bounce", "sender notified", true},
    {"delayed", "notice", "sender warned of the delay", true},
    {"delivered", "report", "sender notified of the success", false},
    {"relayed", "report", "sender notified of the success", false},
    {"expanded", "report", "sender notified of the success", false},
};

static size_t notice_of(const char *action)
{
    size_t i = sizeof notices / sizeof notices[0] - 1;
    while (i > 0 && strcasecmp(action, notices[i].action) != 0)
        i--;
    return i;
}

static void add_notice(struct work *w, const struct history *history, const struct trace_event *event)
{
    const struct json *one = facts_dsn_recipient(event->json, history->of->rcpt);
    const char *action = json_get_str(one, "action", "");
    size_t notice = notice_of(action);
    struct timeline_row *row = add_row(w, trace_str(event->json, FIELD_TO, ""), event->t_ns - history->of->handed_ns,
                                       trace_str(event->json, FIELD_HOST, ""));
    const char *status = json_get_str(one, "status", "");
    const char *class = failure_class_of_status(status, json_get_str(one, "diagnostic", ""));
    bool has_class = notices[notice].has_class;
    (void)snprintf(row->what, sizeof row->what, "%s: %s %s%s%s", notices[notice].word,
                   action[0] != '\0' ? action : "no Action", status[0] != '\0' ? status : "without Status",
                   has_class ? ", " : "", has_class ? class : "");
    (void)snprintf(row->then, sizeof row->then, "%s", notices[notice].then);
}

/* The story is shown with the first recipient. */
static void add_story(struct work *w, const struct history *history, size_t before)
{
    const struct trace_log *log = w->behaviour->facts->log;
    char words[128];
    for (; w->story < before; w->story++) {
        const struct trace_event *event = &log->events[w->story];
        if (!transcript_story_words(event, words, sizeof words))
            continue;
        struct timeline_row *row = add_row(w, NULL, event->t_ns - history->of->handed_ns, "");
        memcpy(row->what, words, sizeof words);
    }
}

/* What comes before the event of this index, in the order of the trace. */
static void add_before(struct work *w, const struct history *history, size_t *notice, size_t before)
{
    const struct trace_event *events = w->behaviour->facts->log->events;
    for (; *notice < history->dsn_count && history->dsns[*notice] < events + before; (*notice)++) {
        add_story(w, history, (size_t)(history->dsns[*notice] - events));
        add_notice(w, history, history->dsns[*notice]);
    }
    add_story(w, history, before);
}

/* Where the trace has an attempt; without a contact only its time is known. */
static size_t place_of(const struct trace_log *log, const struct attempt *attempt)
{
    if (attempt->count > 0)
        return attempt->contacts[0].event;
    size_t low = 0, high = log->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->events[middle].t_ns < attempt->open_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A submission that the target did not take: what it said instead. */
static void add_refusal(struct work *w, const struct history *history)
{
    const struct rounds_of *of = history->of;
    const struct trace_event *event = facts_refusal(w->behaviour->facts, of);
    if (event == NULL)
        return;
    int64_t after_ns = of->handed_ns != INT64_MAX ? event->t_ns - of->handed_ns : 0;
    struct timeline_row *row = add_row(w, of->rcpt, after_ns, "the target");
    const char *text = trace_str(event->json, FIELD_TEXT, "");
    (void)snprintf(
        row->what, sizeof row->what, "%s → %d %.*s",
        strcmp(trace_str(event->json, FIELD_VERB, "?"), "eod") == 0 ? "DATA" : trace_str(event->json, FIELD_VERB, "?"),
        (int)trace_int(event->json, FIELD_CODE, 0), (int)strcspn(text, "\n"), text);
    (void)snprintf(row->then, sizeof row->then, "not taken");
}

static void add_recipient(struct work *w, const struct history *history)
{
    size_t notice = 0;
    w->who = NULL;
    for (size_t i = 0; i < history->count; i++) {
        add_before(w, history, &notice, place_of(w->behaviour->facts->log, &history->attempts[i]));
        add_attempt(w, history, i);
    }
    if (history->of->submitted_ns == INT64_MAX)
        add_refusal(w, history);
    if (history->of->handed_ns != INT64_MAX)
        add_before(w, history, &notice, w->behaviour->facts->log->count);
}

void timeline_make(const struct behaviour *behaviour, struct timeline *out)
{
    struct work work = {.behaviour = behaviour, .out = out};
    *out = (struct timeline){0};
    for (size_t i = 0; i < behaviour->count; i++) {
        work.group = i;
        add_recipient(&work, &behaviour->histories[i]);
    }
}

void timeline_fini(struct timeline *timeline)
{
    free(timeline->rows);
    *timeline = (struct timeline){0};
}
