/*
 * The attempts of a recipient: which contacts each round consists of, or which DNS answer replaces them, and how the
 * target reacted.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/facts/behaviour_work.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CONTACTS_MAX     (2 * ROUND_HOSTS_MAX)
#define ANSWER_LATEST_NS (15 * 60 * NS_PER_S)

/* ---- contacts that name no recipient ---- */

static int compare_nameless(const void *a, const void *b)
{
    const struct nameless *x = a, *y = b;
    int order = strcmp(x->host, y->host);
    return order != 0 ? order : x->event < y->event ? -1 : x->event > y->event;
}

/* The first one at this host from t_ns to until_ns; NULL when there is none. */
static const struct nameless *find_nameless(const struct behaviour_work *work, const char *host, int64_t t_ns,
                                            int64_t until_ns)
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

void behaviour_gather_nameless(struct behaviour_work *work)
{
    const struct sessions *sessions = &work->out->facts->sessions;
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

/* ---- contacts ---- */

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

static bool first_nameless(const struct behaviour_work *work, const struct round *round, size_t i, struct contact *out)
{
    /* Rounds of one instant differ by their connections. */
    const struct session *session = sessions_get(&work->out->facts->sessions, round->contacts[i].conn);
    if (session != NULL && !session->named) {
        *out = contact_of_session(session);
        return true;
    }
    const struct nameless *one = find_nameless(work, round->hosts[i], round->open_ns, round->last_ns);
    if (one != NULL)
        *out = one->session != NULL ? contact_of_session(one->session) : contact_of_failed(one->failed);
    return one != NULL;
}

/* Where several messages go to one domain, only the contact that the round has for this host. */
static bool of_crowd(const struct behaviour_work *work, const struct round *round, size_t i, struct contact *out)
{
    int64_t t_ns = round->contacts[i].t_ns;
    const struct session *session = sessions_get(&work->out->facts->sessions, round->contacts[i].conn);
    if (round->contacts[i].named)
        return false;
    if (session != NULL && session->named)
        *out = contact_of_mail(&work->out->facts->sessions, session, round->contacts[i].txn);
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
static void fill_contacts(const struct behaviour_work *work, const struct gathered *gathered, const struct round *round,
                          size_t *at, struct attempt *out)
{
    struct contact contacts[CONTACTS_MAX];
    size_t count = 0;
    for (; *at < gathered->count && count < ROUND_HOSTS_MAX; (*at)++) {
        const struct contact_rcpt *named = &gathered->named[*at];
        if (work->out->facts->log->events[named->event].t_ns > round->last_ns ||
            has_host(contacts, count, named->session->host))
            break;
        contacts[count++] = contact_of_recipient(&work->out->facts->sessions, named, round->open_ns);
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

/* ---- the answer of the DNS that decided ---- */

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

static size_t first_answer(const struct behaviour_work *work, int64_t t_ns)
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

/* Without a contact the DNS decided: the last answer about the domain or one of its hosts, preferably a failure. */
static void fill_question(const struct behaviour_work *work, const struct rounds_of *of, size_t round,
                          struct attempt *out)
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

/* ---- how the target took them ---- */

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

void behaviour_fill_attempts(const struct behaviour_work *work, const struct gathered *gathered,
                             struct history *history)
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
