#include "relay/ingress/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/io/socket.h"
#include "relay/log/event.h"

#define BACKLOG      128
#define ACCEPT_PAUSE NS_PER_S

struct listener {
    struct listeners *all;
    struct config_listen settings;
    bool wanted; /* by the configuration that is being taken */
    int fd;
    struct watch watch;
    struct timer pause; /* until descriptors may be free again */
    struct list_link link;
};

struct listeners {
    struct loop *loop;
    struct log *log;
    struct list list;
    void (*on_client)(void *arg, const struct config_listen *door, int fd, struct ip client);
    void *arg;
};

static void listen_again(void *arg)
{
    struct listener *listener = arg;
    watch_set(&listener->watch, LOOP_READ);
}

/* Without a descriptor the connection can be neither accepted nor refused: it waits in the backlog, and the loop goes
 * on. */
static void pause_listener(struct listener *listener, int error)
{
    event_log(listener->all->log, EVENT_LISTEN_PAUSED, log_str("error", strerror(error)));
    watch_set(&listener->watch, 0);
    timer_set_after(&listener->pause, ACCEPT_PAUSE);
}

static void on_connection(void *arg, unsigned ready)
{
    struct listener *listener = arg;
    struct ip_port peer;
    (void)ready;
    int fd = socket_accept(listener->fd, &peer);
    if (fd >= 0)
        listener->all->on_client(listener->all->arg, &listener->settings, fd, peer.ip);
    else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        pause_listener(listener, errno);
}

/* ---- listeners come and go ---- */

static int bind_listener(struct listener *listener, const char *address, struct err *err)
{
    const struct config_listen *settings = &listener->settings;
    listener->fd = socket_bind(SOCK_STREAM, (struct ip_port){settings->address, (uint16_t)settings->port});
    if (listener->fd < 0 || listen(listener->fd, BACKLOG) != 0)
        return err_errno(err, "cannot listen on %s port %d", address, (int)settings->port);
    return ERR_OK;
}

static void close_listener(struct listener *listener)
{
    timer_stop(&listener->pause);
    watch_stop(&listener->watch);
    if (listener->fd >= 0)
        close(listener->fd);
    list_remove(&listener->all->list, &listener->link);
    free(listener);
}

static int open_listener(struct listeners *all, const struct config_listen *settings, struct err *err)
{
    static const char *const roles[] = {
        [LISTEN_RELAY] = "relay", [LISTEN_SUBMISSION] = "submission", [LISTEN_SUBMISSIONS] = "submissions"};
    char address[IP_TEXT_MAX];
    struct listener *listener = mem_zalloc(sizeof *listener);
    *listener = (struct listener){.all = all, .settings = *settings, .wanted = true};
    list_append(&all->list, &listener->link);
    (void)ip_format(settings->address, address);
    int rc = bind_listener(listener, address, err);
    watch_init(&listener->watch, all->loop, listener->fd, on_connection, listener);
    timer_init(&listener->pause, all->loop, listen_again, listener);
    if (rc != ERR_OK) {
        close_listener(listener);
        return rc;
    }
    watch_set(&listener->watch, LOOP_READ);
    event_log(all->log, EVENT_LISTEN_OPENED, log_str("address", address), log_int("port", settings->port),
              log_str("role", roles[settings->role]));
    return ERR_OK;
}

static struct listener *find_listener(const struct listeners *all, const struct config_listen *settings)
{
    LIST_EACH (struct listener, link, listener, &all->list)
        if (ip_eq(listener->settings.address, settings->address) && listener->settings.port == settings->port)
            return listener;
    return NULL;
}

/* Those that are in the configuration and not open yet. */
static int open_missing(struct listeners *all, const struct config *config, struct err *err)
{
    const struct config_listen *settings = config->listen.items;
    int rc = ERR_OK;
    LIST_EACH (struct listener, link, listener, &all->list)
        listener->wanted = false;
    for (size_t i = 0; i < config->listen.count && rc == ERR_OK; i++)
        if (find_listener(all, &settings[i]) == NULL)
            rc = open_listener(all, &settings[i], err);
    return rc;
}

static void log_closed(const struct listener *listener)
{
    char address[IP_TEXT_MAX];
    (void)ip_format(listener->settings.address, address);
    event_log(listener->all->log, EVENT_LISTEN_CLOSED, log_str("address", address),
              log_int("port", listener->settings.port));
}

/* wanted: those that were just opened, after a failure; else those that are no longer in the configuration. */
static void close_those(struct listeners *all, bool wanted)
{
    LIST_EACH_SAFE (struct listener, link, listener, next, &all->list)
        if (listener->wanted == wanted) {
            log_closed(listener);
            close_listener(listener);
        }
}

static void keep_listeners(struct listeners *all, const struct config *config)
{
    const struct config_listen *settings = config->listen.items;
    for (size_t i = 0; i < config->listen.count; i++) {
        struct listener *listener = find_listener(all, &settings[i]);
        listener->settings = settings[i];
        listener->wanted = true;
    }
    close_those(all, false);
}

int listeners_set(struct listeners *all, const struct config *config, struct err *err)
{
    int rc = open_missing(all, config, err);
    if (rc == ERR_OK)
        keep_listeners(all, config);
    else
        close_those(all, true);
    return rc;
}

/* ---- life ---- */

struct listeners *listeners_new(struct loop *loop, struct log *log,
                                void (*on_client)(void *, const struct config_listen *, int, struct ip), void *arg)
{
    struct listeners *all = mem_zalloc(sizeof *all);
    *all = (struct listeners){.loop = loop, .log = log, .on_client = on_client, .arg = arg};
    list_init(&all->list);
    return all;
}

void listeners_close(struct listeners *all)
{
    LIST_EACH_SAFE (struct listener, link, listener, next, &all->list)
        close_listener(listener);
}

void listeners_free(struct listeners *all)
{
    listeners_close(all);
    free(all);
}
