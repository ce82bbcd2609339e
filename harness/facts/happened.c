#include "harness/facts/happened.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define SENTENCE_MAX  1000
#define TEXT_OCTETS   120 /* of a reply of the target */
#define NAMES_MAX     2   /* recipients that a sentence names */
#define NOT_DELIVERED 0
#define DELIVERED     1

/* What happened to one recipient, after its name: equal texts share a sentence. */
struct tail {
    const struct history *history;
    char *text;
    size_t order;
    int rank;
};

/* "at once", "after 1m7s" */
static void add_after(struct buf *out, int64_t ns)
{
    char length[DURATION_TEXT_MAX];
    if (ns < NS_PER_S)
        (void)buf_add_cstr(out, "at once");
    else
        (void)buf_printf(out, "after %s", duration_rough(ns, length));
}

/* ---- its parts ---- */

static void add_attempts(struct buf *out, const struct history *history)
{
    char length[DURATION_TEXT_MAX];
    const struct attempt *attempts = history->attempts;
    size_t count = history->count;
    if (count == 0)
        (void)buf_add_cstr(out, "made no attempt");
    else if (count == 1)
        (void)buf_add_cstr(out, "made one attempt");
    else
        (void)buf_printf(out, "made %zu attempts in %s", count,
                         duration_rough(attempts[count - 1].open_ns - attempts[0].open_ns, length));
}

/* Why the last attempt that was not a delivery was not one. */
static void add_reason(struct buf *out, const struct history *history)
{
    char reason[64];
    size_t last = history->count;
    while (last > 0 && history->attempts[last - 1].taken == TAKEN_DELIVERED)
        last--;
    if (last == 0)
        return;
    const char *which = history->count == 1 ? "" : last == history->count ? "the last: " : "the one before: ";
    (void)buf_printf(out, " (%s%s)", which, attempt_reason(&history->attempts[last - 1], reason, sizeof reason));
}

static void add_end(struct buf *out, const struct history *history)
{
    int64_t after_ns = history->outcome_ns - history->of->handed_ns;
    if (history->outcome == OUTCOME_DELIVERED && history->copies > 1) {
        (void)buf_printf(out, "delivered %u copies of it, the first ", history->copies);
        add_after(out, after_ns);
    } else if (history->outcome == OUTCOME_DELIVERED) {
        (void)buf_add_cstr(out, "delivered it ");
        add_after(out, after_ns);
    } else if (history->outcome == OUTCOME_BOUNCED) {
        const struct json *one = facts_dsn_recipient(history->bounce->json, history->of->rcpt);
        const char *status = json_get_str(one, "status", "");
        (void)buf_add_cstr(out, "bounced it ");
        add_after(out, after_ns);
        (void)buf_printf(out, " (%s%s)", status[0] != '\0' ? "Status: " : "without Status", status);
    } else if (history->outcome == OUTCOME_QUEUED) {
        (void)buf_add_cstr(out, "still had it in the queue at the end");
    } else if (history->outcome == OUTCOME_GIVEN_UP) {
        (void)buf_add_cstr(out, "dropped it");
    } else {
        (void)buf_add_cstr(out, "did not try again");
    }
}

/* A bounce of this message that names no recipient, so that it is about all of them; NULL when there is none. */
static const struct trace_event *nameless_bounce(const struct facts *facts, const struct history *history)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DSN_SEEN, history->of->submission->id, history->of->submission->n, &at)) !=
           NULL)
        if (json_count(trace_value(event->json, FIELD_RECIPIENTS)) == 0)
            return event;
    return NULL;
}

/* What the sender was notified of, unless the end says so. */
static void add_report(struct buf *out, const struct facts *facts, const struct history *history)
{
    const struct trace_event *last =
        history->dsn_count > 0 ? history->dsns[history->dsn_count - 1] : nameless_bounce(facts, history);
    if (last == NULL || history->outcome == OUTCOME_BOUNCED)
        return;
    const char *action = json_get_str(facts_dsn_recipient(last->json, history->of->rcpt), "action", "");
    (void)buf_printf(out, "; its %s, ", history->dsn_count > 1 ? "last report" : "report");
    add_after(out, last->t_ns - history->of->handed_ns);
    if (history->dsn_count == 0)
        (void)buf_add_cstr(out, ", names no recipient");
    else
        (void)buf_printf(out, ", says %.40s", action[0] != '\0' ? action : "no Action");
}

static void add_refusal(struct buf *out, const struct facts *facts, const struct history *history)
{
    const struct trace_event *event = facts_refusal(facts, history->of);
    const struct json *refusal = event != NULL ? event->json : NULL;
    const char *text = trace_str(refusal, FIELD_TEXT, ""), *verb = trace_str(refusal, FIELD_VERB, "?");
    if (refusal == NULL)
        (void)buf_add_cstr(out, "and did not say whether it accepts it");
    else
        (void)buf_printf(out, "and refused it: %s → %d %.*s", strcmp(verb, "eod") == 0 ? "DATA" : verb,
                         (int)trace_int(refusal, FIELD_CODE, 0),
                         (int)(strcspn(text, "\n") < TEXT_OCTETS ? strcspn(text, "\n") : TEXT_OCTETS), text);
}

static char *tail_of(const struct facts *facts, const struct history *history)
{
    struct buf out;
    buf_init(&out, SENTENCE_MAX);
    if (history->of->submitted_ns == INT64_MAX && history->outcome == OUTCOME_NOT_TAKEN) {
        add_refusal(&out, facts, history);
    } else {
        add_attempts(&out, history);
        add_reason(&out, history);
        (void)buf_add_cstr(&out, ", and ");
        add_end(&out, history);
        add_report(&out, facts, history);
    }
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    return text;
}

