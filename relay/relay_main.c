/* relaylab-relay: the SMTP relay. Puts the parts together, and takes them apart in order. */
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"
#include "relay/config/config.h"
#include "relay/control/control.h"
#include "relay/deliver/deliver.h"
#include "relay/dns/resolver.h"
#include "relay/ingress/ingress.h"
#include "relay/queue/queue.h"
#include "relay/version.h"

#define EXIT_USAGE 2
#define REPORT_MAX (64 * 1024)
#define DRAIN_TIME (30 * NS_PER_S)

static const char usage[] =
    "Usage: relaylab-relay -c FILE [--check]\n"
    "\n"
    "An SMTP relay: takes mail on the ports of its configuration, answers 250 when it is on disk,\n"
    "delivers it to the MX hosts of its recipients, retries for days, and tells senders of failures.\n"
    "It stays in the foreground and writes its event log, one JSON object a line, to standard error.\n"
    "\n"
    "  -c, --config FILE  the configuration (YAML); see docs/RELAY.md for its keys\n"
    "      --check        read and check the configuration, say what is wrong, and end\n"
    "      --help         show this text\n"
    "      --version      show the version\n"
    "\n"
    "SIGTERM and SIGINT end it in order: no new sessions, messages on the wire are finished (at most\n"
    "30 s), all else stays in the queue. Killed at any instant, it goes on where it was.\n"
    "\n"
    "Exit status: 0 ended in order, 1 the queue could not be written, 2 bad usage or configuration,\n"
    "3 could not start.\n";

struct relay {
    struct config *config;
    struct loop *loop;
    struct log *log;
    struct queue *queue;
    struct resolver *resolver;
    struct deliver *deliver;
    struct ingress *ingress;
    struct control *control;
    struct timer drain_timer;
    bool draining;
};

static void stop_when_drained(void *arg)
{
    struct relay *relay = arg;
    if (relay->draining && ingress_idle(relay->ingress) && deliver_idle(relay->deliver))
        loop_stop(relay->loop);
}

static void give_up_draining(void *arg)
{
    struct relay *relay = arg;
    log_event(relay->log, LOG_WARN, "relay.drain_cut", log_str("why", "connections did not end in 30 s"));
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
    log_event(relay->log, LOG_INFO, "relay.stopping");
    ingress_drain(relay->ingress);
    deliver_drain(relay->deliver);
    timer_set_after(&relay->drain_timer, DRAIN_TIME);
}

/* The order matters: the queue's end-of-turn commit must come before the answers of ingress. */
static int start(struct relay *relay, struct err *err)
{
    struct prng prng;
    int rc = loop_new(&relay->loop, err);
    if (rc == ERR_OK && prng_init_system(&prng) != ERR_OK)
        rc = err_errno(err, "no random numbers");
    if (rc == ERR_OK)
        rc = queue_open(&relay->queue, relay->config, relay->loop, relay->log, &prng, err);
    if (rc == ERR_OK)
        rc = resolver_new(&relay->resolver, relay->config, relay->loop, &prng, err);
    if (rc == ERR_OK)
        rc = control_start(&relay->control, relay->config->control, relay->loop, relay->queue, err);
    if (rc == ERR_OK)
        rc = deliver_start(&relay->deliver, relay->config, relay->loop, relay->queue, relay->resolver, relay->log,
                           &prng, err);
    if (rc == ERR_OK)
        rc = ingress_start(&relay->ingress, relay->config, relay->loop, relay->queue, relay->log, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(relay->loop, SIGTERM, on_stop_signal, relay, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(relay->loop, SIGINT, on_stop_signal, relay, err);
    if (rc == ERR_OK) {
        timer_init(&relay->drain_timer, relay->loop, give_up_draining, relay);
        loop_at_turn_end(relay->loop, stop_when_drained, relay);
    }
    return rc;
}

static void stop(struct relay *relay)
{
    timer_stop(&relay->drain_timer);
    ingress_stop(relay->ingress);
    deliver_stop(relay->deliver);
    control_stop(relay->control);
    resolver_free(relay->resolver);
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
    log_event(relay->log, LOG_INFO, "relay.started", log_str("hostname", relay->config->hostname));
    rc = loop_run(relay->loop, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab-relay: %s\n", err.text);
    log_event(relay->log, LOG_INFO, "relay.stopped");
    return rc != ERR_OK || queue_failed(relay->queue) ? 1 : 0;
}

/* Descriptors are what a relay runs out of first. */
static void raise_limits(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Descriptors 0 to 2 must be something, or a socket would become standard error. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"check", no_argument, NULL, 'k'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    const char *path = NULL;
    bool check = false;
    int c;
    while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        if (c == 'c')
            path = optarg;
        else if (c == 'k')
            check = true;
        else if (c == 'V')
            return printf("relaylab-relay %s\n", RELAY_VERSION) < 0;
        else {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : EXIT_USAGE;
        }
    }
    if (path == NULL || optind < argc) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    struct relay relay = {0};
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    int rc = config_load(&relay.config, path, &report, &err);
    fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
    if (rc != ERR_OK) {
        fprintf(stderr, "relaylab-relay: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (check) {
        printf("%s is good\n", path);
        config_free(relay.config);
        return 0;
    }
    fill_standard_descriptors();
    raise_limits();
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    relay.log = log_new(STDERR_FILENO, LOG_INFO);
    rc = run(&relay);
    stop(&relay);
    return rc;
}
