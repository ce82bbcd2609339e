#include "relay/deliver/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/deliver/connection.h"
#include "relay/log/event.h"

#define DISK_PAUSE (60 * NS_PER_S)

static void perform(struct attempt *a, const struct connection *connection);

/* ---- life ---- */

struct attempt *attempt_new(struct deliver *deliver, struct site *site, const struct queue_batch *batch)
{
    struct attempt *a = mem_zalloc(sizeof *a);
    *a = (struct attempt){.deliver = deliver, .site = site, .message = batch->message};
    a->id = ids_add(&deliver->attempt_ids, a);
    a->config = config_ref(deliver->config);
    a->recipients = mem_zalloc(batch->count * sizeof *a->recipients);
    memcpy(a->recipients, batch->recipients, batch->count * sizeof *a->recipients);
    a->started_ns = loop_wall_ns(deliver->loop);
    struct delivery_setup setup = {.hosts = deliver->hosts,
                                   .cleartext = deliver->cleartext,
                                   .site = site,
                                   .started_ns = a->started_ns,
                                   .hosts_max = (size_t)a->config->limits.hosts_per_round};
    delivery_init(&a->core, &setup, batch->count);
    site_attempt_begins(site);
    list_append(&deliver->attempts, &a->link);
    return a;
}

void attempt_free(struct attempt *a)
{
    struct deliver *deliver = a->deliver;
    if (a->lookup != NULL)
        queue_lookup_ends(deliver->queue, a->message);
    mx_cancel(a->lookup);
    deliver_release_connection(deliver, a->connection);
    delivery_fini(&a->core);
    config_free(a->config);
    free(a->recipients);
    site_attempt_ends(a->site);
    list_remove(&deliver->attempts, &a->link);
    ids_remove(&deliver->attempt_ids, a->id);
    free(a);
}

/* ---- what the core needs to know ---- */

static struct delivery_facts facts_of(const struct attempt *a)
{
    const struct deliver *deliver = a->deliver;
    const struct queue_recipient *first = a->recipients[delivery_first(&a->core)];
    return (struct delivery_facts){.config = deliver->config,
                                   .now_ns = loop_wall_ns(deliver->loop),
                                   .must_try = queue_must_try(deliver->queue, first)};
}

/* ---- the lookup ---- */

static bool is_enough(void *arg, const struct mx_host *hosts, size_t count)
{
    const struct attempt *a = arg;
    struct delivery_facts facts = facts_of(a);
    return delivery_has_enough(&a->core, &facts, hosts, count);
}

static void on_route(void *arg, const struct mx_route *route)
{
    struct attempt *a = arg;
    struct delivery_facts facts = facts_of(a);
    a->lookup = NULL;
    deliver_lookup_ended(a->deliver, a->message);
    if (route->result == MX_HOSTS)
        delivery_hosts_found(&a->core, &facts, route);
    else
        delivery_no_hosts(&a->core, route);
    perform(a, NULL);
}

static void look_up(struct attempt *a)
{
    struct deliver *deliver = a->deliver;
    queue_lookup_begins(deliver->queue, a->message);
    a->lookup = mx_start(deliver->resolver, a->config, &deliver->prng, slice_cstr(a->site->domain),
                         (struct mx_asker){on_route, is_enough, a});
}

/* ---- the connection ---- */

static void stall(const struct attempt *a, const char *error)
{
    event_log(a->deliver->log, EVENT_DELIVERY_STALLED, log_str("id", a->message->id), log_str("error", error));
}

static bool has_room(const struct attempt *a, const struct mx_host *host)
{
    return deliver_has_room(a->deliver) && !deliver_host_is_full(a->deliver, host, a);
}

/* True when a connection works for the attempt: that may have ended with it. */
static bool connect_to(struct attempt *a, const struct delivery_action *action)
{
    struct err err;
    struct deliver *deliver = a->deliver;
    struct connection *idle = action->plain ? NULL : deliver_find_idle(deliver, a->site, action->host);
    if (action->needs_room && idle == NULL && !has_room(a, action->host)) {
        delivery_no_room(&a->core, action->host);
        return false;
    }
    if (idle != NULL) {
        connection_carry(idle, a);
        return true;
    }
    deliver_make_room(deliver);
    if (connection_open(a, action->host, action->plain, &err) == ERR_OK)
        return true;
    stall(a, err.text); /* the process is out of descriptors, for example */
    delivery_no_socket(&a->core, err.text);
    return false;
}

