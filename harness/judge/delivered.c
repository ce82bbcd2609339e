/* delivered: how many copies of a message reached a recipient, where, how, when. */
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
    while ((event = trace_next_of_txn(facts->log, (size_t)trace_int(delivery, FIELD_TXN, 0), &at)) != NULL)
        if (event->kind == TRACE_SMTP_ACCEPTED)
            return event->json;
    return NULL;
}

/* As strict as asked: no conversion is excused. */
static bool is_unchanged(const struct facts *facts, const struct json *delivery, char why[CONTENT_WHY_MAX])
{
    const struct json *sent =
        facts_handed(facts, trace_str(delivery, FIELD_MSG, ""), (unsigned)trace_int(delivery, FIELD_N, 1));
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
        (void)snprintf(why, CONTENT_WHY_MAX, "it has no %.60s: %.200s", name, glob);
        return false;
    }
    return true;
}

/* Whether a copy meets the check's conditions; else `why` says what is different. */
static bool counts(const struct facts *facts, const struct check_delivered *check, const struct json *json,
                   char why[CONTENT_WHY_MAX])
{
    const char *host = trace_str(json, FIELD_HOST, "");
    bool tls = trace_bool(json, FIELD_TLS, false);
    char differs[CONTENT_WHY_MAX] = "";
    if (check->host != NULL && !glob_match(slice_cstr(check->host), slice_cstr(host))) {
        (void)snprintf(why, CONTENT_WHY_MAX, "it arrived at %.200s", host);
        return false;
    }
    if (check->tls_seen && tls != check->tls) {
        (void)snprintf(why, CONTENT_WHY_MAX, "it arrived %s", tls ? "over TLS" : "without TLS");
        return false;
    }
    if (check->unchanged && !is_unchanged(facts, json, differs)) {
        (void)snprintf(why, CONTENT_WHY_MAX, "it differs from what was submitted: %.*s", CONTENT_WHY_MAX - 60, differs);
        return false;
    }
    return has_fields(facts, check, json, why);
}

/* `within: 10m` is at most that; a range is a range. */
static bool in_time(const struct range *within, int64_t took_ns)
{
    return within->min == within->max ? took_ns <= within->max : range_fits(within, took_ns);
}

/* All conditions of the check, for one recipient. */
static void want(const struct check_delivered *check, const char *to, struct finding *out)
{
    char count[RANGE_WORDS_MAX];
    finding_want(out, "%s for %s", range_words(count, &check->times, "copy", "copies"), to);
    if (check->host != NULL)
        finding_want_also(out, ", at %s", check->host);
    if (check->tls_seen)
        finding_want_also(out, ", %s", check->tls ? "over TLS" : "without TLS");
    if (check->within.set)
        finding_want_also(out, ", the first within %s", limit_words(&check->within));
    if (check->unchanged)
        finding_want_also(out, ", as submitted");
    for (size_t i = 0; i < check->header.count; i++)
        finding_want_also(out, ", with %s: %s", check->header.entries[i].key,
                          *(const char **)check->header.entries[i].value);
}

/* The copies for one recipient of one submission. */
struct copies {
    int64_t count, others, first_ns; /* since the submission; -1 = none */
    char why[CONTENT_WHY_MAX];       /* what is different about the last that does not count */
};

static void find(const struct check_delivered *check, const struct copies *copies, const char *to, struct finding *out)
{
    char number[RANGE_WORDS_MAX], clock[DURATION_TEXT_MAX];
    bool enough = range_fits(&check->times, copies->count);
    bool good = enough && (copies->first_ns < 0 || !check->within.set || in_time(&check->within, copies->first_ns));
    finding_set(out, good ? HOLDS : BROKEN, "%s for %s%s%s%s%s", number_words(number, copies->count, "copy", "copies"),
                to, copies->count > 0 ? ", the first after " : "",
                copies->count > 0 ? duration_clock(copies->first_ns, clock) : "",
                copies->others > 0 ? "; of another copy, " : "", copies->others > 0 ? copies->why : "");
    if (!enough && copies->others > 0 && copies->count < check->times.min)
        (void)finding_because(out, "a copy does not count: %s", copies->why);
    else if (!enough)
        (void)finding_because(out, "the number of copies for %s is not %s", to, limit_words(&check->times));
    else if (!good)
        (void)finding_because(out, "the first copy did not arrive within %s", limit_words(&check->within));
}

/* False when the check fails there, or cannot be decided. */
static bool one(const struct facts *facts, const struct check_delivered *check, const struct submission *s,
                const char *to, struct finding *out)
{
    const struct trace_event *event;
    const struct rounds_of *of = rounds_get(facts->rounds, s->id, s->n, to);
    const struct trace_query query = {TRACE_MSG_DELIVERED, s->id, s->n, to};
    struct copies copies = {.first_ns = -1};
    size_t at = 0;
    want(check, to, out);
    while ((event = trace_next(facts->log, &query, &at)) != NULL) {
        if (!counts(facts, check, event->json, copies.why)) {
            copies.others++;
            out->at = copies.count > 0 ? out->at : at - 1;
            continue;
        }
        out->at = at - 1;
        if (copies.count++ == 0)
            copies.first_ns = event->t_ns - of->handed_ns;
    }
    find(check, &copies, to, out);
    if ((out->result == HOLDS && copies.count > 0) || of->submitted_ns != INT64_MAX)
        return out->result == HOLDS;
    finding_not_taken(out, facts, s->id, s->n); /* a target that refuses a message owes no delivery */
    return false;
}

void judge_delivered(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_delivered *check = expect->check;
    want(check, "every recipient", out);
    for (size_t i = 0; i < facts->scenario->story_count; i++) {
        const struct submission *s = &facts->scenario->story[i];
        for (size_t k = 0; strcmp(s->id, check->of) == 0 && k < s->to_count; k++)
            if (globs_fit(&check->to, s->to[k]) && !one(facts, check, s, s->to[k], out))
                return;
    }
}
