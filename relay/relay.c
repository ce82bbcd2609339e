#include "relay/relay.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/version.h"
#include "lib/io/loop.h"
#include "relay/access/access.h"
#include "relay/check.h"
#include "relay/control/control.h"
#include "relay/deliver/deliver.h"
#include "relay/dns/resolver.h"
#include "relay/ingress/ingress.h"
#include "relay/log/event.h"
#include "relay/queue/queue.h"
#include "relay/dkim/signing.h"
#include "relay/tls/policy.h"

#define REPORT_MAX (64 * 1024)
#define DRAIN_TIME (30 * NS_PER_S)

struct relay {
    struct config *config;
    const char *path;
    struct loop *loop;
    struct log *log;
    struct queue *queue;
    struct access *access;
    struct resolver *resolver;
    struct deliver *deliver;
    struct ingress *ingress;
    struct control *control;
    struct timer drain_timer;
    struct timer log_timer; /* for a log that is not read at the moment */
    bool draining;
};

/* ---- the log ---- */

static void flush_log(void *arg)
{
    struct relay *relay = arg;
    bool all = log_flush(relay->log);
    uint64_t dropped = all ? log_take_dropped(relay->log) : 0;
    if (dropped > 0)
        event_log(relay->log, EVENT_LOG_DROPPED, log_int("lines", (int64_t)dropped));
    if (!all && !timer_pending(&relay->log_timer))
        timer_set_after(&relay->log_timer, NS_PER_S);
}

/* ---- the end ---- */

static void stop_when_drained(void *arg)
{
    struct relay *relay = arg;
    if (relay->draining && ingress_idle(relay->ingress) && deliver_idle(relay->deliver))
        loop_stop(relay->loop);
}

static void give_up_draining(void *arg)
{
    struct relay *relay = arg;
    event_log(relay->log, EVENT_RELAY_DRAIN_CUT, log_str("why", "connections did not end in 30 s"));
    loop_stop(relay->loop);
}

static void on_stop_signal(void *arg)
{
    struct relay *relay = arg;
    if (relay->draining) {
        loop_stop(relay->loop); /* asked twice */
        return;
    }
    relay->draining = true;
    event_log(relay->log, EVENT_RELAY_STOPPING);
    ingress_drain(relay->ingress);
    deliver_drain(relay->deliver);
    timer_set_after(&relay->drain_timer, DRAIN_TIME);
}

/* ---- another configuration ---- */

static void log_problem(const struct relay *relay, struct slice problem)
{
    if (problem.len > 0)
        event_log(relay->log, EVENT_CONFIG_REFUSED, log_slice("problem", problem));
}

static void log_problems(const struct relay *relay, const struct buf *report)
{
    for (struct slice rest = buf_slice(report); rest.len > 0;)
        log_problem(relay, slice_cut(&rest, '\n'));
}

static void keep(const struct relay *relay, const char *key)
{
    event_log(relay->log, EVENT_CONFIG_KEPT, log_str("key", key));
}

/* What a running relay cannot change stays what it was. */
static void keep_what_must_stay(const struct relay *relay, struct config *config)
{
    const struct config *old = relay->config;
    if (strcmp(config->spool, old->spool) != 0)
        keep(relay, "spool");
    if (strcmp(config->control, old->control) != 0)
        keep(relay, "control");
    if (!config_same_resolver(config, old))
        keep(relay, "resolver");
    config->spool = arena_printf(config->doc.arena, "%s", old->spool);
    config->control = arena_printf(config->doc.arena, "%s", old->control);
}

/* NULL when it is invalid: then its problems have been reported. */
static struct config *load_anew(const struct relay *relay)
{
    struct config *config = NULL;
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    if (config_load(&config, relay->path, &report, &err) == ERR_OK)
        keep_what_must_stay(relay, config);
    if (config != NULL && !check_world(config)) {
        buf_reset(&report);
        yaml_report(&config->doc, &report);
        config_free(config);
        config = NULL;
    }
    if (config == NULL && report.len == 0)
        log_problem(relay, slice_cstr(err.text));
    else if (config == NULL)
        log_problems(relay, &report);
    buf_fini(&report);
    return config;
}

