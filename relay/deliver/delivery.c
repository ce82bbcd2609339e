#include "relay/deliver/delivery.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/deliver/choice.h"
#include "relay/deliver/connection.h"
#include "relay/deliver/outcome.h"
#include "relay/log/event.h"

#define DISK_PAUSE (60 * NS_PER_S)

/* ---- life ---- */

struct delivery *delivery_new(struct deliver *deliver, struct site *site, const struct queue_batch *batch)
{
    struct delivery *d = mem_zalloc(sizeof *d);
    *d = (struct delivery){.deliver = deliver, .site = site, .message = batch->message, .count = batch->count};
    d->config = config_ref(deliver->config);
    d->recipients = mem_zalloc(batch->count * sizeof *d->recipients);
    memcpy(d->recipients, batch->recipients, batch->count * sizeof *d->recipients);
    d->states = mem_zalloc(batch->count * sizeof *d->states);
    d->reported = mem_zalloc(batch->count * sizeof *d->reported);
    d->started_ns = loop_wall_ns(deliver->loop);
    site->active++;
    list_append(&deliver->deliveries, &d->link);
    return d;
}

void delivery_free(struct delivery *d)
{
    if (d->lookup != NULL)
        queue_lookup_ends(d->deliver->queue, d->message);
    mx_cancel(d->lookup);
    for (size_t i = 0; i < d->known_count; i++)
        free(d->hosts[i].name);
    free(d->hosts);
    config_free(d->config);
    free(d->recipients);
    free(d->states);
    free(d->reported);
    d->site->active--;
    list_remove(&d->deliver->deliveries, &d->link);
    free(d);
}

static void end(struct delivery *d)
{
    struct deliver *deliver = d->deliver;
    delivery_free(d);
    deliver_fill_soon(deliver);
}

/* ---- reports ---- */

static void report_one(struct delivery *d, size_t i, const struct queue_result *result)
{
    d->reported[i] = true;
    queue_report(d->deliver->queue, d->recipients[i], result);
}

static void report_all(struct delivery *d, const struct queue_result *result)
{
    for (size_t i = 0; i < d->count; i++)
        report_one(d, i, result);
}

static void wait_until(struct delivery *d, int64_t not_before_ns)
{
    report_all(d, &(struct queue_result){.outcome = QUEUE_WAIT, .not_before_ns = not_before_ns});
}

/* connection: NULL when it is gone, and its host's name was kept. */
static void report_verdict(struct delivery *d, size_t i, const struct outcome *outcome, const char *host,
                           const struct connection *connection)
{
    const struct client_verdict *verdict = &d->states[i].verdict;
    bool replied = verdict->cause == CLIENT_REPLIED;
    /* One MX host that takes no mail is not the last word while another one may be back. */
    bool hope = outcome->next_host && outcome->result == QUEUE_FAILED && d->any_may_work;
    const char *status = verdict->status[0] != '\0' ? verdict->status : outcome->status;
    report_one(d, i,
               &(struct queue_result){.outcome = hope ? QUEUE_DEFER_UNREACHABLE : outcome->result,
                                      .status = hope ? "4.4.1" : status,
                                      .diagnostic = verdict->text,
                                      .remote_mta = replied ? host : NULL,
                                      .tls = connection != NULL ? connection->tls.version : NULL,
                                      .cipher = connection != NULL ? connection->tls.cipher : NULL});
}

/* ---- verdicts ---- */

static struct outcome_progress progress_of(const struct delivery *d, const struct connection *connection)
{
    struct outcome_progress progress = {.session_took = connection->taken > 0};
    for (size_t i = 0; i < d->count; i++) {
        const struct client_verdict *v = &d->states[i].verdict;
        progress.transaction_took |= v->stage == CLIENT_AT_EOD && v->cause == CLIENT_REPLIED && v->code / 100 == 2;
    }
    return progress;
}

