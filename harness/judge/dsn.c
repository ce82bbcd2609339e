/* dsn: the delivery status notifications that reached the sender's MX host. */
#include <string.h>
#include <strings.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"
#include "lib/base/glob.h"
#include "lib/base/mail_date.h"

static const struct json *recipient_of(const struct json *dsn, const char *address)
{
    const struct json *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "rcpt", ""), address) == 0)
            return json_at(recipients, i);
    return NULL;
}

static bool has_action(const struct json *dsn, const char *action)
{
    const struct json *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    for (size_t i = 0; i < json_count(recipients); i++)
        if (strcasecmp(json_get_str(json_at(recipients, i), "action", ""), action) == 0)
            return true;
    return false;
}

/* ---- what is wanted ---- */

static void want_recipient(const struct yaml_entry *entry, struct finding *out)
{
    const struct dsn_recipient_check *check = entry->value;
    char globs[VERDICT_TEXT_MAX];
    finding_want_also(out, "; for %s", entry->key);
    if (check->action != NULL)
        finding_want_also(out, " Action: %s", check->action);
    if (check->status.count > 0)
        finding_want_also(out, " Status: %s", globs_words(globs, &check->status));
    if (check->diagnostic.count > 0)
        finding_want_also(out, " Diagnostic-Code: %s", globs_words(globs, &check->diagnostic));
    if (check->remote_mta != NULL)
        finding_want_also(out, " Remote-MTA: %s", check->remote_mta);
    if (check->orcpt != NULL)
        finding_want_also(out, " Original-Recipient: %s", check->orcpt);
    if (check->retry_until.set)
        finding_want_also(out, " Will-Retry-Until: %s after the submission", limit_words(&check->retry_until));
}

/* All conditions of the check. */
static void want(const struct check_dsn *check, struct finding *out)
{
    char count[RANGE_WORDS_MAX];
    finding_want(out, "%s", range_words(count, &check->times, "report", "reports"));
    if (check->action != NULL)
        finding_want_also(out, " with Action: %s", check->action);
    if (check->between.set)
        finding_want_also(out, ", %s after the submission", limit_words(&check->between));
    if (check->envelope_from != NULL)
        finding_want_also(out, ", reverse-path %s", check->envelope_from[0] != '\0' ? check->envelope_from : "<>");
    if (check->to != NULL)
        finding_want_also(out, ", to %s", check->to);
    if (check->envid != NULL)
        finding_want_also(out, ", Original-Envelope-Id: %s", check->envid);
    if (check->returns != NULL)
        finding_want_also(out, ", with the message as %s", check->returns);
    for (size_t i = 0; i < check->recipients.count; i++)
        want_recipient(&check->recipients.entries[i], out);
    for (size_t i = 0; i < check->not_recipients.count; i++)
        finding_want_also(out, "; nothing for %s", ((const char **)check->not_recipients.items)[i]);
    for (size_t i = 0; i < check->contains.count; i++)
        finding_want_also(out, "; text that matches \"%s\"", ((const char **)check->contains.items)[i]);
}

/* ---- what there is ---- */

static const char *or_none(const char *text)
{
    return text[0] != '\0' ? text : "none";
}

/* What a delay promises (RFC 3464 §2.3.9), against what is expected; true when nothing is. */
static bool promise_fits(const struct facts *facts, const struct range *wanted, const struct json *one,
                         int64_t handed_ns, struct finding *out)
{
    const char *text = json_get_str(one, "will_retry_until", ""), *rcpt = json_get_str(one, "rcpt", "");
    char clock[DURATION_TEXT_MAX];
    int64_t at_ns, zero_ns = json_get_int(facts->log->header, "start", 0) * NS_PER_S;
    if (!wanted->set)
        return true;
    if (!mail_date_parse(text, &at_ns)) {
        finding_set(out, BROKEN, "no Will-Retry-Until for %s", rcpt);
        return finding_because(out, "the report has no Will-Retry-Until for %s", rcpt);
    }
    /* The field has whole seconds. */
    int64_t after = at_ns - zero_ns - handed_ns / NS_PER_S * NS_PER_S;
    if (range_fits(wanted, after))
        return true;
    finding_set(out, BROKEN, "Will-Retry-Until: %s after the submission, for %s", duration_clock(after, clock), rcpt);
    return finding_because(out, "the Will-Retry-Until for %s is not %s after the submission", rcpt,
                           limit_words(wanted));
}