/* ---- actions ---- */

static void log_host_failed(const struct attempt *a, const struct connection *c)
{
    event_log(a->deliver->log, EVENT_DELIVERY_HOST_FAILED, log_str("id", a->message->id), log_str("host", c->host.name),
              log_str("address", c->address), log_str("reply", a->core.states[0].verdict.text));
}

static void log_auth_refused(const struct attempt *a, const struct connection *c)
{
    event_log(a->deliver->log, EVENT_SMARTHOST_AUTH_FAILED, log_str("host", c->host.name),
              log_str("reply", a->core.states[0].verdict.text));
}

static void log_tls_given_up(const struct attempt *a, const struct connection *c)
{
    event_log(a->deliver->log, EVENT_TLS_GIVEN_UP, log_str("host", c->host.name), log_str("address", c->address),
              log_str("why", a->core.states[0].verdict.text));
}

static void end(struct attempt *a)
{
    struct deliver *deliver = a->deliver;
    attempt_free(a);
    deliver_fill_soon(deliver);
}

/* False when the attempt is out of our hands: it works on a connection, or has ended. */
static bool perform_one(struct attempt *a, const struct delivery_action *action, const struct connection *connection)
{
    switch (action->kind) {
    case DELIVERY_LOOK_UP:
        look_up(a);
        break;
    case DELIVERY_CONNECT:
        return !connect_to(a, action);
    case DELIVERY_REPORT:
        queue_report(a->deliver->queue, a->recipients[action->recipient], &action->result);
        break;
    case DELIVERY_HOST_FAILED:
        log_host_failed(a, connection);
        break;
    case DELIVERY_AUTH_REFUSED:
        log_auth_refused(a, connection);
        break;
    case DELIVERY_TLS_GIVEN_UP:
        log_tls_given_up(a, connection);
        break;
    case DELIVERY_END:
        end(a);
        return false;
    }
    return true;
}

static void perform(struct attempt *a, const struct connection *connection)
{
    struct delivery_action action;
    while (delivery_next(&a->core, &action))
        if (!perform_one(a, &action, connection))
            return;
}

/* ---- from the connection ---- */

struct client_transaction attempt_transaction(struct attempt *a)
{
    struct client_transaction txn = {.mail = &a->message->mail, .body_size = a->message->size};
    txn.recipients = delivery_recipients(&a->core, &txn.recipient_count);
    for (size_t i = 0; i < txn.recipient_count; i++)
        txn.recipients[i].to = &a->recipients[delivery_number(&a->core, i)]->to;
    return txn;
}

void attempt_set_verdict(struct attempt *a, const struct client_verdict *verdict)
{
    delivery_set_verdict(&a->core, verdict);
}

void attempt_take_verdicts(struct attempt *a, struct connection *c)
{
    struct delivery_facts facts = facts_of(a);
    struct delivery_session session = {.host = &c->host,
                                       .opened_ns = c->opened_ns,
                                       .took = c->taken > 0,
                                       .others = a->site->established > (unsigned)c->established,
                                       .tls = c->tls.version,
                                       .cipher = c->tls.cipher,
                                       .notifies = c->client.offers.has[EXTENSION_DSN]};
    c->taken += delivery_verdicts(&a->core, &facts, &session);
    perform(a, c);
}

void attempt_connection_ended(struct attempt *a)
{
    a->connection = IDS_NONE;
    if (a->deliver->draining) {
        attempt_free(a); /* it stays in the queue */
        return;
    }
    struct delivery_facts facts = facts_of(a);
    delivery_connection_ended(&a->core, &facts);
    perform(a, NULL);
}

/* ---- beginnings ---- */

/* On a full disk the outcome could not be written, and what was delivered would be delivered again. */
static bool disk_is_full(struct attempt *a)
{
    struct err full;
    if (queue_check_disk(a->deliver->queue, 0, &full) == ERR_OK)
        return false;
    stall(a, full.text);
    return true;
}

void attempt_start(struct attempt *a, struct connection *idle)
{
    struct delivery_facts facts = facts_of(a);
    bool full = disk_is_full(a);
    if (idle != NULL && !full) {
        connection_carry(idle, a);
        return;
    }
    if (full)
        delivery_wait(&a->core, facts.now_ns + DISK_PAUSE);
    else
        delivery_begin(&a->core, &facts);
    perform(a, NULL);
}
