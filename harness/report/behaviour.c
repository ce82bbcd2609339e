#include "harness/report/behaviour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/report/failure_class.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CONTACTS_MAX     (2 * ROUND_HOSTS_MAX)
#define ANSWER_LATEST_NS (15 * 60 * NS_PER_S)

/* What a recipient gathers in one pass over the trace. */
struct gathered {
    struct contact_rcpt *named;
    size_t count;
    bool crowded; /* another message goes to the same domain */
};

/* A contact that names nobody: a connect that failed, or a session without a transaction. */
struct nameless {
    size_t event;
    int64_t t_ns;
    const char *host;
    const struct session *session; /* or */
    const struct failed_connect *failed;
};

struct behaviour_key {
    const char *id, *rcpt;
    unsigned n;
    size_t index;
};

struct work {
    struct behaviour *out;
    struct gathered *gathered; /* beside histories */
    struct nameless *nameless; /* sorted by host and time */
    size_t nameless_count;
    size_t *answers; /* events dns.answer, by name and time */
    size_t answer_count;
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

static int compare_nameless(const void *a, const void *b)
{
    const struct nameless *x = a, *y = b;
    int order = strcmp(x->host, y->host);
    return order != 0 ? order : x->event < y->event ? -1 : x->event > y->event;
}

/* The first one at this host from t_ns to until_ns; NULL when there is none. */
static const struct nameless *find_nameless(const struct work *work, const char *host, int64_t t_ns, int64_t until_ns)
{
    size_t low = 0, high = work->nameless_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct nameless *one = &work->nameless[middle];
        int order = strcmp(one->host, host);
        if (order < 0 || (order == 0 && one->t_ns < t_ns))
            low = middle + 1;
        else
            high = middle;
    }
    const struct nameless *one = low < work->nameless_count ? &work->nameless[low] : NULL;
    return one != NULL && strcmp(one->host, host) == 0 && one->t_ns <= until_ns ? one : NULL;
}

/* ---- one pass ---- */

static struct contact_rcpt *named_on(struct gathered *gathered, const struct session *session)
{
    for (size_t i = gathered->count; i > 0; i--)
        if (gathered->named[i - 1].session == session)
            return &gathered->named[i - 1];
    return NULL;
}

static void take_rcpt(struct work *work, size_t i)
{
    const struct json *json = work->out->facts->log->events[i].json;
    const struct session *session = sessions_get(&work->out->sessions, trace_int(json, FIELD_CONN, 0));
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

static void take_delivery(struct work *work, const struct trace_event *event)
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

static void take_dsn(struct work *work, const struct trace_event *event)
{
    const struct json *recipients = trace_value(event->json, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++) {
        const struct json *one = json_at(recipients, i);
        struct history *history = behaviour_find(work->out, event->json, json_get_str(one, "rcpt", ""));
        if (history != NULL)
            add_dsn(history, event, json_get_str(one, "action", ""));
    }
}

static void take_event(struct work *work, size_t i)
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

static void gather_nameless(struct work *work)
{
    const struct sessions *sessions = &work->out->sessions;
    work->nameless = mem_alloc((sessions->failed_count + sessions->count) * sizeof *work->nameless);
    for (size_t i = 0; i < sessions->failed_count; i++) {
        const struct failed_connect *one = &sessions->failed[i];
        work->nameless[work->nameless_count++] = (struct nameless){one->event, one->t_ns, one->host, NULL, one};
    }
    for (size_t i = 1; i < sessions->count; i++) {
        const struct session *one = &sessions->list[i];
        if (one->conn != 0 && !one->named)
            work->nameless[work->nameless_count++] = (struct nameless){one->first, one->open_ns, one->host, one, NULL};
    }
    qsort(work->nameless, work->nameless_count, sizeof *work->nameless, compare_nameless);
}

/* ---- attempts ---- */

static bool has_host(const struct contact *contacts, size_t count, const char *host)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(contacts[i].host, host) == 0)
            return true;
    return false;
}

