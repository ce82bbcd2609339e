/* The behaviour report's bounces: what they reported to the sender, when, of what class, and whether a promise was
 * kept. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "harness/report/record/behaviour_json.h"
#include "harness/facts/failure_class.h"
#include "lib/base/duration.h"
#include "lib/base/mail_date.h"

#define DSNS_MAX    2000
#define REPORTS_MAX 100 /* that are kept with their text, of at most 4096 octets each */

/* Will-Retry-Until (RFC 3464 §2.3.9) against the end: a delivery keeps it, and so does a bounce not before it. */
static const char *promise_kept(const struct history *history, int64_t until_ns, int64_t end_ns)
{
    if (history->outcome == OUTCOME_DELIVERED)
        return "delivered before";
    if (history->outcome == OUTCOME_BOUNCED)
        return history->outcome_ns >= until_ns ? "kept" : "given up before";
    return end_ns < until_ns ? "the run ended before" : "no word at that time";
}

static void add_promise(const struct behaviour *behaviour, const struct history *history, const struct json *one,
                        struct json *out)
{
    const struct trace_log *log = behaviour->facts->log;
    const char *text = json_get_str(one, "will_retry_until", "");
    int64_t at_ns, zero_ns = json_get_int(log->header, "start", 0) * NS_PER_S;
    if (history == NULL || text[0] == '\0' || !mail_date_parse(text, &at_ns))
        return;
    at_ns -= zero_ns;
    json_set(out, "retry_until", json_new_real((double)(at_ns - history->of->handed_ns) / 1e9));
    json_set_str(out, "promise", promise_kept(history, at_ns, log->count > 0 ? log->events[log->count - 1].t_ns : 0));
}

/* The recipient that a bounce is about; a bounce that names no recipient still has its message's time. */
static const struct history *history_of(const struct behaviour *behaviour, const struct json *dsn, const char *rcpt)
{
    for (size_t i = 0; rcpt[0] == '\0' && i < behaviour->count; i++) {
        const struct submission *of = behaviour->histories[i].of->submission;
        if ((int64_t)of->n == trace_int(dsn, FIELD_N, 1) && strcmp(of->id, trace_str(dsn, FIELD_MSG, "")) == 0)
            return &behaviour->histories[i];
    }
    return behaviour_find(behaviour, dsn, rcpt);
}

static struct json *dsn_json(const struct behaviour *behaviour, const struct trace_event *event, const struct json *one)
{
    const char *rcpt = json_get_str(one, "rcpt", ""), *status = json_get_str(one, "status", "");
    const char *diagnostic = json_get_str(one, "diagnostic", ""), *action = json_get_str(one, "action", "");
    const struct history *history = history_of(behaviour, event->json, rcpt);
    int64_t zero_ns = history != NULL && history->of->handed_ns != INT64_MAX ? history->of->handed_ns : 0;
    struct json *json = json_new_object();
    json_set_str(json, "of", trace_str(event->json, FIELD_MSG, ""));
    json_set_int(json, "n", trace_int(event->json, FIELD_N, 1));
    json_set_str(json, "rcpt", rcpt);
    json_set(json, "handed", json_new_real((double)zero_ns / 1e9));
    json_set(json, "t", json_new_real((double)(event->t_ns - zero_ns) / 1e9));
    json_set_int(json, "conn", trace_int(event->json, FIELD_CONN, 0));
    json_set_str(json, "to", trace_str(event->json, FIELD_TO, ""));
    json_set_str(json, "host", trace_str(event->json, FIELD_HOST, ""));
    json_set_str(json, "action", action);
    json_set_str(json, "status", status);
    json_set_str(json, "diagnostic", diagnostic);
    json_set_str(json, "remote_mta", json_get_str(one, "remote_mta", ""));
    if (strcasecmp(action, "failed") == 0 || strcasecmp(action, "delayed") == 0)
        json_set_str(json, "class", failure_class_of_status(status, diagnostic));
    add_promise(behaviour, history, one, json);
    return json;
}

/* Once for each report, with its first recipient: what it is as a message. */
static struct json *report_json(const struct json *dsn)
{
    const struct json *form = trace_value(dsn, FIELD_FORM), *parts = json_get(form, "parts");
    struct json *json = json_new_object();
    json_set_str(json, "subject", trace_str(dsn, FIELD_SUBJECT, ""));
    json_set_str(json, "type", json_get_str(form, "type", ""));
    if (json_get(form, "report_type") != NULL)
        json_set_str(json, "report_type", json_get_str(form, "report_type", ""));
    if (parts != NULL)
        json_set(json, "parts", json_dup(parts));
    json_set_str(json, "mta", json_get_str(form, "mta", ""));
    json_set_str(json, "text", trace_str(dsn, FIELD_TEXT, ""));
    return json;
}

struct json *behaviour_dsns(const struct behaviour *behaviour)
{
    struct json *list = json_new_array();
    const struct trace_event *event;
    size_t at = 0, reports = 0;
    while ((event = facts_next(behaviour->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL) {
        const struct json *recipients = trace_value(event->json, FIELD_RECIPIENTS);
        size_t count = json_count(recipients) > 0 ? json_count(recipients) : 1; /* a bounce in words alone */
        for (size_t i = 0; i < count && json_count(list) < DSNS_MAX; i++) {
            struct json *one = dsn_json(behaviour, event, json_at(recipients, i));
            if (i == 0 && reports++ < REPORTS_MAX)
                json_set(one, "report", report_json(event->json));
            json_push(list, one);
        }
    }
    return list;
}
