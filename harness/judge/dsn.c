/* dsn: the delivery status notifications that reached the sender's MX host. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"
#include "lib/base/glob.h"
#include "lib/base/mail_date.h"

static const struct json *recipient_of(const struct json *dsn, const char *address)
{
    const struct json *recipients = json_get(dsn, "recipients");
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), address) == 0)
            return json_at(recipients, i);
    return NULL;
}

static bool has_action(const struct json *dsn, const char *action)
{
    const struct json *recipients = json_get(dsn, "recipients");
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "action", ""), action) == 0)
            return true;
    return false;
}

/* What a delay promises (RFC 3464 §2.3.9), against what was wanted; true when nothing was. */
static bool promise_fits(const struct facts *facts, const struct range *wanted, const struct json *one,
                         int64_t handed_ns, struct finding *out)
{
    const char *text = json_get_str(one, "will_retry_until", "");
    char clock[DURATION_TEXT_MAX];
    int64_t at_ns, zero_ns = json_get_int(facts->log->header, "start", 0) * NS_PER_S;
    if (!wanted->set)
        return true;
    if (!mail_date_parse(text, &at_ns)) {
        finding_set(out, BROKEN, "it has no Will-Retry-Until");
        return false;
    }
    /* The field has whole seconds. */
    int64_t after = at_ns - zero_ns - handed_ns / NS_PER_S * NS_PER_S;
    finding_set(out, BROKEN, "it will be retried until %s after the submission", duration_clock(after, clock));
    return range_fits(wanted, after);
}

static bool recipient_fits(const struct facts *facts, const struct json *dsn, const struct yaml_entry *entry,
                           int64_t handed_ns, struct finding *out)
{
    const struct dsn_recipient_check *check = entry->value;
    const struct json *one = recipient_of(dsn, entry->key);
    if (one == NULL) {
        finding_set(out, BROKEN, "the DSN does not name %s", entry->key);
        return false;
    }
    const char *action = json_get_str(one, "action", ""), *status = json_get_str(one, "status", "");
    const char *diagnostic = json_get_str(one, "diagnostic", ""), *mta = json_get_str(one, "remote_mta", "");
    bool good = (check->action == NULL || strcasecmp(check->action, action) == 0) &&
                globs_fit(&check->status, status) && globs_fit(&check->diagnostic, diagnostic) &&
                (check->remote_mta == NULL || glob_match(slice_cstr(check->remote_mta), slice_cstr(mta)));
    if (!good)
        finding_set(out, BROKEN, "%s: action %s, status %s, diagnostic %.100s, remote MTA %s", entry->key, action,
                    status, diagnostic[0] != '\0' ? diagnostic : "-", mta[0] != '\0' ? mta : "-");
    return good && promise_fits(facts, &check->retry_until, one, handed_ns, out);
}

static bool content_fits(const struct facts *facts, const struct check_dsn *check, const struct json *dsn,
                         int64_t handed_ns, struct finding *out)
{
    const char *from = json_get_str(dsn, "from", ""), *to = json_get_str(dsn, "to", "");
    if (check->envelope_from != NULL && strcmp(check->envelope_from, from) != 0) {
        finding_set(out, BROKEN, "its reverse-path is %s", from);
        return false;
    }
    if (check->to != NULL && strcasecmp(check->to, to) != 0) {
        finding_set(out, BROKEN, "it went to %s", to);
        return false;
    }
    for (size_t i = 0; i < check->recipients.count; i++)
        if (!recipient_fits(facts, dsn, &check->recipients.entries[i], handed_ns, out))
            return false;
    for (size_t i = 0; i < check->not_recipients.count; i++) {
        const char *address = ((const char **)check->not_recipients.items)[i];
        if (recipient_of(dsn, address) != NULL) {
            finding_set(out, BROKEN, "it names %s", address);
            return false;
        }
    }
    for (size_t i = 0; i < check->contains.count; i++) {
        const char *glob = ((const char **)check->contains.items)[i];
        if (!glob_match(slice_cstr(glob), slice_cstr(json_get_str(dsn, "text", "")))) {
            finding_set(out, BROKEN, "its text does not contain %s", glob);
            return false;
        }
    }
    return true;
}

static void want(const struct check_dsn *check, struct finding *out)
{
    const struct yaml_entry *first = check->recipients.count > 0 ? check->recipients.entries : NULL;
    const struct dsn_recipient_check *of = first != NULL ? first->value : NULL;
    finding_want(out, "%s DSN%s%s%s%s%s%s%s%s", check->times.text, check->action != NULL ? " with action " : "",
                 check->action != NULL ? check->action : "", check->between.set ? ", between " : "",
                 check->between.set ? check->between.text : "", check->envelope_from != NULL ? ", from " : "",
                 check->envelope_from != NULL ? check->envelope_from : "",
                 of != NULL && of->status.count > 0 ? ", status " : "",
                 of != NULL && of->status.count > 0 ? ((const char **)of->status.items)[0] : "");
}

/* Counts those of the action; each of them must fit the rest. `between` belongs to the counting. */
static bool judge_one(const struct facts *facts, const struct check_dsn *check, const struct submission *s,
                      struct finding *out)
{
    const struct trace_event *event;
    int64_t handed = facts_handed_ns(facts, s->id, s->n), count = 0, outside = INT64_MAX;
    char clock[DURATION_TEXT_MAX];
    size_t at = 0;
    while ((event = facts_next(facts, "dsn.seen", s->id, s->n, &at)) != NULL) {
        if (check->action != NULL && !has_action(event->json, check->action))
            continue;
        out->at = at - 1;
        if (!range_fits(&check->between, event->t_ns - handed)) {
            outside = event->t_ns - handed;
            continue;
        }
        count++;
        if (!content_fits(facts, check, event->json, handed, out))
            return false;
        finding_set(out, HOLDS, "after %s", duration_clock(event->t_ns - handed, clock));
    }
    bool good = range_fits(&check->times, count);
    if (!good && outside != INT64_MAX)
        finding_set(out, BROKEN, "one after %s", duration_clock(outside, clock));
    else if (!good || count == 0)
        finding_set(out, good ? HOLDS : BROKEN, "%s%" PRId64, count == 0 ? "none: " : "", count);
    return good;
}

static bool one_submission(const struct facts *facts, const struct check_dsn *check, const struct submission *s,
                           struct finding *out)
{
    size_t at = 0;
    bool good = judge_one(facts, check, s, out);
    if ((good && facts_next(facts, "dsn.seen", s->id, s->n, &at) != NULL) ||
        facts_submitted_ns(facts, s->id, s->n) != INT64_MAX)
        return good;
    finding_not_taken(out, facts, s->id, s->n); /* its refusal notified the sender already */
    return false;
}

void check_dsn(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    want(&expect->dsn, out);
    for (size_t i = 0; i < facts->scenario->story_count; i++) {
        const struct submission *s = &facts->scenario->story[i];
        if (strcmp(s->id, expect->dsn.of) == 0 && !one_submission(facts, &expect->dsn, s, out))
            return;
    }
}