/* One field of a recipient's group against its globs; true when nothing is expected. */
static bool field_fits_all(const struct json *one, const char *key, const char *field, const struct yaml_list *globs,
                           struct finding *out)
{
    const char *value = json_get_str(one, key, ""), *rcpt = json_get_str(one, "rcpt", "");
    char wanted[VERDICT_TEXT_MAX];
    if (globs_fit(globs, value))
        return true;
    finding_set(out, BROKEN, "%s: %.200s, for %s", field, or_none(value), rcpt);
    return finding_because(out, "the %s for %s does not match %.200s", field, rcpt, globs_words(wanted, globs));
}

static bool field_fits(const struct json *one, const char *key, const char *field, const char *glob,
                       struct finding *out)
{
    struct yaml_list globs = {&glob, glob != NULL};
    return field_fits_all(one, key, field, &globs, out);
}

static bool action_fits(const struct json *one, const char *wanted, struct finding *out)
{
    const char *action = json_get_str(one, "action", ""), *rcpt = json_get_str(one, "rcpt", "");
    if (wanted == NULL || strcasecmp(wanted, action) == 0)
        return true;
    finding_set(out, BROKEN, "Action: %s, for %s", or_none(action), rcpt);
    return finding_because(out, "the Action for %s is not %s", rcpt, wanted);
}

static bool recipient_fits(const struct facts *facts, const struct json *dsn, const struct yaml_entry *entry,
                           int64_t handed_ns, struct finding *out)
{
    const struct dsn_recipient_check *check = entry->value;
    const struct json *one = recipient_of(dsn, entry->key);
    if (one == NULL) {
        finding_set(out, BROKEN, "a report that does not name %s", entry->key);
        return finding_because(out, "the report does not name %s", entry->key);
    }
    return action_fits(one, check->action, out) && field_fits_all(one, "status", "Status", &check->status, out) &&
           field_fits_all(one, "diagnostic", "Diagnostic-Code", &check->diagnostic, out) &&
           field_fits(one, "remote_mta", "Remote-MTA", check->remote_mta, out) &&
           field_fits(one, "orcpt", "Original-Recipient", check->orcpt, out) &&
           promise_fits(facts, &check->retry_until, one, handed_ns, out);
}

static bool envelope_fits(const struct check_dsn *check, const struct json *dsn, struct finding *out)
{
    const char *from = trace_str(dsn, FIELD_FROM, ""), *to = trace_str(dsn, FIELD_TO, "");
    if (check->envelope_from != NULL && strcmp(check->envelope_from, from) != 0) {
        finding_set(out, BROKEN, "reverse-path %s", from);
        return finding_because(out, "the reverse-path of the report is not %s", check->envelope_from);
    }
    if (check->to != NULL && strcasecmp(check->to, to) != 0) {
        finding_set(out, BROKEN, "a report to %s", to);
        return finding_because(out, "the report is not addressed to %s", check->to);
    }
    return true;
}

static bool text_fits(const struct check_dsn *check, const struct json *dsn, struct finding *out)
{
    for (size_t i = 0; i < check->contains.count; i++) {
        const char *glob = ((const char **)check->contains.items)[i], *text = trace_str(dsn, FIELD_TEXT, "");
        if (glob_match(slice_cstr(glob), slice_cstr(text)))
            continue;
        finding_set(out, BROKEN, "the text \"%.300s%s\"", text, strlen(text) > 300 ? "…" : "");
        return finding_because(out, "the text of the report does not match \"%s\"", glob);
    }
    return true;
}

/* The last part but the first two (RFC 6522 §3). */
static const char *returned_type(const struct json *dsn)
{
    const struct json *parts = json_get(trace_value(dsn, FIELD_FORM), "parts");
    return json_count(parts) > 2 ? json_as_str(json_at(parts, 2), "") : "";
}

static bool form_fits(const struct check_dsn *check, const struct json *dsn, struct finding *out)
{
    const struct {
        const char *glob, *value, *what;
    } rows[] = {
        {check->envid, json_get_str(trace_value(dsn, FIELD_FORM), "envid", ""), "Original-Envelope-Id"},
        {check->returns, returned_type(dsn), "type of the part that returns the message"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].glob == NULL || glob_match(slice_cstr(rows[i].glob), slice_cstr(rows[i].value)))
            continue;
        finding_set(out, BROKEN, "%s: %.200s", rows[i].what, or_none(rows[i].value));
        return finding_because(out, "the %s does not match %s", rows[i].what, rows[i].glob);
    }
    return true;
}