static void rest_host(struct delivery *d, const struct mx_host *host, const struct outcome *outcome)
{
    const struct config *config = d->deliver->config;
    bool closed = outcome->result == QUEUE_DEFER_CLOSED;
    hosts_failed(d->deliver->hosts, host->address, d->started_ns,
                 closed ? config->retry.host.closed_ns : config->retry.host.unreachable_ns, config->retry.host.max_ns);
}

static bool has_next_host(const struct delivery *d)
{
    return d->host_next < d->host_count;
}

static int64_t earliest_rest_end(const struct delivery *d)
{
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < d->known_count; i++) {
        int64_t rest = hosts_rest_until_ns(d->deliver->hosts, d->hosts[i].address);
        earliest = rest < earliest ? rest : earliest;
    }
    return earliest;
}

/* No host is left in this round. */
static void end_round(struct delivery *d, const struct connection *connection, const struct outcome *outcome)
{
    int64_t now = loop_wall_ns(d->deliver->loop), rest = earliest_rest_end(d);
    unsigned others = deliver_established(d->deliver, d->site, connection);
    if (rest > now)
        site_close(d->site, now, rest);
    /* Too many connections, and not a closed host: those that are open will carry it (RFC 5321 §4.5.4.1). */
    if (outcome->result == QUEUE_DEFER_CLOSED && others > 0) {
        wait_until(d, 0);
        return;
    }
    for (size_t i = 0; i < d->count; i++)
        report_verdict(d, i, outcome, connection->host.name, connection);
}

static bool is_auth_refusal(const struct client_verdict *verdict)
{
    return verdict->stage == CLIENT_AT_AUTH && (verdict->cause == CLIENT_REPLIED || verdict->cause == CLIENT_NO_AUTH);
}

/* The session failed before MAIL, as a whole: all recipients have the same verdict. */
static void host_failed(struct delivery *d, struct connection *connection, const struct outcome *outcome)
{
    event_log(d->deliver->log, EVENT_DELIVERY_HOST_FAILED, log_str("id", d->message->id),
              log_str("host", connection->host.name), log_str("address", connection->address),
              log_str("reply", d->states[0].verdict.text));
    if (is_auth_refusal(&d->states[0].verdict)) /* only the administrator can change that */
        event_log(d->deliver->log, EVENT_SMARTHOST_AUTH_FAILED, log_str("host", connection->host.name),
                  log_str("reply", d->states[0].verdict.text));
    d->any_may_work = d->any_may_work || outcome->result != QUEUE_FAILED;
    if (outcome->clear_again && !d->in_clear) {
        d->in_clear = true;
        d->host_next--;
    } else if (outcome->host_rests) {
        rest_host(d, &connection->host, outcome);
        site_failed(d->site, deliver_established(d->deliver, d->site, connection));
    }
    if (!has_next_host(d))
        end_round(d, connection, outcome);
}

/* What the session showed of the host, apart from what it means for this message. */
static void learn(struct delivery *d, struct connection *connection, const struct outcome *outcome)
{
    struct deliver *deliver = d->deliver;
    struct in_addr address = connection->host.address;
    if (outcome->host_rests) {
        rest_host(d, &connection->host, outcome);
        site_stopped(d->site);
    } else {
        hosts_succeeded(deliver->hosts, address, connection->opened_ns);
        site_succeeded(d->site, deliver->config->limits.outbound_per_domain, connection->opened_ns);
    }
    if (outcome->plain_later) {
        cleartext_died(deliver->cleartext, address, loop_wall_ns(deliver->loop));
        event_log(deliver->log, EVENT_TLS_GIVEN_UP, log_str("host", connection->host.name),
                  log_str("address", connection->address), log_str("why", d->states[0].verdict.text));
    } else if (connection->tls.version[0] != '\0' && connection->taken > 0) {
        cleartext_worked(deliver->cleartext, address);
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

static void session_worked(struct delivery *d, struct connection *connection, struct outcome_progress progress)
{
    connection->taken += progress.transaction_took;
    learn(d, connection, loudest(d, progress));
    d->again = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct outcome *outcome = outcome_of(&d->states[i].verdict, progress);
        if (outcome->again)
            d->again = true;
        else
            report_verdict(d, i, outcome, connection->host.name, connection);
    }
}

static bool all_reported(const struct delivery *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (!d->reported[i])
            return false;
    return true;
}

bool delivery_take_verdicts(struct delivery *d, struct connection *connection)
{
    struct outcome_progress progress = progress_of(d, connection);
    const struct outcome *first = outcome_of(&d->states[0].verdict, progress);
    if (first->next_host)
        host_failed(d, connection, first);
    else
        session_worked(d, connection, progress);
    if (!all_reported(d))
        return false;
    end(d);
    return true;
}

/* ---- transactions ---- */

/* Those that were reported are no longer of it. */
static void drop_reported(struct delivery *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (d->reported[i])
            continue;
        d->recipients[kept] = d->recipients[i];
        d->states[kept] = d->states[i];
        d->reported[kept++] = false;
    }
    d->count = kept;
}

