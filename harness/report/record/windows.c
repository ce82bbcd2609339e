#include "harness/report/record/windows.h"

#include <string.h>
#include <strings.h>

#define WINDOWS_MAX 200 /* of one recipient */

struct list {
    struct json *json;
    size_t expect; /* its index */
    bool missed;
};

static void add(struct list *list, const struct history *history, const char *kind, int64_t base_ns,
                const struct range *range, int64_t seen_ns)
{
    bool seen = seen_ns != INT64_MAX;
    bool fits = seen && range_fits(range, seen_ns - base_ns);
    struct json *one = json_new_object();
    if (json_count(list->json) >= WINDOWS_MAX) {
        json_free(one);
        return;
    }
    json_set_int(one, "expect", (int64_t)list->expect);
    json_set_str(one, "rcpt", history->of->rcpt);
    json_set_str(one, "kind", kind);
    json_set(one, "from", json_new_real((double)(base_ns + range->min) / 1e9));
    if (range->max < INT64_MAX - base_ns)
        json_set(one, "to", json_new_real((double)(base_ns + range->max) / 1e9));
    if (seen)
        json_set(one, "seen", json_new_real((double)seen_ns / 1e9));
    json_set_bool(one, "fits", fits);
    json_push(list->json, one);
    list->missed = list->missed || !fits;
}

static int64_t open_ns(const struct history *history, size_t i)
{
    return i < history->count ? history->attempts[i].open_ns : INT64_MAX;
}

/* The window of an `in` is missed when the number of attempts in it is not the expected one. */
static void add_count(struct list *list, const struct history *history, const struct window *window)
{
    int64_t count = 0;
    size_t at = json_count(list->json);
    bool missed = list->missed;
    for (size_t i = 0; i < history->count; i++)
        count += range_fits(&window->window, history->attempts[i].open_ns - history->of->handed_ns);
    add(list, history, "in", history->of->handed_ns, &window->window, INT64_MAX);
    if (json_count(list->json) == at)
        return;
    bool fits = range_fits(&window->count, count);
    json_set_bool((struct json *)(uintptr_t)json_at(list->json, at), "fits", fits);
    list->missed = missed || !fits;
}

static void add_attempts(struct list *list, const struct check_attempts *check, const struct history *history)
{
    int64_t base_ns = history->of->handed_ns;
    for (size_t i = 1; check->gap.set && i < history->count; i++)
        add(list, history, "gap", open_ns(history, i - 1), &check->gap, open_ns(history, i));
    if (check->first.set)
        add(list, history, "first", base_ns, &check->first, open_ns(history, 0));
    if (check->last.set)
        add(list, history, "last", base_ns, &check->last,
            history->count > 0 ? open_ns(history, history->count - 1) : INT64_MAX);
    for (size_t i = 0; i < check->in.count; i++)
        add_count(list, history, &((const struct window *)check->in.items)[i]);
}

/* `within: 10m` counts from when the target was handed the message. */
static void add_delivery(struct list *list, const struct range *within, const struct history *history)
{
    struct range range = *within;
    if (range.min == range.max)
        range.min = 0;
    add(list, history, "delivered", history->of->handed_ns, &range,
        history->copies > 0 ? history->outcome_ns : INT64_MAX);
}

static bool has_action(const struct json *dsn, const char *rcpt, const char *action)
{
    const struct json *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), rcpt) == 0 &&
            (action == NULL || strcasecmp(json_get_str(json_at(recipients, i), "action", ""), action) == 0))
            return true;
    return false;
}

/* When the sender first got a report with this action; NULL = any. */
static int64_t told_at(const struct history *history, const char *action)
{
    for (size_t i = 0; i < history->dsn_count; i++)
        if (has_action(history->dsns[i]->json, history->of->rcpt, action))
            return history->dsns[i]->t_ns;
    return INT64_MAX;
}

static bool speaks_of(const struct expect *expect, const struct history *history)
{
    const struct submission *of = history->of->submission;
    const char *rcpt = history->of->rcpt;
    const struct check_attempts *attempts = expect_of(expect, CHECK_ATTEMPTS);
    const struct check_delivered *delivered = expect_of(expect, CHECK_DELIVERED);
    const struct check_dsn *dsn = expect_of(expect, CHECK_DSN);
    if (history->of->handed_ns == INT64_MAX)
        return false;
    if (attempts != NULL)
        return strcmp(attempts->of, of->id) == 0 && globs_fit(&attempts->to, rcpt);
    if (delivered != NULL)
        return delivered->within.set && strcmp(delivered->of, of->id) == 0 && globs_fit(&delivered->to, rcpt);
    return dsn != NULL && dsn->between.set && strcmp(dsn->of, of->id) == 0;
}

static void add_history(struct list *list, const struct expect *expect, const struct history *history)
{
    const struct check_attempts *attempts = expect_of(expect, CHECK_ATTEMPTS);
    const struct check_delivered *delivered = expect_of(expect, CHECK_DELIVERED);
    const struct check_dsn *dsn = expect_of(expect, CHECK_DSN);
    if (attempts != NULL)
        add_attempts(list, attempts, history);
    if (delivered != NULL)
        add_delivery(list, &delivered->within, history);
    if (dsn != NULL)
        add(list, history, "bounce", history->of->handed_ns, &dsn->between, told_at(history, dsn->action));
}

/* The windows of one expectation: those of the first recipient that misses one, else of the first that has any. */
static struct json *of_expect(const struct behaviour *behaviour, size_t i)
{
    const struct expect *expect = &behaviour->facts->scenario->expects[i];
    struct json *first = NULL;
    for (size_t k = 0; k < behaviour->count; k++) {
        struct list list = {json_new_array(), i, false};
        if (speaks_of(expect, &behaviour->histories[k]))
            add_history(&list, expect, &behaviour->histories[k]);
        if (list.missed || (first == NULL && json_count(list.json) > 0)) {
            json_free(first);
            first = list.json;
        } else
            json_free(list.json);
        if (list.missed)
            break;
    }
    return first;
}

struct json *windows_of(const struct behaviour *behaviour)
{
    struct json *all = json_new_array();
    for (size_t i = 0; i < behaviour->facts->scenario->expect_count; i++) {
        struct json *some = of_expect(behaviour, i);
        for (size_t k = 0; k < json_count(some); k++)
            json_push(all, json_dup(json_at(some, k)));
        json_free(some);
    }
    return all;
}
