#include "relay/deliver/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define ACTIONS_MORE 8 /* in addition to one report for each recipient */

/* ---- life ---- */

void delivery_init(struct delivery *d, const struct delivery_setup *setup, size_t recipients)
{
    *d = (struct delivery){.setup = *setup, .count = recipients};
    d->states = mem_zalloc(recipients * sizeof *d->states);
    d->numbers = mem_zalloc(recipients * sizeof *d->numbers);
    d->reported = mem_zalloc(recipients * sizeof *d->reported);
    d->action_room = recipients + ACTIONS_MORE;
    d->actions = mem_zalloc(d->action_room * sizeof *d->actions);
    for (size_t i = 0; i < recipients; i++)
        d->numbers[i] = i;
}

void delivery_fini(struct delivery *d)
{
    for (size_t i = 0; i < d->known_count; i++)
        free(d->hosts[i].name);
    free(d->hosts);
    free(d->states);
    free(d->numbers);
    free(d->reported);
    free(d->actions);
}

/* ---- actions ---- */

static void act(struct delivery *d, struct delivery_action action)
{
    rl_assert(d->action_count < d->action_room);
    d->actions[d->action_count++] = action;
}

bool delivery_next(struct delivery *d, struct delivery_action *out)
{
    if (d->action_count == 0)
        return false;
    *out = d->actions[d->action_next++];
    if (d->action_next == d->action_count)
        d->action_next = d->action_count = 0;
    return true;
}

static void end(struct delivery *d)
{
    act(d, (struct delivery_action){.kind = DELIVERY_END});
}

static void report(struct delivery *d, size_t i, struct queue_result result)
{
    d->reported[i] = true;
    act(d, (struct delivery_action){.kind = DELIVERY_REPORT, .recipient = d->numbers[i], .result = result});
}

static void report_all(struct delivery *d, struct queue_result result)
{
    for (size_t i = 0; i < d->count; i++)
        report(d, i, result);
}

void delivery_wait(struct delivery *d, int64_t not_before_ns)
{
    report_all(d, (struct queue_result){.outcome = QUEUE_WAIT, .not_before_ns = not_before_ns});
    end(d);
}

static void report_verdict(struct delivery *d, size_t i, const struct outcome *outcome,
                           const struct delivery_session *session)
{
    const struct client_verdict *verdict = &d->states[i].verdict;
    bool own = outcome->own_status || verdict->status[0] == '\0';
    report(d, i,
           (struct queue_result){.outcome = outcome->result,
                                 .status = own ? outcome->status : verdict->status,
                                 .diagnostic = verdict->text,
                                 .remote_mta = verdict->cause == CLIENT_REPLIED ? session->host->name : NULL,
                                 .tls = session->tls,
                                 .cipher = session->cipher,
                                 .host_notifies = session->notifies});
}

/* ---- the recipients ---- */

static bool all_reported(const struct delivery *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (!d->reported[i])
            return false;
    return true;
}

static void drop_reported(struct delivery *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (d->reported[i])
            continue;
        d->numbers[kept] = d->numbers[i];
        d->states[kept] = d->states[i];
        d->reported[kept++] = false;
    }
    d->count = kept;
}

struct client_recipient *delivery_recipients(struct delivery *d, size_t *count)
{
    drop_reported(d);
    memset(d->states, 0, d->count * sizeof *d->states);
    *count = d->count;
    return d->states;
}

size_t delivery_number(const struct delivery *d, size_t position)
{
    return d->numbers[position];
}

size_t delivery_first(const struct delivery *d)
{
    size_t i = 0;
    while (i + 1 < d->count && d->reported[i])
        i++;
    return d->numbers[i];
}

void delivery_set_verdict(struct delivery *d, const struct client_verdict *verdict)
{
    for (size_t i = 0; i < d->count; i++)
        d->states[i].verdict = *verdict;
}

/* ---- which host is next ---- */

static struct choice choice_of(const struct delivery *d, const struct delivery_facts *facts)
{
    return (struct choice){
        .hosts = d->setup.hosts, .now_ns = facts->now_ns, .rested_too = facts->must_try, .max = d->setup.hosts_max};
}

bool delivery_has_enough(const struct delivery *d, const struct delivery_facts *facts, const struct mx_host *hosts,
                         size_t count)
{
    struct choice choice = choice_of(d, facts);
    return choice_is_full(&choice, hosts, count);
}

static bool has_next_host(const struct delivery *d)
{
    return d->once_more || d->host_next < d->host_count;
}