/* All that may fail comes first: a configuration holds as a whole, or not at all. */
static int take(struct relay *relay, struct config *config, struct err *err)
{
    struct policy *policy;
    struct signer *signer = NULL;
    int rc = policy_new(&policy, config, err);
    if (rc == ERR_OK && ((rc = signing_load(config, &signer, err)) != ERR_OK ||
                         (rc = ingress_reload(relay->ingress, config, err)) != ERR_OK)) {
        policy_free(policy);
        signer_free(signer);
    }
    if (rc != ERR_OK)
        return rc;
    deliver_reload(relay->deliver, config, policy);
    queue_reload(relay->queue, config);
    queue_sign_with(relay->queue, signer);
    config_free(relay->config);
    relay->config = config;
    return ERR_OK;
}

static void on_reload_signal(void *arg)
{
    struct relay *relay = arg;
    struct err err = {0};
    struct config *config = relay->draining ? NULL : load_anew(relay);
    if (config == NULL)
        return;
    if (take(relay, config, &err) == ERR_OK) {
        event_log(relay->log, EVENT_CONFIG_RELOADED, log_str("file", relay->path));
        return;
    }
    log_problem(relay, slice_cstr(err.text));
    config_free(config);
}

/* ---- life ---- */

static int start_parts(struct relay *relay, struct err *err)
{
    struct prng prng;
    struct signer *signer = NULL;
    int rc = loop_new(&relay->loop, err);
    if (rc == ERR_OK && prng_init_system(&prng) != ERR_OK)
        rc = err_errno(err, "no random numbers");
    if (rc == ERR_OK)
        rc = queue_open(&relay->queue, relay->config, relay->loop, relay->log, &prng, err);
    if (rc == ERR_OK && (rc = signing_load(relay->config, &signer, err)) == ERR_OK)
        queue_sign_with(relay->queue, signer);
    if (rc == ERR_OK)
        rc = access_open(&relay->access, relay->config, relay->loop, relay->queue, relay->log, err);
    if (rc == ERR_OK)
        rc = resolver_new(&relay->resolver, relay->config, relay->loop, &prng, err);
    if (rc == ERR_OK)
        rc = control_start(&relay->control, relay->config->control, relay->loop, relay->queue, relay->access, err);
    if (rc == ERR_OK)
        rc = deliver_start(&relay->deliver, relay->config, relay->loop, relay->queue, relay->resolver, relay->log,
                           &prng, err);
    if (rc == ERR_OK)
        rc = ingress_start(&relay->ingress, relay->config, relay->loop, relay->queue, relay->access, relay->log, err);
    return rc;
}

static int start(struct relay *relay, struct err *err)
{
    int rc = start_parts(relay, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(relay->loop, SIGTERM, on_stop_signal, relay, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(relay->loop, SIGINT, on_stop_signal, relay, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(relay->loop, SIGHUP, on_reload_signal, relay, err);
    if (rc == ERR_OK) {
        timer_init(&relay->drain_timer, relay->loop, give_up_draining, relay);
        timer_init(&relay->log_timer, relay->loop, flush_log, relay);
        loop_in_phase(relay->loop, LOOP_END, flush_log, relay);
        loop_in_phase(relay->loop, LOOP_END, stop_when_drained, relay);
    }
    return rc;
}

static void stop(struct relay *relay)
{
    timer_stop(&relay->drain_timer);
    timer_stop(&relay->log_timer);
    ingress_stop(relay->ingress);
    deliver_stop(relay->deliver);
    control_stop(relay->control);
    resolver_free(relay->resolver);
    access_close(relay->access);
    queue_close(relay->queue);
    if (relay->loop != NULL)
        loop_free(relay->loop);
    log_free(relay->log);
    config_free(relay->config);
}

static int run(struct relay *relay)
{
    struct err err = {0};
    int rc = start(relay, &err);
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab-relay: %s\n", err.text);
        return 3;
    }
    event_log(relay->log, EVENT_RELAY_STARTED, log_str("hostname", relay->config->hostname),
              log_str("version", RELAYLAB_VERSION));
    rc = loop_run(relay->loop, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab-relay: %s\n", err.text);
    event_log(relay->log, EVENT_RELAY_STOPPED);
    return rc != ERR_OK || queue_failed(relay->queue) ? 1 : 0;
}

int relay_run(struct config *config, const char *path)
{
    struct relay relay = {.config = config, .path = path, .log = log_new(STDERR_FILENO, LOG_INFO)};
    int status = run(&relay);
    stop(&relay);
    return status;
}
