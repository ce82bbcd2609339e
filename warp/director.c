/* The director's control socket: its requests, and what it is sent. */
#include "warp/internal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void director_tell(struct coordinator *c, const char *line)
{
    c->disturbed = true;
    if (c->director.control >= 0)
        (void)!send(c->director.control, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int start_action(struct coordinator *c, const struct plan_command *action, struct request *request,
                        struct err *err)
{
    uint32_t slot;
    int rc = processes_start(c, request != NULL ? &request->command : action, WARP_ROLE_ACTION, &slot, err);
    if (rc != ERR_OK)
        return rc;
    c->watched[slot].is_action = true;
    c->watched[slot].request = request;
    return ERR_OK;
}

/* "NAME", or "NAME/N" with what comes with the request N. */
static int start_named(struct coordinator *c, const struct plan_command *action, const char *name, struct err *err)
{
    if (action->requests == NULL)
        return start_action(c, action, NULL, err);
    struct request *request = NULL;
    int rc = request_new(&request, action, name, err);
    if (rc == ERR_OK)
        rc = start_action(c, action, request, err);
    if (rc != ERR_OK)
        request_free(request);
    return rc;
}

static void run_action(struct coordinator *c, const char *name)
{
    struct err err = {0};
    char line[128];
    const struct plan_command *action = plan_action(c->plan, name);
    if (action != NULL && action->signo != 0) {
        bool sent = c->target.slot != 0 && coordinator_signal(c, c->target.slot, action->signo);
        (void)snprintf(line, sizeof line, "action %.64s exit %d\n", name, sent ? 0 : 1);
        director_tell(c, line);
        return;
    }
    if (action != NULL && start_named(c, action, name, &err) == ERR_OK)
        return;
    coordinator_conclude(c, WARP_ACTION_NOT_STARTED, "%.64s: %s", name, action != NULL ? err.text : "no such action");
    c->finished = true;
}

static void on_request(void *arg, const char *line)
{
    struct coordinator *c = arg;
    c->disturbed = true;
    if (strncmp(line, "action ", 7) == 0)
        run_action(c, line + 7);
    else if (strcmp(line, "kill target") == 0)
        target_kill(c);
    else if (strcmp(line, "stop target") == 0)
        target_stop(c);
    else if (strcmp(line, "start target") == 0)
        target_start(c);
}

void director_read(struct coordinator *c)
{
    struct director *d = &c->director;
    while (d->control >= 0) {
        ssize_t n = recv(d->control, d->lines.text + d->lines.len, sizeof d->lines.text - d->lines.len, MSG_DONTWAIT);
        if (n <= 0)
            return;
        d->lines.len += (size_t)n;
        lines_take(&d->lines, on_request, c);
    }
}

/* A connect that reached no listener wakes no process: the director is notified, so that its world answers in time. */
void director_tell_of_connects(struct coordinator *c)
{
    uint64_t count = atomic_load(&c->shm->connect_count);
    if (count == c->director.told_connects || c->phase != PHASE_STORY)
        return;
    c->director.told_connects = count;
    director_tell(c, "connect\n");
}
