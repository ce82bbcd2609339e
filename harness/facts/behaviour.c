#include "harness/facts/behaviour_work.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"

struct behaviour_key {
    const char *id, *rcpt;
    unsigned n;
    size_t index;
};

/* ---- finding things ---- */

static int compare_keys(const void *a, const void *b)
{
    const struct behaviour_key *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    if (order == 0 && x->n != y->n)
        order = x->n < y->n ? -1 : 1;
    return order != 0 ? order : strcasecmp(x->rcpt, y->rcpt);
}

struct history *behaviour_find(const struct behaviour *behaviour, const struct json *event, const char *rcpt)
{
    struct behaviour_key key = {trace_str(event, FIELD_MSG, ""), rcpt, (unsigned)trace_int(event, FIELD_N, 1), 0};
    const struct behaviour_key *found = bsearch(&key, behaviour->keys, behaviour->count, sizeof key, compare_keys);
    return found != NULL ? &behaviour->histories[found->index] : NULL;
}

/* ---- one pass ---- */

static struct contact_rcpt *named_on(struct gathered *gathered, const struct session *session)
{
    for (size_t i = gathered->count; i > 0; i--)
        if (gathered->named[i - 1].session == session)
            return &gathered->named[i - 1];
    return NULL;
}

static void take_rcpt(struct behaviour_work *work, size_t i)
{
    const struct json *json = work->out->facts->log->events[i].json;
    const struct session *session = sessions_get(&work->out->facts->sessions, trace_int(json, FIELD_CONN, 0));
    const struct history *history = behaviour_find(work->out, json, trace_str(json, FIELD_RCPT, ""));
    if (history == NULL || session == NULL)
        return;
    struct gathered *gathered = &work->gathered[history - work->out->histories];
    struct contact_rcpt *named = named_on(gathered, session);
    if (named == NULL) {
        if ((gathered->count & (gathered->count - 1)) == 0) /* at powers of two, twice the room */
            gathered->named =
                mem_realloc(gathered->named, gathered->count > 0 ? 2 * gathered->count : 1, sizeof *gathered->named);
        named = &gathered->named[gathered->count++];
        *named = (struct contact_rcpt){.event = i, .session = session};
    }
    named->txn = trace_int(json, FIELD_TXN, 0);
    named->reply = work->out->facts->log->events[i].kind == TRACE_SMTP_REPLY ? json : NULL;
}

static void take_delivery(struct behaviour_work *work, const struct trace_event *event)
{
    struct history *history = behaviour_find(work->out, event->json, trace_str(event->json, FIELD_RCPT, ""));
    if (history != NULL && history->copies++ == 0)
        history->outcome_ns = event->t_ns;
}

static void add_dsn(struct history *history, const struct trace_event *event, const char *action)
{
    size_t count = history->dsn_count;
    if ((count & (count - 1)) == 0) /* at powers of two, twice the room */
        history->dsns = mem_realloc(history->dsns, count > 0 ? 2 * count : 1, sizeof *history->dsns);
    history->dsns[history->dsn_count++] = event;
    if (history->bounce == NULL && strcasecmp(action, "failed") == 0)
        history->bounce = event;
}

static void take_dsn(struct behaviour_work *work, const struct trace_event *event)
{
    const struct json *recipients = trace_value(event->json, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++) {
        const struct json *one = json_at(recipients, i);
        struct history *history = behaviour_find(work->out, event->json, json_get_str(one, "rcpt", ""));
        if (history != NULL)
            add_dsn(history, event, json_get_str(one, "action", ""));
    }
}

static void take_event(struct behaviour_work *work, size_t i)
{
    const struct trace_event *event = &work->out->facts->log->events[i];
    bool rcpt = trace_value(event->json, FIELD_RCPT) != NULL && trace_value(event->json, FIELD_MSG) != NULL;
    if (rcpt && (event->kind == TRACE_SMTP_COMMAND || event->kind == TRACE_SMTP_REPLY))
        take_rcpt(work, i);
    else if (rcpt && event->kind == TRACE_MSG_DELIVERED)
        take_delivery(work, event);
    else if (event->kind == TRACE_DSN_SEEN)
        take_dsn(work, event);
    else if (event->kind == TRACE_DNS_ANSWER)
        work->answers[work->answer_count++] = i;
}

/* ---- how it ended ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int order = strcasecmp(json_get_str(x, "from", ""), json_get_str(y, "from", ""));
    return order != 0 ? order : strcasecmp(json_get_str(x, "rcpt", ""), json_get_str(y, "rcpt", ""));
}

struct listing {
    const struct json **entries; /* sorted */
    size_t count;
    bool known;
};

