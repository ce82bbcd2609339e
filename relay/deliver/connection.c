#include "relay/deliver/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "relay/log/event.h"

#define IN_MAX      (256 * 1024)
#define OUT_MAX     (256 * 1024)
#define OUT_LOW     (64 * 1024)
#define PIECE_BYTES (64 * 1024)

static int64_t now_of(const struct connection *c)
{
    return loop_now_ns(c->deliver->loop);
}

static struct attempt *attempt_of(const struct connection *c)
{
    return ids_find(&c->deliver->attempt_ids, c->attempt);
}

/* ---- what our policy wants of it ---- */

static enum client_tls tls_of(const struct connection *c)
{
    if (c->level >= CONFIG_TLS_ENCRYPT)
        return CLIENT_TLS_MUST;
    return c->level == CONFIG_TLS_NONE || c->plain ? CLIENT_TLS_NEVER : CLIENT_TLS_MAY;
}

/*
 * An address literal is not a host name, and is not sent as SNI (RFC 6066 §3). Where the certificate must name the
 * host, no name that it can have matches the literal, and the message waits.
 */
static const char *tls_name_of(const struct connection *c)
{
    return c->host.name[0] == '[' && c->level != CONFIG_TLS_VERIFY ? NULL : c->host.name;
}

/* ---- the end ---- */

void connection_free(struct connection *c)
{
    list_remove(&c->deliver->connections, &c->link);
    ids_remove(&c->deliver->connection_ids, c->id);
    site_connection_leaves(c->site, c->established);
    timer_stop(&c->timer);
    stream_free(c->stream);
    if (c->client_open)
        client_fini(&c->client);
    buf_fini(&c->piece);
    config_free(c->config);
    free(c->host.name);
    free(c);
}

static void finish(struct connection *c)
{
    struct deliver *deliver = c->deliver;
    struct attempt *attempt = attempt_of(c);
    connection_free(c);
    if (attempt != NULL)
        attempt_connection_ended(attempt);
    deliver_fill_soon(deliver);
}

static void hand_over_verdicts(struct connection *c)
{
    struct attempt *attempt = attempt_of(c);
    if (attempt != NULL)
        attempt_take_verdicts(attempt, c);
}

/* ---- sending ---- */

/* False when the body cannot be read: then the session stalls before its dot, and runs into its timeout. */
static bool give_body(struct connection *c)
{
    struct err err = {0};
    const struct attempt *attempt = client_wants_body(&c->client) ? attempt_of(c) : NULL;
    if (attempt == NULL)
        return true;
    buf_reset(&c->piece);
    int rc = queue_read_body(c->deliver->queue, attempt->message, c->client.body_sent, PIECE_BYTES, &c->piece, &err);
    if (rc == ERR_OK && c->piece.len > 0) {
        client_give_body(&c->client, buf_slice(&c->piece));
        return true;
    }
    event_log(c->deliver->log, EVENT_QUEUE_UNREADABLE, log_str("id", attempt->message->id), log_str("error", err.text));
    return false;
}

static void pump(struct connection *c)
{
    struct buf out;
    buf_init(&out, OUT_MAX);
    while (stream_pending(c->stream) < OUT_LOW && give_body(c)) {
        buf_reset(&out);
        client_pull(&c->client, &out, OUT_LOW, now_of(c));
        if (out.len == 0)
            break;
        (void)stream_write(c->stream, buf_slice(&out));
    }
    buf_fini(&out);
}

static void arm(struct connection *c)
{
    int64_t deadline = client_deadline_ns(&c->client);
    if (connection_is_idle(c))
        timer_set_after(&c->timer, c->deliver->config->timeouts.idle_ns);
    else if (deadline == INT64_MAX)
        timer_stop(&c->timer);
    else
        timer_set_at(&c->timer, deadline);
}

/* ---- one transaction after another ---- */

static void log_attempt(const struct connection *c, const struct attempt *attempt, bool reused)
{
    event_log(c->deliver->log, EVENT_DELIVERY_ATTEMPT, log_str("id", attempt->message->id),
              log_str("domain", c->site->domain), log_str("host", c->host.name), log_str("address", c->address),
              log_int("recipients", (int64_t)attempt->core.count), log_bool("reused", reused));
}

