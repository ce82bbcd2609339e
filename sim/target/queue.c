#include "sim/target/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define LISTING_MAX  (16 * 1024 * 1024)
#define DUE_MAX      10000
#define COMMAND_TIME (60 * NS_PER_S)

struct target_queue {
    struct sim *sim;
    struct target_link *link;
    const char *dir;
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

static int read_queue(struct target_queue *q, struct json **out, struct err *err)
{
    char *path = mem_printf("%s/queue.json", q->dir);
    FILE *file = fopen(path, "re");
    struct buf text;
    buf_init(&text, LISTING_MAX);
    int rc = file == NULL ? err_errno(err, "cannot read %s", path) : ERR_OK;
    char part[65536];
    for (size_t n; file != NULL && (n = fread(part, 1, sizeof part, file)) > 0;)
        (void)buf_add(&text, part, n);
    if (file != NULL)
        (void)fclose(file);
    if (rc == ERR_OK)
        rc = text.overflow ? err_set(err, ERR_TOO_BIG, "the listing is too long")
                           : json_parse(buf_slice(&text), out, err);
    buf_fini(&text);
    free(path);
    return rc;
}

/* {"messages":[{"from","recipients":[{"rcpt"}]}]}: anything else must not pass for an empty queue. */
static bool is_listing(const struct json *queue)
{
    const struct json *messages = json_get(queue, "messages");
    bool good = json_is_list(messages);
    for (size_t i = 0; good && i < json_count(messages); i++) {
        const struct json *recipients = json_get(json_at(messages, i), "recipients");
        good = json_get_str(json_at(messages, i), "from", NULL) != NULL && json_is_list(recipients);
        for (size_t k = 0; good && k < json_count(recipients); k++)
            good = json_get_str(json_at(recipients, k), "rcpt", NULL) != NULL;
    }
    return good;
}

static struct json *queue_entries(const struct json *queue)
{
    struct json *entries = json_new_array();
    const struct json *messages = json_get(queue, "messages");
    for (size_t i = 0; i < json_count(messages); i++) {
        const struct json *recipients = json_get(json_at(messages, i), "recipients");
        for (size_t k = 0; k < json_count(recipients); k++) {
            struct json *one = json_new_object();
            json_set_str(one, "from", json_get_str(json_at(messages, i), "from", ""));
            json_set_str(one, "rcpt", json_get_str(json_at(recipients, k), "rcpt", ""));
            json_push(entries, one);
        }
    }
    return entries;
}

static void record_queue(struct target_queue *q, const char *problem)
{
    struct json *queue = NULL, *extra = json_new_object();
    struct err err;
    if (problem == NULL && read_queue(q, &queue, &err) != ERR_OK)
        problem = err.text;
    if (problem == NULL && !is_listing(queue))
        problem = "the target's queue command printed something else than "
                  "{\"messages\":[{\"from\",\"recipients\":[{\"rcpt\"}]}]}";
    if (problem != NULL) {
        json_set_str(extra, "text", problem);
    } else {
        struct json *entries = queue_entries(queue);
        json_set_int(extra, "count", (int64_t)json_count(entries));
        json_set(extra, "entries", entries);
    }
    trace_emit(q->sim->trace, "target.queue", &(struct trace_fields){0}, extra);
    json_free(queue);
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
        on_done(q, "the target does not run");
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

void target_queue_list(struct target_queue *q)
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

/* One listing is enough for all that want one now. */
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
    target_queue_list(q);
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
    target_queue_list(q);
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

struct target_queue *target_queue_new(struct sim *sim, struct target_link *link, const char *dir)
{
    struct target_queue *q = mem_zalloc(sizeof *q);
    *q = (struct target_queue){.sim = sim, .link = link, .dir = dir};
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