static int64_t earliest_rest_end(const struct delivery *d)
{
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < d->known_count; i++) {
        int64_t rest = hosts_rest_until_ns(d->setup.hosts, d->hosts[i].address);
        earliest = rest < earliest ? rest : earliest;
    }
    return earliest;
}

static bool may_try(const struct delivery *d, const struct delivery_facts *facts, const struct mx_host *host)
{
    return facts->must_try || hosts_rest_until_ns(d->setup.hosts, host->address) <= facts->now_ns;
}

static void connect_to(struct delivery *d, const struct delivery_facts *facts, const struct mx_host *host)
{
    bool needs_room = !d->plain && !d->again;
    bool plain = d->plain || cleartext_wanted(d->setup.cleartext, host->address, facts->now_ns);
    d->host = host;
    d->any_tried = true;
    d->again = false;
    site_waits_for(d->setup.site, NULL, host->address);
    drop_reported(d);
    act(d, (struct delivery_action){.kind = DELIVERY_CONNECT, .host = host, .plain = plain, .needs_room = needs_room});
}

/* The hosts that are left all rest. */
static void all_rest(struct delivery *d, const struct delivery_facts *facts)
{
    int64_t rest = earliest_rest_end(d);
    site_close(d->setup.site, facts->now_ns, rest);
    if (!d->any_tried) {
        delivery_wait(d, rest);
        return;
    }
    struct delivery_session gone = {.host = d->host};
    for (size_t i = 0; i < d->count; i++) {
        const struct outcome *outcome = outcome_of(&d->states[i].verdict, (struct outcome_progress){0});
        report_verdict(d, i, outcome_at_end(outcome, (struct outcome_others){.may_work = d->any_may_work}), &gone);
    }
    end(d);
}

static void try_next_host(struct delivery *d, const struct delivery_facts *facts)
{
    while (has_next_host(d)) {
        bool same = d->once_more;
        const struct mx_host *host = same ? d->host : &d->hosts[d->host_next++];
        d->once_more = false;
        d->plain = d->plain && same;
        if (may_try(d, facts, host) || same) {
            connect_to(d, facts, host);
            return;
        }
        d->any_may_work = true; /* it rests */
    }
    all_rest(d, facts);
}

void delivery_no_room(struct delivery *d, const struct mx_host *host)
{
    site_waits_for(d->setup.site, host->name, host->address);
    delivery_wait(d, 0);
}