static void work_for(struct connection *c, struct attempt *attempt)
{
    c->attempt = attempt->id;
    attempt->connection = c->id;
}

static void begin(struct connection *c, struct attempt *attempt)
{
    struct client_transaction txn = attempt_transaction(attempt);
    site_connection_leaves(c->site, c->established);
    c->site = attempt->site;
    site_connection_joins(c->site, c->established);
    work_for(c, attempt);
    c->transactions++;
    log_attempt(c, attempt, true);
    client_next(&c->client, &txn, now_of(c));
}

/* What its own attempt has left comes first, then what else waits for this site. */
static void on_idle(struct connection *c)
{
    bool may_go_on = c->transactions < c->config->limits.messages_per_connection && !c->deliver->draining &&
                     c->config == c->deliver->config; /* another one may ask for TLS */
    struct attempt *own = attempt_of(c);
    struct attempt *next = own != NULL || !may_go_on ? own : deliver_take(c->deliver, c->site);
    if (next == NULL && may_go_on)
        next = deliver_take_waiting(c->deliver, c);
    if (!may_go_on)
        client_quit(&c->client, now_of(c));
    else if (next != NULL)
        begin(c, next);
}

/* A host that refuses the session with its greeting gets a QUIT: such a connection carries nothing. */
static bool is_past_greeting(const struct connection *c)
{
    enum client_stage stage = client_stage(&c->client);
    return client_is_idle(&c->client) || (stage > CLIENT_AT_GREETING && stage < CLIENT_AT_QUIT);
}

static void note_established(struct connection *c)
{
    if (c->established || !is_past_greeting(c))
        return;
    c->established = true;
    site_connection_established(c->site);
}

static void handle(struct connection *c, enum client_event event)
{
    for (; event != CLIENT_NOTHING; event = client_tick(&c->client, now_of(c))) {
        if (event == CLIENT_OVER) {
            finish(c);
            return;
        }
        if (event == CLIENT_VERDICTS)
            hand_over_verdicts(c);
        else if (event == CLIENT_IDLE)
            on_idle(c);
        else if (event == CLIENT_START_TLS)
            (void)stream_start_tls(c->stream, policy_context(c->deliver->policy, c->level), TLS_CLIENT, tls_name_of(c));
    }
    note_established(c);
    pump(c);
    arm(c);
}

bool connection_fits(const struct connection *c, const struct site *site)
{
    return c->config == c->deliver->config && c->level == policy_level(c->deliver->policy, site->domain);
}

bool connection_is_idle(const struct connection *c)
{
    return c->client_open && c->attempt == IDS_NONE && client_is_idle(&c->client);
}

void connection_carry(struct connection *c, struct attempt *attempt)
{
    begin(c, attempt);
    handle(c, client_tick(&c->client, now_of(c)));
}

void connection_quit(struct connection *c)
{
    client_quit(&c->client, now_of(c));
    handle(c, client_tick(&c->client, now_of(c)));
}

bool connection_is_on_the_wire(const struct connection *c)
{
    return c->client_open && c->attempt != IDS_NONE && client_stage(&c->client) == CLIENT_AT_EOD;
}

/* ---- stream callbacks ---- */

static void on_connected(void *arg)
{
    struct connection *c = arg;
    const struct config_smarthost *smarthost = c->config->smarthost;
    struct client_settings settings = {.hostname = c->config->hostname,
                                       .tls = tls_of(c),
                                       .user = smarthost != NULL ? smarthost->user : NULL,
                                       .password = smarthost != NULL ? smarthost->password : NULL};
    struct client_transaction txn = attempt_transaction(attempt_of(c));
    client_init(&c->client, &settings, &txn, now_of(c));
    c->client_open = true;
    c->transactions = 1;
    arm(c);
}

static void on_data(void *arg, struct buf *in)
{
    struct connection *c = arg;
    handle(c, client_feed(&c->client, in, now_of(c)));
}