struct client_transaction delivery_transaction(struct delivery *d)
{
    drop_reported(d);
    for (size_t i = 0; i < d->count; i++)
        d->states[i] = (struct client_recipient){.to = &d->recipients[i]->to};
    return (struct client_transaction){
        .mail = &d->message->mail, .recipients = d->states, .recipient_count = d->count, .body_size = d->message->size};
}

static void connect_to(struct delivery *d, const struct mx_host *host)
{
    struct err err;
    struct deliver *deliver = d->deliver;
    bool in_clear = d->in_clear || cleartext_wanted(deliver->cleartext, host->address, loop_wall_ns(deliver->loop));
    struct connection *idle = deliver_find_idle(deliver, d->site, host);
    d->host = host;
    d->any_tried = true;
    site_waits_for(d->site, NULL, host->address);
    drop_reported(d);
    if (idle != NULL && !in_clear) {
        connection_carry(idle, d);
        return;
    }
    deliver_make_room(deliver);
    if (connection_open(d, host, in_clear, &err) == ERR_OK)
        return;
    /* No descriptor is left, say: our trouble, not the host's. */
    event_log(deliver->log, EVENT_DELIVERY_STALLED, log_str("id", d->message->id), log_str("error", err.text));
    report_all(d, &(struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.3.0", .diagnostic = err.text});
    end(d);
}

/* ---- choosing hosts ---- */

static bool may_try(const struct delivery *d, const struct mx_host *host)
{
    const struct deliver *deliver = d->deliver;
    return hosts_rest_until_ns(deliver->hosts, host->address) <= loop_wall_ns(deliver->loop) ||
           queue_must_try(deliver->queue, d->recipients[0]);
}

/* The hosts that are left all rest. */
static void nobody_to_try(struct delivery *d)
{
    int64_t rest = earliest_rest_end(d);
    site_close(d->site, loop_wall_ns(d->deliver->loop), rest);
    if (d->any_tried)
        for (size_t i = 0; i < d->count; i++)
            report_verdict(d, i, outcome_of(&d->states[i].verdict, (struct outcome_progress){0}), d->host->name, NULL);
    else
        wait_until(d, rest);
    end(d);
}

/* Other sites have all the connections that this host bears: when one of them ends, or is idle, it is this one's turn.
 */
static void wait_for_room(struct delivery *d, const struct mx_host *host)
{
    site_waits_for(d->site, host->name, host->address);
    wait_until(d, 0);
    end(d);
}

static bool has_room(struct delivery *d, const struct mx_host *host)
{
    struct deliver *deliver = d->deliver;
    return d->in_clear || d->again || deliver_find_idle(deliver, d->site, host) != NULL ||
           (deliver_has_room(deliver) && !deliver_host_is_full(deliver, host, d));
}

static void try_next_host(struct delivery *d)
{
    while (has_next_host(d)) {
        const struct mx_host *host = &d->hosts[d->host_next++];
        d->in_clear = d->in_clear && host == d->host;
        if (may_try(d, host) || d->in_clear || d->again) {
            if (!has_room(d, host)) {
                wait_for_room(d, host);
                return;
            }
            d->again = false;
            connect_to(d, host);
            return;
        }
        d->any_may_work = true; /* it rests */
    }
    nobody_to_try(d);
}

static struct choice choice_of(const struct delivery *d)
{
    return (struct choice){.hosts = d->deliver->hosts,
                           .now_ns = loop_wall_ns(d->deliver->loop),
                           .rested_too = queue_must_try(d->deliver->queue, d->recipients[0]),
                           .max = (size_t)d->config->limits.hosts_per_round};
}

static void take_hosts(struct delivery *d, const struct mx_route *route)
{
    struct choice choice = choice_of(d);
    d->hosts = mem_zalloc(route->count * sizeof *d->hosts);
    for (size_t i = 0; i < route->count; i++) {
        d->hosts[i] = route->hosts[i];
        d->hosts[i].name = mem_strdup(route->hosts[i].name);
    }
    d->known_count = route->count;
    d->host_count = choice_make(&choice, d->hosts, d->known_count);
    d->any_may_work = d->any_may_work || route->partial || d->host_count < d->known_count;
}

static bool is_enough(void *arg, const struct mx_host *hosts, size_t count)
{
    struct choice choice = choice_of(arg);
    return choice_is_full(&choice, hosts, count);
}

static void on_route(void *arg, const struct mx_route *route)
{
    struct delivery *d = arg;
    d->lookup = NULL;
    deliver_lookup_ended(d->deliver, d->message);
    if (route->result == MX_HOSTS) {
        take_hosts(d, route);
        try_next_host(d);
        return;
    }
    report_all(d,
               &(struct queue_result){.outcome = route->result == MX_PERMANENT ? QUEUE_FAILED : QUEUE_DEFER_RECIPIENT,
                                      .status = route->status,
                                      .diagnostic = route->text});
    end(d);
}

static void find_route(struct delivery *d)
{
    struct deliver *deliver = d->deliver;
    queue_lookup_begins(deliver->queue, d->message);
    d->lookup = mx_start(deliver->resolver, d->config, &deliver->prng, slice_cstr(d->site->domain),
                         (struct mx_asker){on_route, is_enough, d});
}

void delivery_go_on(struct delivery *d)
{
    drop_reported(d);
    if (d->deliver->draining) {
        delivery_free(d); /* it stays in the queue */
        return;
    }
    if (d->hosts == NULL) {
        find_route(d);
        return;
    }
    if (d->again)
        d->host_next--;
    try_next_host(d);
}

/* ---- beginnings ---- */

/* On a full disk the outcome could not be written, and what was delivered would be delivered again. */
static bool disk_is_full(struct delivery *d)
{
    struct deliver *deliver = d->deliver;
    struct err full;
    if (queue_check_disk(deliver->queue, 0, &full) == ERR_OK)
        return false;
    event_log(deliver->log, EVENT_DELIVERY_STALLED, log_str("id", d->message->id), log_str("error", full.text));
    wait_until(d, loop_wall_ns(deliver->loop) + DISK_PAUSE);
    end(d);
    return true;
}

/* All its hosts are known to rest: no question and no connection is needed to know that it has to wait. */
static bool is_closed(struct delivery *d)
{
    if (d->site->closed_until_ns <= d->started_ns || queue_must_try(d->deliver->queue, d->recipients[0]))
        return false;
    wait_until(d, d->site->closed_until_ns);
    end(d);
    return true;
}

void delivery_start(struct delivery *d, struct connection *idle)
{
    if (disk_is_full(d))
        return;
    if (idle != NULL)
        connection_carry(idle, d);
    else if (!is_closed(d))
        find_route(d);
}