static int compare_contacts(const void *a, const void *b)
{
    const struct contact *x = a, *y = b;
    return x->event < y->event ? -1 : x->event > y->event;
}

static bool first_nameless(const struct work *work, const struct round *round, size_t i, struct contact *out)
{
    const struct nameless *one = find_nameless(work, round->hosts[i], round->open_ns, round->last_ns);
    if (one != NULL)
        *out = one->session != NULL ? contact_of_session(one->session) : contact_of_failed(one->failed);
    return one != NULL;
}

/* Where several messages go to one domain, only the contact that the round has for this host. */
static bool of_crowd(const struct work *work, const struct round *round, size_t i, struct contact *out)
{
    int64_t t_ns = round->contacts[i].t_ns;
    const struct session *session = sessions_get(&work->out->sessions, round->contacts[i].conn);
    if (round->contacts[i].named)
        return false;
    if (session != NULL && session->named)
        *out = contact_of_mail(&work->out->sessions, session, round->contacts[i].txn);
    else if (session != NULL)
        *out = contact_of_session(session);
    else {
        const struct nameless *one = find_nameless(work, round->hosts[i], t_ns, t_ns);
        if (one == NULL)
            return false;
        *out = one->session != NULL ? contact_of_session(one->session) : contact_of_failed(one->failed);
    }
    return true;
}

/* The contacts of one round. *at: the recipient's next named one. */
static void fill_contacts(const struct work *work, const struct gathered *gathered, const struct round *round,
                          size_t *at, struct attempt *out)
{
    struct contact contacts[CONTACTS_MAX];
    size_t count = 0;
    for (; *at < gathered->count && count < ROUND_HOSTS_MAX; (*at)++) {
        const struct contact_rcpt *named = &gathered->named[*at];
        if (work->out->facts->log->events[named->event].t_ns > round->last_ns ||
            has_host(contacts, count, named->session->host))
            break;
        contacts[count++] = contact_of_recipient(&work->out->sessions, named, round->open_ns);
    }
    for (size_t i = 0; i < round->host_count && count < CONTACTS_MAX; i++) {
        if (gathered->crowded ? of_crowd(work, round, i, &contacts[count])
                              : first_nameless(work, round, i, &contacts[count]))
            count++;
    }
    qsort(contacts, count, sizeof *contacts, compare_contacts);
    out->count = count;
    out->contacts = mem_alloc((count + 1) * sizeof *contacts);
    memcpy(out->contacts, contacts, count * sizeof *contacts);
}

static bool says_null_mx(const struct json *answers)
{
    for (size_t i = 0; i < json_count(answers); i++)
        if (strstr(json_as_str(json_at(answers, i), ""), " MX 0 .") != NULL)
            return true;
    return false;
}

static const char *meaning_of(const struct json *answer)
{
    const char *rcode = trace_str(answer, FIELD_RCODE, "?");
    if (strcmp(rcode, "NOERROR") != 0)
        return rcode;
    const char *fault = trace_str(answer, FIELD_FAULT, "nodata");
    if (strcmp(fault, "nodata") != 0) /* "lame": the code alone would hide it */
        return fault;
    if (says_null_mx(trace_value(answer, FIELD_ANSWERS)))
        return "null MX";
    return json_count(trace_value(answer, FIELD_ANSWERS)) == 0 ? "no such record" : "answered";
}