static struct listing read_listing(const struct facts *facts)
{
    struct listing listing = {0};
    size_t at = 0;
    const struct trace_event *event = facts_last(facts, TRACE_TARGET_QUEUE, &at);
    const struct json *entries = event != NULL ? trace_value(event->json, FIELD_ENTRIES) : NULL;
    listing.known = event != NULL && trace_value(event->json, FIELD_COUNT) != NULL;
    listing.count = json_count(entries);
    listing.entries = mem_alloc((listing.count + 1) * sizeof *listing.entries);
    for (size_t i = 0; i < listing.count; i++)
        listing.entries[i] = json_at(entries, i);
    qsort(listing.entries, listing.count, sizeof *listing.entries, compare_entries);
    return listing;
}

static bool is_listed(const struct listing *listing, const struct rounds_of *of)
{
    struct json *wanted = json_new_object();
    const struct json *key = wanted;
    json_set_str(wanted, "from", of->submission->from);
    json_set_str(wanted, "rcpt", of->rcpt);
    bool found = bsearch(&key, listing->entries, listing->count, sizeof key, compare_entries) != NULL;
    json_free(wanted);
    return found;
}

static enum outcome outcome_of(const struct history *history, const struct listing *listing)
{
    if (history->copies > 0)
        return OUTCOME_DELIVERED;
    if (history->bounce != NULL)
        return OUTCOME_BOUNCED;
    if (history->of->submitted_ns == INT64_MAX)
        return OUTCOME_NOT_TAKEN;
    if (!listing->known)
        return OUTCOME_OPEN;
    return is_listed(listing, history->of) ? OUTCOME_QUEUED : OUTCOME_GIVEN_UP;
}

static void conclude(struct behaviour *out)
{
    struct listing listing = read_listing(out->facts);
    for (size_t i = 0; i < out->count; i++) {
        struct history *history = &out->histories[i];
        history->outcome = outcome_of(history, &listing);
        if (history->outcome == OUTCOME_BOUNCED)
            history->outcome_ns = history->bounce->t_ns;
    }
    free(listing.entries);
}

/* ---- the whole ---- */

static int compare_domains(const void *a, const void *b)
{
    const struct behaviour_key *x = a, *y = b;
    int order = strcasecmp(address_domain(x->rcpt), address_domain(y->rcpt));
    return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Domains to which more than one submission goes. Leaves the keys in their order. */
static void find_crowds(struct behaviour_work *work)
{
    struct behaviour_key *keys = work->out->keys;
    qsort(keys, work->out->count, sizeof *keys, compare_domains);
    for (size_t i = 0, end; i < work->out->count; i = end) {
        bool crowded = false;
        for (end = i;
             end < work->out->count && strcasecmp(address_domain(keys[end].rcpt), address_domain(keys[i].rcpt)) == 0;
             end++)
            crowded = crowded || keys[end].id != keys[i].id || keys[end].n != keys[i].n;
        for (size_t k = i; k < end; k++)
            work->gathered[keys[k].index].crowded = crowded;
    }
    qsort(keys, work->out->count, sizeof *keys, compare_keys);
}

static void list_histories(struct behaviour_work *work)
{
    struct behaviour *out = work->out;
    const struct rounds_of *of;
    while (rounds_at(out->facts->rounds, out->count) != NULL)
        out->count++;
    out->histories = mem_zalloc((out->count + 1) * sizeof *out->histories);
    work->gathered = mem_zalloc((out->count + 1) * sizeof *work->gathered);
    work->out->keys = mem_zalloc((out->count + 1) * sizeof *work->out->keys);
    for (size_t i = 0; (of = rounds_at(out->facts->rounds, i)) != NULL; i++) {
        out->histories[i].of = of;
        work->out->keys[i] = (struct behaviour_key){of->submission->id, of->rcpt, of->submission->n, i};
    }
    find_crowds(work);
}

void behaviour_make(struct behaviour *out, const struct facts *facts)
{
    struct behaviour_work work = {.out = out};
    *out = (struct behaviour){.facts = facts};
    list_histories(&work);
    work.answers = mem_alloc((facts->log->count + 1) * sizeof *work.answers);
    for (size_t i = 0; i < facts->log->count; i++)
        take_event(&work, i);
    behaviour_gather_nameless(&work);
    conclude(out);
    for (size_t i = 0; i < out->count; i++) {
        behaviour_fill_attempts(&work, &work.gathered[i], &out->histories[i]);
        free(work.gathered[i].named);
    }
    free(work.gathered);
    free(work.nameless);
    free(work.answers);
}

void behaviour_fini(struct behaviour *behaviour)
{
    for (size_t i = 0; i < behaviour->count; i++) {
        for (size_t k = 0; k < behaviour->histories[i].count; k++)
            free(behaviour->histories[i].attempts[k].contacts);
        free(behaviour->histories[i].attempts);
        free(behaviour->histories[i].dsns);
    }
    free(behaviour->histories);
    free(behaviour->keys);
    *behaviour = (struct behaviour){0};
}