void delivery_no_socket(struct delivery *d, const char *error)
{
    report_all(d, (struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.3.0", .diagnostic = error});
    end(d);
}

/* ---- the domain's hosts ---- */

static void take_hosts(struct delivery *d, const struct delivery_facts *facts, const struct mx_route *route)
{
    struct choice choice = choice_of(d, facts);
    d->hosts = mem_zalloc(route->count * sizeof *d->hosts);
    for (size_t i = 0; i < route->count; i++) {
        d->hosts[i] = route->hosts[i];
        d->hosts[i].name = mem_strdup(route->hosts[i].name);
    }
    d->known_count = route->count;
    d->host_count = choice_make(&choice, d->hosts, d->known_count);
    d->any_may_work = d->any_may_work || route->partial || d->host_count < d->known_count;
}

void delivery_hosts_found(struct delivery *d, const struct delivery_facts *facts, const struct mx_route *route)
{
    take_hosts(d, facts, route);
    try_next_host(d, facts);
}

void delivery_no_hosts(struct delivery *d, const struct mx_route *route)
{
    report_all(d, (struct queue_result){.outcome = route->result == MX_PERMANENT ? QUEUE_FAILED : QUEUE_DEFER_RECIPIENT,
                                        .status = route->status,
                                        .diagnostic = route->text});
    end(d);
}

/* While all its hosts are known to rest, the message waits without a question to the DNS. */
void delivery_begin(struct delivery *d, const struct delivery_facts *facts)
{
    if (d->setup.site->closed_until_ns > d->setup.started_ns && !facts->must_try)
        delivery_wait(d, d->setup.site->closed_until_ns);
    else
        act(d, (struct delivery_action){.kind = DELIVERY_LOOK_UP});
}

void delivery_connection_ended(struct delivery *d, const struct delivery_facts *facts)
{
    drop_reported(d);
    if (d->hosts == NULL) {
        act(d, (struct delivery_action){.kind = DELIVERY_LOOK_UP});
        return;
    }
    d->once_more = d->once_more || d->again;
    try_next_host(d, facts);
}

/* ---- verdicts ---- */

static struct outcome_progress progress_of(const struct delivery *d, const struct delivery_session *session)
{
    struct outcome_progress progress = {.session_took = session->took};
    for (size_t i = 0; i < d->count; i++) {
        const struct client_verdict *v = &d->states[i].verdict;
        progress.transaction_took |= v->stage == CLIENT_AT_EOD && v->cause == CLIENT_REPLIED && v->code / 100 == 2;
    }
    return progress;
}

static void rest_host(struct delivery *d, const struct delivery_facts *facts, const struct mx_host *host,
                      const struct outcome *outcome)
{
    const struct config *config = facts->config;
    bool closed = outcome->result == QUEUE_DEFER_CLOSED;
    hosts_failed(d->setup.hosts, host->address, d->setup.started_ns,
                 closed ? config->retry.host.closed_ns : config->retry.host.unreachable_ns, config->retry.host.max_ns);
}

/* No host is left in this round. */
static void end_round(struct delivery *d, const struct delivery_facts *facts, const struct delivery_session *session,
                      const struct outcome *outcome)
{
    struct outcome_others others = {.open = session->others, .may_work = d->any_may_work};
    int64_t rest = earliest_rest_end(d);
    if (rest > facts->now_ns)
        site_close(d->setup.site, facts->now_ns, rest);
    outcome = outcome_at_end(outcome, others);
    if (outcome->result == QUEUE_WAIT)
        report_all(d, (struct queue_result){.outcome = QUEUE_WAIT});
    else
        for (size_t i = 0; i < d->count; i++)
            report_verdict(d, i, outcome, session);
}

/* The session failed before MAIL, as a whole: all recipients have the same verdict. */
static void host_failed(struct delivery *d, const struct delivery_facts *facts, const struct delivery_session *session,
                        const struct outcome *outcome)
{
    act(d, (struct delivery_action){.kind = DELIVERY_HOST_FAILED});
    if (outcome->auth_refused)
        act(d, (struct delivery_action){.kind = DELIVERY_AUTH_REFUSED});
    if (outcome->clear_again && !d->plain) {
        d->plain = d->once_more = true; /* what the host does without TLS is its answer */
        return;
    }
    d->any_may_work = d->any_may_work || outcome->result != QUEUE_FAILED;
    if (outcome->host_rests) {
        rest_host(d, facts, session->host, outcome);
        site_failed(d->setup.site, session->others);
    }
    if (!has_next_host(d))
        end_round(d, facts, session, outcome);
}

/* What the session showed of the host, apart from what it means for this message. */
static void learn(struct delivery *d, const struct delivery_facts *facts, const struct delivery_session *session,
                  const struct outcome *outcome, bool took)
{
    struct ip address = session->host->address;
    if (outcome->host_rests) {
        rest_host(d, facts, session->host, outcome);
        site_stopped(d->setup.site);
    } else {
        hosts_succeeded(d->setup.hosts, address, session->opened_ns);
        site_succeeded(d->setup.site, facts->config->limits.outbound_per_domain, session->opened_ns);
    }
    if (outcome->plain_later) {
        cleartext_died(d->setup.cleartext, address, facts->now_ns);
        act(d, (struct delivery_action){.kind = DELIVERY_TLS_GIVEN_UP});
    } else if (session->tls[0] != '\0' && took) {
        cleartext_worked(d->setup.cleartext, address);
    }
}

/* The outcome that says most about the host: one after which it rests, or else one that suspects TLS, or any. */
static const struct outcome *loudest(const struct delivery *d, struct outcome_progress progress)
{
    const struct outcome *found = NULL;
    for (size_t i = 0; i < d->count && (found == NULL || !found->host_rests); i++) {
        const struct outcome *outcome = outcome_of(&d->states[i].verdict, progress);
        if (found == NULL || outcome->host_rests || outcome->plain_later)
            found = outcome;
    }
    return found;
}

static void session_worked(struct delivery *d, const struct delivery_facts *facts,
                           const struct delivery_session *session, struct outcome_progress progress)
{
    learn(d, facts, session, loudest(d, progress), session->took || progress.transaction_took);
    d->again = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct outcome *outcome = outcome_of(&d->states[i].verdict, progress);
        if (outcome->again)
            d->again = true;
        else
            report_verdict(d, i, outcome, session);
    }
}

bool delivery_verdicts(struct delivery *d, const struct delivery_facts *facts, const struct delivery_session *session)
{
    struct outcome_progress progress = progress_of(d, session);
    const struct outcome *first = outcome_of(&d->states[0].verdict, progress);
    if (first->next_host)
        host_failed(d, facts, session, first);
    else
        session_worked(d, facts, session, progress);
    if (all_reported(d))
        end(d);
    return progress.transaction_took;
}