static size_t first_answer(const struct work *work, int64_t t_ns)
{
    size_t low = 0, high = work->answer_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (work->out->facts->log->events[work->answers[middle]].t_ns < t_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Answers may come after the last question of a round, and belong to it until the next one opens. */
static int64_t answers_until(const struct rounds_of *of, size_t i)
{
    int64_t until_ns = of->list[i].last_ns + ANSWER_LATEST_NS;
    return i + 1 < of->count && of->list[i + 1].open_ns <= until_ns ? of->list[i + 1].open_ns - 1 : until_ns;
}

/* Without a contact the DNS decided: the last answer about the domain or one of its hosts, best one that is no good. */
static void fill_question(const struct work *work, const struct rounds_of *of, size_t round, struct attempt *out)
{
    const char *domain = address_domain(of->rcpt);
    int64_t until_ns = answers_until(of, round);
    for (size_t i = first_answer(work, out->open_ns); i < work->answer_count; i++) {
        const struct trace_event *event = &work->out->facts->log->events[work->answers[i]];
        const char *name = trace_str(event->json, FIELD_QNAME, ""), *meaning = meaning_of(event->json);
        if (event->t_ns > until_ns)
            return;
        bool ours = strcasecmp(name, domain) == 0 || scenario_is_mx_of(work->out->facts->scenario, name, domain);
        if (ours && (out->rcode == NULL || strcmp(meaning, "answered") != 0)) {
            out->question = trace_str(event->json, FIELD_QTYPE, "?");
            out->rcode = meaning;
        }
    }
}

static bool was_delivered(const struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->count; i++)
        if (contact_delivered(&attempt->contacts[i]))
            return true;
    return false;
}

static enum taken taken_of(const struct history *history, size_t i)
{
    static const enum taken last[] = {[OUTCOME_DELIVERED] = TAKEN_LAST_SEEN, [OUTCOME_BOUNCED] = TAKEN_BOUNCED,
                                      [OUTCOME_QUEUED] = TAKEN_DEFERRED,     [OUTCOME_GIVEN_UP] = TAKEN_GIVEN_UP,
                                      [OUTCOME_OPEN] = TAKEN_LAST_SEEN,      [OUTCOME_NOT_TAKEN] = TAKEN_LAST_SEEN};
    if (was_delivered(&history->attempts[i]))
        return TAKEN_DELIVERED;
    if (i + 1 < history->count)
        return TAKEN_DEFERRED;
    return history->bounce != NULL ? TAKEN_BOUNCED : last[history->outcome];
}

static void fill_attempts(const struct work *work, const struct gathered *gathered, struct history *history)
{
    const struct rounds_of *of = history->of;
    size_t at = 0;
    history->attempts = mem_zalloc((of->count + 1) * sizeof *history->attempts);
    history->count = of->count;
    for (size_t i = 0; i < of->count; i++) {
        struct attempt *attempt = &history->attempts[i];
        attempt->open_ns = of->list[i].open_ns;
        attempt->shared_by = of->list[i].shared_by;
        fill_contacts(work, gathered, &of->list[i], &at, attempt);
        if (attempt->count == 0)
            fill_question(work, of, i, attempt);
    }
    for (size_t i = 0; i < of->count; i++)
        history->attempts[i].taken = taken_of(history, i);
}

/* ---- how it ended ---- */

static int compare_entries(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int order = strcasecmp(trace_str(x, FIELD_FROM, ""), trace_str(y, FIELD_FROM, ""));
    return order != 0 ? order : strcasecmp(trace_str(x, FIELD_RCPT, ""), trace_str(y, FIELD_RCPT, ""));
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

/* Domains to which more than one submission goes. Keys are sorted anew afterwards. */
static void find_crowds(struct work *work)
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

static void list_histories(struct work *work)
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
    struct work work = {.out = out};
    *out = (struct behaviour){.facts = facts};
    sessions_make(&out->sessions, facts->log);
    list_histories(&work);
    work.answers = mem_alloc((facts->log->count + 1) * sizeof *work.answers);
    for (size_t i = 0; i < facts->log->count; i++)
        take_event(&work, i);
    gather_nameless(&work);
    conclude(out);
    for (size_t i = 0; i < out->count; i++) {
        fill_attempts(&work, &work.gathered[i], &out->histories[i]);
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
    sessions_fini(&behaviour->sessions);
    *behaviour = (struct behaviour){0};
}
