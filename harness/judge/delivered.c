/* delivered: how many copies of a message reached a recipient, where, how, when. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/judge/content.h"
#include "harness/judge/judge.h"
#include "lib/base/duration.h"
#include "lib/base/glob.h"

static const struct json *kept_by(const struct facts *facts, const struct json *delivery)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = trace_next_of_txn(facts->log, (size_t)json_get_int(delivery, "txn", 0), &at)) != NULL)
        if (strcmp(event->event, "smtp.accepted") == 0)
            return event->json;
    return NULL;
}

/* As strict as asked: no conversion is excused. */
static bool is_unchanged(const struct facts *facts, const struct json *delivery, char why[CONTENT_WHY_MAX])
{
    const struct json *sent =
        facts_handed(facts, json_get_str(delivery, "msg", ""), (unsigned)json_get_int(delivery, "n", 1));
    const struct json *kept = kept_by(facts, delivery);
    return sent != NULL && kept != NULL && !content_body_differs(sent, kept, why) &&
           !content_header_differs(sent, kept, false, why);
}

static bool has_fields(const struct facts *facts, const struct check_delivered *check, const struct json *delivery,
                       char why[CONTENT_WHY_MAX])
{
    for (size_t i = 0; i < check->header.count; i++) {
        const char *name = check->header.entries[i].key, *glob = *(const char **)check->header.entries[i].value;
        if (content_has_field(kept_by(facts, delivery), name, glob))
            continue;
        (void)snprintf(why, CONTENT_WHY_MAX, "no %.60s: %.200s", name, glob);
        return false;
    }
    return true;
}

/* why: told when the content is not as asked. */
static bool counts(const struct facts *facts, const struct check_delivered *check, const struct json *json,
                   char why[CONTENT_WHY_MAX])
{
    if (check->host != NULL && !glob_match(slice_cstr(check->host), slice_cstr(json_get_str(json, "host", ""))))
        return false;
    if (check->tls_seen && json_get_bool(json, "tls", false) != check->tls)
        return false;
    return (!check->unchanged || is_unchanged(facts, json, why)) && has_fields(facts, check, json, why);
}

/* `within: 10m` is at most that; a range is a range. */
static bool in_time(const struct range *within, int64_t took_ns)
{
    return within->min == within->max ? took_ns <= within->max : range_fits(within, took_ns);
}

/* One recipient of one submission; false when the check is broken there, or cannot tell. */
static bool one(const struct facts *facts, const struct check_delivered *check, const struct submission *s,
                const char *to, struct finding *out)
{
    const struct trace_event *event;
    const struct rounds_of *of = rounds_get(facts->rounds, s->id, s->n, to);
    int64_t first = INT64_MAX, copies = 0;
    char clock[DURATION_TEXT_MAX], why[CONTENT_WHY_MAX] = "";
    size_t at = 0;
    const struct trace_query query = {"msg.delivered", s->id, s->n, to};
    while ((event = trace_next(facts->log, &query, &at)) != NULL) {
        if (!counts(facts, check, event->json, why))
            continue;
        copies++;
        out->at = at - 1;
        first = event->t_ns < first ? event->t_ns : first;
    }
    bool good = range_fits(&check->times, copies);
    if (first != INT64_MAX && check->within.set)
        good = good && in_time(&check->within, first - of->handed_ns);
    finding_set(out, good ? HOLDS : BROKEN, "%" PRId64 " to %s%s%s%s%s", copies, to,
                copies > 0 ? ", the first after " : "", copies > 0 ? duration_clock(first - of->handed_ns, clock) : "",
                why[0] != '\0' ? "; one has " : "", why);
    if ((good && copies > 0) || of->submitted_ns != INT64_MAX)
        return good;
    finding_not_taken(out, facts, s->id, s->n); /* who does not take a message owes no delivery */
    return false;
}

void check_delivered(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_delivered *check = &expect->delivered;
    finding_want(out, "%s copies%s%s%s%s%s%s", check->times.text, check->host != NULL ? " at " : "",
                 check->host != NULL ? check->host : "",
                 !check->tls_seen ? ""
                 : check->tls     ? ", encrypted"
                                  : ", in clear",
                 check->within.set ? ", within " : "", check->within.set ? check->within.text : "",
                 check->unchanged ? ", as submitted" : "");
    for (size_t i = 0; i < facts->scenario->story_count; i++) {
        const struct submission *s = &facts->scenario->story[i];
        for (size_t k = 0; strcmp(s->id, check->of) == 0 && k < s->to_count; k++)
            if (globs_fit(&check->to, s->to[k]) && !one(facts, check, s, s->to[k], out))
                return;
    }
}
