#include "relay/deliver/deliver.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/io/stream.h"
#include "relay/deliver/hosts.h"
#include "relay/deliver/outcome.h"
#include "relay/dns/mx.h"
#include "relay/smtp/client.h"
#include "relay/tls/policy.h"

#define IN_MAX      (256 * 1024)
#define OUT_MAX     (256 * 1024)
#define OUT_LOW     (64 * 1024)
#define PIECE_BYTES (64 * 1024)
#define DISK_PAUSE  (60 * NS_PER_S)

struct deliver {
    const struct config *config;
    struct loop *loop;
    struct queue *queue;
    struct resolver *resolver;
    struct log *log;
    struct prng prng;
    struct policy *policy;
    struct hosts *hosts;
    struct list active;
    struct timer fill; /* a slot has come free */
};

struct delivery {
    struct deliver *deliver;
    struct queue_message *message;
    struct queue_recipient **recipients; /* busy in the queue until reported */
    struct client_recipient *states;     /* the same, as the client sees them */
    size_t count;
    char *domain;
    int64_t started_ns; /* wall clock */
    struct mx_lookup *lookup;
    struct mx_host *hosts;
    size_t host_count, host_next;
    bool any_tried, in_clear, reported;
    bool any_may_work; /* a host rests, or failed in a way that may pass */
    /* the present host */
    const struct mx_host *host;
    struct stream *stream;
    struct timer timer;
    struct client client;
    bool client_open;
    struct buf piece; /* of the body, on its way to the client */
    struct list_link link;
};

static void try_next_host(struct delivery *delivery);

/* ---- the end of a delivery ---- */

static void hang_up(struct delivery *delivery)
{
    timer_stop(&delivery->timer);
    if (delivery->stream != NULL)
        stream_free(delivery->stream);
    delivery->stream = NULL;
    if (delivery->client_open)
        client_fini(&delivery->client);
    delivery->client_open = false;
}

static void free_delivery(struct delivery *delivery)
{
    hang_up(delivery);
    mx_cancel(delivery->lookup);
    for (size_t i = 0; i < delivery->host_count; i++)
        free(delivery->hosts[i].name);
    free(delivery->hosts);
    free(delivery->recipients);
    free(delivery->states);
    free(delivery->domain);
    buf_fini(&delivery->piece);
    free(delivery);
}

static void end_delivery(struct delivery *delivery)
{
    struct deliver *deliver = delivery->deliver;
    list_remove(&deliver->active, &delivery->link);
    free_delivery(delivery);
    timer_set_after(&deliver->fill, 0);
}

static void report_one(struct delivery *delivery, size_t i, const struct queue_result *result)
{
    queue_report(delivery->deliver->queue, delivery->recipients[i], result);
}

static void report_all(struct delivery *delivery, const struct queue_result *result)
{
    for (size_t i = 0; i < delivery->count; i++)
        report_one(delivery, i, result);
    delivery->reported = true;
}

/* ---- verdicts ---- */

static void report_verdict(struct delivery *delivery, size_t i)
{
    const struct client_verdict *verdict = &delivery->states[i].verdict;
    const struct outcome *outcome = outcome_of(verdict);
    bool replied = verdict->cause == CLIENT_REPLIED;
    /* One MX host that takes no mail is not the last word while another one may be back. */
    bool hope = outcome->next_host && outcome->result == QUEUE_FAILED && delivery->any_may_work;
    struct queue_result result = {.outcome = hope ? QUEUE_DEFER_UNREACHABLE : outcome->result,
                                  .status = hope                         ? "4.4.1"
                                            : verdict->status[0] != '\0' ? verdict->status
                                                                         : outcome->status,
                                  .diagnostic = verdict->text,
                                  .remote_mta = replied ? delivery->host->name : NULL};
    report_one(delivery, i, &result);
}

static void report_verdicts(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        report_verdict(delivery, i);
    delivery->reported = true;
}

static void rest_host(struct delivery *delivery, const struct outcome *outcome)
{
    const struct config *config = delivery->deliver->config;
    bool closed = outcome->result == QUEUE_DEFER_CLOSED;
    hosts_failed(delivery->deliver->hosts, delivery->host->address, delivery->started_ns,
                 closed ? config->retry.host.closed_ns : config->retry.host.unreachable_ns, config->retry.host.max_ns);
}

static bool has_next_host(const struct delivery *delivery)
{
    return delivery->host_next < delivery->host_count;
}

static void forget_verdicts(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->count; i++)
        delivery->states[i] = (struct client_recipient){.address = delivery->recipients[i]->address};
}

static void log_host(struct delivery *delivery, const struct client_verdict *verdict)
{
    log_event(delivery->deliver->log, LOG_INFO, "host.failed", log_str("id", delivery->message->id),
              log_str("host", delivery->host->name), log_str("why", verdict->text));
}