/* ---- sentences ---- */

static int compare(const void *a, const void *b)
{
    const struct tail *x = a, *y = b;
    int order = x->rank - y->rank;
    if (order == 0)
        order = strcmp(x->text, y->text);
    return order != 0 ? order : x->order < y->order ? -1 : x->order > y->order;
}

static bool is_one_message(const struct tail *tails, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (tails[i].history->of->submission != tails[0].history->of->submission)
            return false;
    return true;
}

/* "m1 for a@dest.example, b@dest.example and 98 more recipients", "m1 for a@dest.example and 9 more like it" */
static void add_subject(struct buf *out, const struct tail *tails, size_t count)
{
    bool one = is_one_message(tails, count);
    size_t names = !one ? 1 : count <= NAMES_MAX + 1 ? count : NAMES_MAX;
    (void)buf_printf(out, "%s", tails[0].history->of->submission->id);
    if (tails[0].history->of->submission->n > 1)
        (void)buf_printf(out, " (message %u)", tails[0].history->of->submission->n);
    for (size_t i = 0; i < names; i++)
        (void)buf_printf(out, "%s%s", i == 0 ? " for " : i + 1 == count ? " and " : ", ", tails[i].history->of->rcpt);
    if (count > names)
        (void)buf_printf(out, " and %zu more %s", count - names, one ? "recipients" : "like it");
}

static struct json *sentence_of(const struct tail *tails, size_t count, const char *target)
{
    struct buf out;
    bool taken = tails[0].history->outcome != OUTCOME_NOT_TAKEN;
    buf_init(&out, 2 * SENTENCE_MAX);
    (void)buf_printf(&out, "%.100s %s ", target, taken ? "accepted" : "got");
    add_subject(&out, tails, count);
    (void)buf_printf(&out, ", %s.", tails[0].text);
    struct json *json = json_new_str(buf_cstr(&out));
    buf_fini(&out);
    return json;
}

/* Those of one text begin at `from`. */
static size_t end_of(const struct tail *tails, size_t count, size_t from)
{
    size_t end = from + 1;
    while (end < count && tails[end].rank == tails[from].rank && strcmp(tails[end].text, tails[from].text) == 0)
        end++;
    return end;
}

struct group {
    const struct tail *tails;
    size_t count;
};

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    int order = x->tails[0].rank - y->tails[0].rank;
    return order != 0 ? order : x->tails[0].order < y->tails[0].order ? -1 : 1;
}

/* In the order of the story again. */
static struct json *sentences_of(struct tail *tails, size_t count, const char *target)
{
    struct json *list = json_new_array();
    struct group *groups = mem_alloc((count + 1) * sizeof *groups);
    size_t group_count = 0;
    for (size_t i = 0, end; i < count; i = end) {
        end = end_of(tails, count, i);
        groups[group_count++] = (struct group){&tails[i], end - i};
    }
    if (group_count > 0)
        qsort(groups, group_count, sizeof *groups, compare_groups);
    for (size_t i = 0; i < group_count && i < HAPPENED_MAX; i++)
        json_push(list, sentence_of(groups[i].tails, groups[i].count, target));
    if (group_count > HAPPENED_MAX) {
        char *more = mem_printf("%zu more sentences are left out.", group_count - HAPPENED_MAX);
        json_push(list, json_new_str(more));
        free(more);
    }
    free(groups);
    return list;
}

struct json *happened_of(const struct behaviour *behaviour, const char *target)
{
    struct tail *tails = mem_alloc((behaviour->count + 1) * sizeof *tails);
    size_t count = 0;
    for (size_t i = 0; i < behaviour->count; i++) {
        const struct history *history = &behaviour->histories[i];
        if (history->of->handed_ns == INT64_MAX)
            continue; /* the run ended before */
        tails[count] = (struct tail){history, tail_of(behaviour->facts, history), i,
                                     history->outcome == OUTCOME_DELIVERED ? DELIVERED : NOT_DELIVERED};
        count++;
    }
    if (count > 0)
        qsort(tails, count, sizeof *tails, compare);
    struct json *list = sentences_of(tails, count, target);
    for (size_t i = 0; i < count; i++)
        free(tails[i].text);
    free(tails);
    return list;
}

/* ---- where ---- */

/* The last refusal on the contact's connection, from the contact on. A 503 follows from it, where commands are sent
 * ahead of replies (RFC 2920 §3.1). */
static size_t refusal_at(const struct sessions *sessions, const struct contact *contact)
{
    size_t found = contact->event;
    for (size_t i = contact->event; contact->conn != 0 && i != NO_EVENT; i = sessions_next(sessions, i)) {
        const struct trace_event *event = &sessions->log->events[i];
        int64_t code = event->kind == TRACE_SMTP_REPLY ? trace_int(event->json, FIELD_CODE, 0) : 0;
        if (code >= 400 && (code != 503 || found == contact->event))
            found = i;
    }
    return found;
}

size_t happened_at(const struct behaviour *behaviour)
{
    for (size_t i = 0; i < behaviour->count; i++) {
        const struct history *history = &behaviour->histories[i];
        const struct contact *contact =
            history->count > 0 ? attempt_decider(&history->attempts[history->count - 1]) : NULL;
        if (history->outcome != OUTCOME_DELIVERED && contact != NULL)
            return refusal_at(&behaviour->facts->sessions, contact);
    }
    return SIZE_MAX;
}