static bool content_fits(const struct facts *facts, const struct check_dsn *check, const struct json *dsn,
                         int64_t handed_ns, struct finding *out)
{
    if (!envelope_fits(check, dsn, out))
        return false;
    for (size_t i = 0; i < check->recipients.count; i++)
        if (!recipient_fits(facts, dsn, &check->recipients.entries[i], handed_ns, out))
            return false;
    for (size_t i = 0; i < check->not_recipients.count; i++) {
        const char *address = ((const char **)check->not_recipients.items)[i];
        if (recipient_of(dsn, address) == NULL)
            continue;
        finding_set(out, BROKEN, "a report that names %s", address);
        return finding_because(out, "the report names %s", address);
    }
    return form_fits(check, dsn, out) && text_fits(check, dsn, out);
}

/* ---- counting ---- */

/* The reports on one submission: how many count, and one that does not. */
struct tally {
    int64_t count, others, first_ns, outside_ns; /* the times since the submission; -1 = none */
    const char *first_to, *other_action;
};

static const char *first_action(const struct json *dsn)
{
    const struct json *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    return json_count(recipients) > 0 ? json_get_str(json_at(recipients, 0), "action", "?") : "none";
}

static void find_wrong_count(const struct check_dsn *check, const struct tally *tally, struct finding *out)
{
    char clock[DURATION_TEXT_MAX], number[RANGE_WORDS_MAX], wanted[RANGE_WORDS_MAX];
    (void)range_words(wanted, &check->times, "report", "reports");
    if (tally->outside_ns >= 0) {
        finding_set(out, BROKEN, "a report after %s", duration_clock(tally->outside_ns, clock));
        (void)finding_because(out, "a report came at another time than %s", limit_words(&check->between));
    } else if (tally->count > 0) {
        finding_set(out, BROKEN, "%s, the first after %s, to %s",
                    number_words(number, tally->count, "report", "reports"), duration_clock(tally->first_ns, clock),
                    tally->first_to);
    } else if (tally->others > 0) {
        finding_set(out, BROKEN, "none; %s with Action: %s",
                    number_words(number, tally->others, "other report", "other reports"), tally->other_action);
    } else {
        finding_set(out, BROKEN, "no report");
    }
    (void)finding_because(out, "the number of reports%s%s is not %s", check->action != NULL ? " with Action: " : "",
                          check->action != NULL ? check->action : "", limit_words(&check->times));
}

/* Counts those of the action; each of them must fit the rest. `between` belongs to the counting. */
static bool judge_one(const struct facts *facts, const struct check_dsn *check, const struct submission *s,
                      struct finding *out)
{
    const struct trace_event *event;
    struct tally tally = {.first_ns = -1, .outside_ns = -1};
    int64_t handed = facts_handed_ns(facts, s->id, s->n);
    char clock[DURATION_TEXT_MAX];
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DSN_SEEN, s->id, s->n, &at)) != NULL) {
        out->at = at - 1;
        if (check->action != NULL && !has_action(event->json, check->action)) {
            tally.others++;
            tally.other_action = first_action(event->json);
            continue;
        }
        if (!range_fits(&check->between, event->t_ns - handed)) {
            tally.outside_ns = event->t_ns - handed;
            continue;
        }
        if (tally.count++ == 0) {
            tally.first_ns = event->t_ns - handed;
            tally.first_to = trace_str(event->json, FIELD_TO, "?");
        }
        if (!content_fits(facts, check, event->json, handed, out))
            return false;
    }
    if (!range_fits(&check->times, tally.count)) {
        find_wrong_count(check, &tally, out);
        return false;
    }
    if (tally.count > 0)
        finding_set(out, HOLDS, "after %s", duration_clock(tally.first_ns, clock));
    else
        finding_set(out, HOLDS, "none");
    return true;
}

static bool one_submission(const struct facts *facts, const struct check_dsn *check, const struct submission *s,
                           struct finding *out)
{
    size_t at = 0;
    bool good = judge_one(facts, check, s, out);
    if ((good && facts_next(facts, TRACE_DSN_SEEN, s->id, s->n, &at) != NULL) ||
        facts_submitted_ns(facts, s->id, s->n) != INT64_MAX)
        return good;
    finding_not_taken(out, facts, s->id, s->n); /* its refusal notified the sender already */
    return false;
}

void judge_dsn(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_dsn *check = expect->check;
    want(check, out);
    for (size_t i = 0; i < facts->scenario->story_count; i++) {
        const struct submission *s = &facts->scenario->story[i];
        if (strcmp(s->id, check->of) == 0 && !one_submission(facts, check, s, out))
            return;
    }
}