static void on_tls(void *arg, const struct tls_info *info)
{
    struct connection *c = arg;
    c->tls = *info;
    event_log(c->deliver->log, EVENT_TLS_STARTED, log_str("host", c->host.name), log_str("tls", info->version),
              log_str("cipher", info->cipher), log_bool("verified", info->verified),
              log_str("problem", info->verify_error));
    handle(c, client_tls_started(&c->client, now_of(c)));
}

static void on_drained(void *arg)
{
    struct connection *c = arg;
    if (!c->client_open || client_is_idle(&c->client))
        return;
    pump(c);
    arm(c);
}

/* The host could not be connected to: a verdict for all, as the client would give it. */
static void connect_failed(struct connection *c, enum client_cause cause, const char *words)
{
    struct client_verdict verdict = {.stage = CLIENT_AT_CONNECT, .cause = cause};
    (void)snprintf(verdict.text, sizeof verdict.text, "Connecting to %s [%s]: %s", c->host.name, c->address, words);
    attempt_set_verdict(attempt_of(c), &verdict);
    hand_over_verdicts(c);
    finish(c);
}

static void on_end(void *arg, enum stream_end end, int error)
{
    struct connection *c = arg;
    bool tls = end == STREAM_END_TLS;
    struct tls_info info = {0};
    char words[CLIENT_TEXT_MAX] = "The connection was lost";
    if (!c->client_open) {
        connect_failed(c, end == STREAM_END_REFUSED ? CLIENT_REFUSED : CLIENT_UNREACHABLE,
                       error != 0 ? strerror(error) : stream_end_name(end));
        return;
    }
    if (tls && stream_tls_info(c->stream, &info))
        (void)snprintf(words, sizeof words, "TLS with %s: %s", c->host.name, info.failure);
    if (client_end(&c->client, tls ? CLIENT_TLS_BROKE : CLIENT_LOST, words) == CLIENT_VERDICTS)
        hand_over_verdicts(c);
    finish(c);
}

static void on_timer(void *arg)
{
    struct connection *c = arg;
    if (!c->client_open)
        connect_failed(c, CLIENT_TIMED_OUT, "no answer in time");
    else if (connection_is_idle(c))
        connection_quit(c);
    else
        handle(c, client_tick(&c->client, now_of(c)));
}

static const struct stream_ops stream_ops = {
    .on_connected = on_connected, .on_data = on_data, .on_tls = on_tls, .on_drained = on_drained, .on_end = on_end};

int connection_open(struct attempt *attempt, const struct mx_host *host, bool plain, struct err *err)
{
    static const struct stream_limits limits = {IN_MAX, OUT_MAX};
    struct deliver *deliver = attempt->deliver;
    const struct config_smarthost *smarthost = deliver->config->smarthost;
    int64_t port = smarthost != NULL ? smarthost->port : deliver->config->outbound_port;
    struct ip_port to = {host->address, (uint16_t)port};
    struct connection *c = mem_zalloc(sizeof *c);
    int rc = stream_connect(&c->stream, deliver->loop, &to, NULL, &limits, &stream_ops, c, err);
    if (rc != ERR_OK) {
        free(c);
        return rc;
    }
    c->deliver = deliver;
    c->config = config_ref(deliver->config);
    c->level = policy_level(deliver->policy, attempt->site->domain);
    c->site = attempt->site;
    c->host = *host;
    c->host.name = mem_strdup(host->name);
    (void)ip_format(host->address, c->address);
    c->opened_ns = loop_wall_ns(deliver->loop);
    c->plain = plain;
    c->id = ids_add(&deliver->connection_ids, c);
    work_for(c, attempt);
    buf_init(&c->piece, PIECE_BYTES);
    list_append(&deliver->connections, &c->link);
    site_connection_joins(c->site, false);
    timer_init(&c->timer, deliver->loop, on_timer, c);
    timer_set_after(&c->timer, deliver->config->timeouts.connect_ns);
    log_attempt(c, attempt, false);
    return ERR_OK;
}
