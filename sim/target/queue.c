#include "sim/target/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/io/file.h"
#include "sim/target/listing.h"

#define DUE_MAX      10000
#define COMMAND_TIME (60 * NS_PER_S)

struct target_queue {
    struct sim *sim;
    struct target_link *link;
    const char *dir;
    struct queue_form form;
    bool listing, again;
    bool stuck; /* the command did not end: another one would write into the same file */
    void (*on_last)(void *arg);
    void *arg;
    struct timer timer;
    int64_t *due; /* times of listings to come, monotonic, in no order */
    size_t due_count;
    struct timer due_timer;
};

/* ---- a listing ---- */

static int read_queue(const struct target_queue *q, struct json **entries, struct err *err)
{
    struct buf text;
    char *path = mem_printf("%s/queue.json", q->dir);
    buf_init(&text, LISTING_MAX);
    int rc = file_read(path, &text, err);
    if (rc == ERR_OK)
        rc = q->form.message != NULL
                 ? listing_read_lines(buf_slice(&text), q->form.message, q->form.recipient, entries, err)
                 : listing_read_json(buf_slice(&text), entries, err);
    buf_fini(&text);
    free(path);
    return rc;
}

static void record_queue(struct target_queue *q, const char *problem)
{
    struct json *entries = NULL, *extra = json_new_object();
    struct err err;
    if (problem == NULL && read_queue(q, &entries, &err) != ERR_OK)
        problem = err.text;
    if (problem != NULL) {
        json_set_str(extra, "text", problem);
    } else {
        json_set_int(extra, "count", (int64_t)json_count(entries));
        json_set(extra, "entries", entries);
    }
    trace_emit(q->sim->trace, TRACE_TARGET_QUEUE, &(struct trace_fields){0}, extra);
}

/* ---- asking ---- */

static void list(struct target_queue *q);

static void on_done(struct target_queue *q, const char *problem)
{
    timer_stop(&q->timer);
    q->listing = false;
    record_queue(q, problem);
    if (q->again)
        list(q);
    else if (q->on_last != NULL)
        q->on_last(q->arg);
}

static void list(struct target_queue *q)
{
    q->again = false;
    q->listing = true;
    if (!target_link_runs(q->link)) {
        on_done(q, "the target is not running");
    } else if (q->stuck) {
        on_done(q, "the target's queue command did not end within a minute");
    } else {
        target_link_list_queue(q->link);
        timer_set_after(&q->timer, COMMAND_TIME);
    }
}

static void on_timeout(void *arg)
{
    struct target_queue *q = arg;
    q->stuck = true;
    on_done(q, "the target's queue command did not end within a minute");
}

static void list_soon(struct target_queue *q)
{
    if (q->link == NULL || q->on_last != NULL)
        return;
    if (q->listing)
        q->again = true;
    else
        list(q);
}

static void arm(struct target_queue *q)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < q->due_count; i++)
        first = q->due[i] < first ? q->due[i] : first;
    if (first != INT64_MAX)
        timer_set_at(&q->due_timer, first);
}

/* One listing is enough for all that request one now. */
static void on_due(void *arg)
{
    struct target_queue *q = arg;
    int64_t now = loop_now_ns(q->sim->loop);
    size_t left = 0;
    for (size_t i = 0; i < q->due_count; i++)
        if (q->due[i] > now)
            q->due[left++] = q->due[i];
    q->due_count = left;
    arm(q);
    list_soon(q);
}

void target_queue_list_after(struct target_queue *q, int64_t length_ns)
{
    if (q->link == NULL || q->due_count == DUE_MAX)
        return;
    q->due = mem_realloc(q->due, q->due_count + 1, sizeof *q->due);
    q->due[q->due_count++] = loop_now_ns(q->sim->loop) + length_ns;
    arm(q);
}

void target_queue_list_last(struct target_queue *q, void (*on_listed)(void *), void *arg)
{
    if (q->link == NULL) {
        on_listed(arg);
        return;
    }
    list_soon(q);
    q->on_last = on_listed;
    q->arg = arg;
    if (!q->listing)
        on_listed(arg);
}

void target_queue_listed(struct target_queue *q, bool good)
{
    if (q->listing && !q->stuck)
        on_done(q, good ? NULL : "the target's queue command failed; see target.log");
}

/* ---- life ---- */

struct target_queue *target_queue_new(struct sim *sim, struct target_link *link, const char *dir,
                                      const struct queue_form *form)
{
    struct target_queue *q = mem_zalloc(sizeof *q);
    *q = (struct target_queue){.sim = sim, .link = link, .dir = dir, .form = *form};
    timer_init(&q->timer, sim->loop, on_timeout, q);
    timer_init(&q->due_timer, sim->loop, on_due, q);
    return q;
}

void target_queue_free(struct target_queue *q)
{
    if (q == NULL)
        return;
    timer_stop(&q->timer);
    timer_stop(&q->due_timer);
    free(q->due);
    free(q);
}