/* All recipients have verdicts. A session that failed as a whole gave all of them the same one. */
static void on_verdicts(struct delivery *delivery)
{
    const struct client_verdict *first = &delivery->states[0].verdict;
    const struct outcome *outcome = outcome_of(first);
    if (!outcome->next_host) {
        hosts_succeeded(delivery->deliver->hosts, delivery->host->address);
        report_verdicts(delivery);
        return;
    }
    log_host(delivery, first);
    delivery->any_may_work = delivery->any_may_work || outcome->result != QUEUE_FAILED;
    if (outcome->clear_again && !delivery->in_clear) {
        delivery->in_clear = true;
        delivery->host_next--;
    } else if (outcome->host_rests) {
        rest_host(delivery, outcome);
    }
    if (!has_next_host(delivery))
        report_verdicts(delivery);
}

/* ---- the session with one host ---- */

/* False when the body cannot be read: then the session is broken off, before its dot. */
static bool give_body(struct delivery *delivery)
{
    struct deliver *deliver = delivery->deliver;
    struct err err = {0};
    if (!client_wants_body(&delivery->client))
        return true;
    buf_reset(&delivery->piece);
    int rc = queue_read_body(deliver->queue, delivery->message, delivery->client.body_sent, PIECE_BYTES,
                             &delivery->piece, &err);
    if (rc == ERR_OK && delivery->piece.len > 0) {
        client_give_body(&delivery->client, buf_slice(&delivery->piece));
        return true;
    }
    log_event(deliver->log, LOG_ERROR, "queue.read_failed", log_str("error", err.text));
    return false;
}

static void pump(struct delivery *delivery)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    int64_t now = loop_now_ns(delivery->deliver->loop);
    while (stream_pending(delivery->stream) < OUT_LOW && give_body(delivery)) {
        buf_reset(&out);
        client_pull(&delivery->client, &out, OUT_LOW, now);
        if (out.len == 0)
            break;
        (void)stream_write(delivery->stream, buf_slice(&out));
    }
    buf_fini(&out);
}

static void close_session(struct delivery *delivery)
{
    hang_up(delivery);
    if (delivery->reported)
        end_delivery(delivery);
    else
        try_next_host(delivery);
}

static void arm(struct delivery *delivery)
{
    int64_t deadline = client_deadline_ns(&delivery->client);
    if (deadline == INT64_MAX)
        timer_stop(&delivery->timer);
    else
        timer_set_at(&delivery->timer, deadline);
}

static void handle(struct delivery *delivery, enum client_event event)
{
    struct deliver *deliver = delivery->deliver;
    for (; event != CLIENT_NOTHING; event = client_tick(&delivery->client, loop_now_ns(deliver->loop))) {
        if (event == CLIENT_OVER) {
            close_session(delivery);
            return;
        }
        if (event == CLIENT_VERDICTS)
            on_verdicts(delivery);
        else if (event == CLIENT_START_TLS)
            (void)stream_start_tls(delivery->stream, policy_context(deliver->policy), TLS_CLIENT, delivery->host->name);
    }
    pump(delivery);
    arm(delivery);
}

static void on_connected(void *arg)
{
    struct delivery *delivery = arg;
    struct deliver *deliver = delivery->deliver;
    struct client_settings settings = {.hostname = deliver->config->hostname,
                                       .reverse_path = delivery->message->reverse_path,
                                       .recipients = delivery->states,
                                       .recipient_count = delivery->count,
                                       .eight_bit = delivery->message->eight_bit,
                                       .tls_wanted = !delivery->in_clear,
                                       .body_size = delivery->message->size};
    client_init(&delivery->client, &settings, loop_now_ns(deliver->loop));
    delivery->client_open = true;
    arm(delivery);
}

static void on_data(void *arg, struct buf *in)
{
    struct delivery *delivery = arg;
    handle(delivery, client_feed(&delivery->client, in, loop_now_ns(delivery->deliver->loop)));
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct delivery *delivery = arg;
    log_event(delivery->deliver->log, LOG_INFO, "tls.started", log_str("host", delivery->host->name),
              log_str("version", info->version), log_bool("verified", info->verified),
              log_str("problem", info->verify_error));
    handle(delivery, client_tls_started(&delivery->client, loop_now_ns(delivery->deliver->loop)));
}

static void on_drained(void *arg)
{
    struct delivery *delivery = arg;
    if (delivery->client_open) {
        pump(delivery);
        arm(delivery);
    }
}

