#include "sim/target/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define CONTROL_MAX 4096
#define GRACE       (30 * NS_PER_S) /* between SIGTERM and SIGKILL */

enum target_state { STATE_STARTING, STATE_RUNS, STATE_ENDING, STATE_DOWN };

struct target_link {
    struct sim *sim;
    struct warp_shm *shm;
    struct target_callbacks callbacks;
    int fd;
    struct watch watch;
    struct buf in;
    enum target_state state;
    enum target_action asked; /* why it is ending */
    struct timer grace;
};

/* ---- to the coordinator ---- */

static void tell(struct target_link *link, const char *line)
{
    (void)!send(link->fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
    warp_shm_call_coordinator(link->shm);
}

static void record(struct target_link *link, enum trace_kind kind, struct json *extra)
{
    trace_emit(link->sim->trace, kind, &(struct trace_fields){0}, extra);
}

static void end_target(struct target_link *link, enum target_action action)
{
    if (link->state == STATE_DOWN)
        return;
    link->state = STATE_ENDING;
    link->asked = action;
    tell(link, action == TARGET_KILL ? "kill target\n" : "stop target\n");
    if (action != TARGET_KILL)
        timer_set_after(&link->grace, GRACE);
}

static void start_target(struct target_link *link)
{
    link->state = STATE_STARTING;
    tell(link, "start target\n");
}

static void on_grace_over(void *arg)
{
    tell(arg, "kill target\n");
}

void target_link_act(struct target_link *link, enum target_action action)
{
    struct json *extra = json_new_object();
    json_set_str(extra, "action", target_action_name(action));
    record(link, TRACE_TARGET_ACTION, extra);
    switch (action) {
    case TARGET_STOP:
    case TARGET_KILL:
        end_target(link, action);
        break;
    case TARGET_RESTART:
        if (link->state == STATE_DOWN)
            start_target(link);
        else
            end_target(link, action);
        break;
    case TARGET_RELOAD:
        tell(link, "action reload\n");
        break;
    case TARGET_FLUSH:
        tell(link, "action flush\n");
        break;
    }
}

bool target_link_runs(const struct target_link *link)
{
    return link->state == STATE_RUNS;
}

void target_link_list_queue(struct target_link *link)
{
    tell(link, "action queue\n");
}

void target_link_submit(struct target_link *link, unsigned n)
{
    char line[64];
    (void)snprintf(line, sizeof line, "action submit/%u\n", n);
    tell(link, line);
}

/* ---- from the coordinator ---- */

static void on_ready(struct target_link *link)
{
    link->state = STATE_RUNS;
    record(link, TRACE_TARGET_START, NULL);
}

static void on_end(struct target_link *link, const char *key, int value)
{
    bool asked = link->state == STATE_ENDING;
    struct json *extra = json_new_object();
    json_set_int(extra, key, value);
    if (asked)
        json_set_str(extra, "asked", target_action_name(link->asked));
    timer_stop(&link->grace);
    link->state = STATE_DOWN;
    record(link, TRACE_TARGET_EXIT, extra);
    if (!asked)
        link->callbacks.on_unasked_end(link->callbacks.arg);
    else if (link->asked == TARGET_RESTART)
        start_target(link);
}

static void on_action_end(struct target_link *link, const char *name, const char *key, int value)
{
    bool exited = strcmp(key, "exit") == 0, good = exited && value == 0;
    unsigned n;
    if (sscanf(name, "submit/%u", &n) == 1) {
        link->callbacks.on_submitted(link->callbacks.arg, n, exited ? value : -value);
        return;
    }
    if (strcmp(name, "queue") == 0) {
        link->callbacks.on_listed(link->callbacks.arg, good);
        return;
    }
    struct json *extra = json_new_object();
    json_set_str(extra, "action", name);
    json_set_int(extra, exited ? "status" : "signal", value);
    record(link, TRACE_TARGET_RESULT, extra);
}

static void on_line(struct target_link *link, const char *line)
{
    char name[64], key[8];
    int value;
    if (strcmp(line, "t0") == 0) {
        trace_set_zero(link->sim->trace, warp_shm_t0_ns(link->shm));
        on_ready(link);
        link->callbacks.on_start(link->callbacks.arg);
    } else if (strcmp(line, "ready target") == 0) {
        on_ready(link);
    } else if (sscanf(line, "exit target %d", &value) == 1) {
        on_end(link, "status", value);
    } else if (sscanf(line, "signal target %d", &value) == 1) {
        on_end(link, "signal", value);
    } else if (sscanf(line, "action %63s %7s %d", name, key, &value) == 3) {
        on_action_end(link, name, key, value);
    }
}

static void on_readable(void *arg, unsigned ready)
{
    struct target_link *link = arg;
    char bytes[512];
    (void)ready;
    ssize_t n = recv(link->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        watch_stop(&link->watch);
        link->callbacks.on_lost(link->callbacks.arg);
        return;
    }
    (void)buf_add(&link->in, bytes, (size_t)n);
    for (size_t end; (end = slice_find(buf_slice(&link->in), '\n')) < link->in.len;) {
        char *line = slice_dup(slice_head(buf_slice(&link->in), end));
        buf_consume(&link->in, end + 1);
        on_line(link, line);
        free(line);
    }
}

/* ---- life ---- */

struct target_link *target_link_new(struct sim *sim, struct warp_shm *shm, const struct target_callbacks *callbacks)
{
    const char *fd = getenv(WARP_CONTROL_ENV);
    if (shm == NULL || fd == NULL)
        return NULL;
    struct target_link *link = mem_zalloc(sizeof *link);
    *link = (struct target_link){
        .sim = sim, .shm = shm, .callbacks = *callbacks, .fd = (int)strtol(fd, NULL, 10), .state = STATE_STARTING};
    buf_init(&link->in, CONTROL_MAX);
    timer_init(&link->grace, sim->loop, on_grace_over, link);
    watch_init(&link->watch, sim->loop, link->fd, on_readable, link);
    watch_set(&link->watch, LOOP_READ);
    return link;
}

void target_link_free(struct target_link *link)
{
    if (link == NULL)
        return;
    timer_stop(&link->grace);
    watch_stop(&link->watch);
    buf_fini(&link->in);
    free(link);
}