/* The host could not be connected to: a verdict for all, as the client would give it. */
static void connect_failed(struct delivery *delivery, enum client_cause cause, const char *words)
{
    struct client_verdict verdict = {.stage = CLIENT_AT_CONNECT, .cause = cause};
    char address[INET_ADDRSTRLEN];
    (void)inet_ntop(AF_INET, &delivery->host->address, address, sizeof address);
    (void)snprintf(verdict.text, sizeof verdict.text, "Connecting to %s [%s]: %s", delivery->host->name, address,
                   words);
    for (size_t i = 0; i < delivery->count; i++)
        delivery->states[i].verdict = verdict;
    on_verdicts(delivery);
    close_session(delivery);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct delivery *delivery = arg;
    bool tls = end == STREAM_END_TLS;
    struct tls_info info = {0};
    if (!delivery->client_open) {
        connect_failed(delivery, end == STREAM_END_REFUSED ? CLIENT_REFUSED : CLIENT_UNREACHABLE,
                       error != 0 ? strerror(error) : stream_end_name(end));
        return;
    }
    if (tls)
        (void)stream_tls_info(delivery->stream, &info);
    enum client_event event = client_end(&delivery->client, tls ? CLIENT_TLS_BROKE : CLIENT_LOST,
                                         tls ? info.failure : "The connection was lost");
    if (event == CLIENT_VERDICTS)
        on_verdicts(delivery);
    close_session(delivery);
}

static void on_timer(void *arg)
{
    struct delivery *delivery = arg;
    if (delivery->client_open)
        handle(delivery, client_tick(&delivery->client, loop_now_ns(delivery->deliver->loop)));
    else
        connect_failed(delivery, CLIENT_TIMED_OUT, "no answer in time");
}

static const struct stream_ops stream_ops = {
    .on_connected = on_connected, .on_data = on_data, .on_tls = on_tls, .on_drained = on_drained, .on_end = on_end};

static void connect_to(struct delivery *delivery, const struct mx_host *host)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct deliver *deliver = delivery->deliver;
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_addr = host->address, .sin_port = htons((uint16_t)deliver->config->outbound_port)};
    struct err err;
    delivery->host = host;
    delivery->any_tried = true;
    forget_verdicts(delivery);
    if (stream_connect(&delivery->stream, deliver->loop, (struct sockaddr *)&to, sizeof to, NULL, 0, &limits,
                       &stream_ops, delivery, &err) != ERR_OK) {
        /* No descriptor is left, say: our trouble, not the host's. */
        log_event(deliver->log, LOG_ERROR, "deliver.no_socket", log_str("error", err.text));
        report_all(delivery,
                   &(struct queue_result){.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.3.0", .diagnostic = err.text});
        end_delivery(delivery);
        return;
    }
    timer_set_after(&delivery->timer, deliver->config->timeouts.connect_ns);
}

/* ---- choosing hosts ---- */

static bool may_try(const struct delivery *delivery, const struct mx_host *host)
{
    const struct deliver *deliver = delivery->deliver;
    return hosts_rest_until_ns(deliver->hosts, host->address) <= loop_wall_ns(deliver->loop) ||
           queue_must_try(deliver->queue, delivery->recipients[0]);
}

static int64_t earliest_rest_end(const struct delivery *delivery)
{
    int64_t earliest = INT64_MAX;
    for (size_t i = 0; i < delivery->host_count; i++) {
        int64_t end = hosts_rest_until_ns(delivery->deliver->hosts, delivery->hosts[i].address);
        earliest = end < earliest ? end : earliest;
    }
    return earliest;
}

static void try_next_host(struct delivery *delivery)
{
    while (has_next_host(delivery)) {
        const struct mx_host *host = &delivery->hosts[delivery->host_next++];
        delivery->in_clear = delivery->in_clear && host == delivery->host;
        if (may_try(delivery, host) || delivery->in_clear) {
            connect_to(delivery, host);
            return;
        }
        delivery->any_may_work = true; /* it rests */
    }
    if (delivery->any_tried) /* the hosts that were left all rest */
        report_verdicts(delivery);
    else
        report_all(delivery,
                   &(struct queue_result){.outcome = QUEUE_WAIT, .not_before_ns = earliest_rest_end(delivery)});
    end_delivery(delivery);
}

static void take_hosts(struct delivery *delivery, const struct mx_route *route)
{
    delivery->hosts = mem_zalloc(route->count * sizeof *delivery->hosts);
    for (size_t i = 0; i < route->count; i++) {
        delivery->hosts[i] = route->hosts[i];
        delivery->hosts[i].name = mem_strdup(route->hosts[i].name);
    }
    delivery->host_count = route->count;
}

static void on_route(void *arg, const struct mx_route *route)
{
    struct delivery *delivery = arg;
    delivery->lookup = NULL;
    if (route->result == MX_HOSTS) {
        take_hosts(delivery, route);
        try_next_host(delivery);
        return;
    }
    report_all(delivery,
               &(struct queue_result){.outcome = route->result == MX_PERMANENT ? QUEUE_FAILED : QUEUE_DEFER_RECIPIENT,
                                      .status = route->status,
                                      .diagnostic = route->text});
    end_delivery(delivery);
}

/* ---- slots ---- */

static size_t active_for(const struct deliver *deliver, const char *domain)
{
    size_t count = 0;
    LIST_EACH(struct delivery, link, delivery, &deliver->active)
    count += slice_ieq(slice_cstr(delivery->domain), slice_cstr(domain));
    return count;
}

static bool has_slot(const struct deliver *deliver, const char *domain)
{
    return deliver->active.count < (size_t)deliver->config->limits.outbound &&
           active_for(deliver, domain) < (size_t)deliver->config->limits.outbound_per_domain;
}

/* On a full disk the outcome could not be written, and what was delivered would be delivered again. */
static void wait_for_disk(struct delivery *delivery)
{
    struct deliver *deliver = delivery->deliver;
    log_event(deliver->log, LOG_ERROR, "deliver.disk_full", log_str("id", delivery->message->id));
    report_all(delivery, &(struct queue_result){.outcome = QUEUE_WAIT,
                                                .not_before_ns = loop_wall_ns(deliver->loop) + DISK_PAUSE});
}

static void start(struct delivery *delivery)
{
    struct deliver *deliver = delivery->deliver;
    list_append(&deliver->active, &delivery->link);
    delivery->started_ns = loop_wall_ns(deliver->loop);
    if (!queue_has_room(deliver->queue, 0, 0)) {
        wait_for_disk(delivery);
        list_remove(&deliver->active, &delivery->link);
        free_delivery(delivery);
        return;
    }
    delivery->lookup =
        mx_start(deliver->resolver, deliver->config, &deliver->prng, slice_cstr(delivery->domain), on_route, delivery);
}

static struct delivery *new_delivery(struct deliver *deliver, const struct queue_batch *batch)
{
    struct delivery *delivery = mem_zalloc(sizeof *delivery);
    *delivery = (struct delivery){.deliver = deliver, .message = batch->message, .count = batch->count};
    delivery->recipients = mem_zalloc(batch->count * sizeof *delivery->recipients);
    memcpy(delivery->recipients, batch->recipients, batch->count * sizeof *delivery->recipients);
    delivery->states = mem_zalloc(batch->count * sizeof *delivery->states);
    delivery->domain = mem_strdup(batch->recipients[0]->domain->name);
    buf_init(&delivery->piece, PIECE_BYTES);
    timer_init(&delivery->timer, deliver->loop, on_timer, delivery);
    return delivery;
}

/* One of each domain at a time: a busy domain holds up no other. */
static bool fill_once(struct deliver *deliver)
{
    struct queue_batch batch;
    bool any = false;
    LIST_EACH_SAFE(struct queue_domain, link, domain, next, queue_ready_domains(deliver->queue))
    if (has_slot(deliver, domain->name) && queue_take(deliver->queue, domain, &batch)) {
        start(new_delivery(deliver, &batch));
        any = true;
    }
    return any;
}

static void fill(void *arg)
{
    while (fill_once(arg))
        continue;
}

/* ---- life ---- */

int deliver_start(struct deliver **out, const struct config *config, struct loop *loop, struct queue *queue,
                  struct resolver *resolver, struct log *log, const struct prng *prng, struct err *err)
{
    struct deliver *deliver = mem_zalloc(sizeof *deliver);
    *deliver = (struct deliver){.config = config, .loop = loop, .queue = queue, .resolver = resolver, .log = log};
    list_init(&deliver->active);
    timer_init(&deliver->fill, loop, fill, deliver);
    prng_fork(&deliver->prng, prng, "deliver");
    deliver->hosts = hosts_new();
    int rc = policy_new(&deliver->policy, config, err);
    if (rc != ERR_OK) {
        deliver_stop(deliver);
        return rc;
    }
    queue_start(queue, fill, deliver);
    *out = deliver;
    return ERR_OK;
}

static void drop_all(struct list *list, bool but_on_the_wire)
{
    LIST_EACH_SAFE(struct delivery, link, delivery, next, list)
    {
        if (but_on_the_wire && delivery->client_open && client_stage(&delivery->client) == CLIENT_AT_EOD)
            continue;
        list_remove(list, &delivery->link);
        free_delivery(delivery);
    }
}

void deliver_drain(struct deliver *deliver)
{
    queue_stop(deliver->queue);
    drop_all(&deliver->active, true);
}

bool deliver_idle(const struct deliver *deliver)
{
    return deliver->active.count == 0;
}

void deliver_stop(struct deliver *deliver)
{
    if (deliver == NULL)
        return;
    timer_stop(&deliver->fill);
    drop_all(&deliver->active, false);
    policy_free(deliver->policy);
    hosts_free(deliver->hosts);
    free(deliver);
}
