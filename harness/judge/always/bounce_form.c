/* RFC 3464 §2: what a report must contain. A bounce that is not a report at all is legal (RFC 5321 §6.1). */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"
#include "lib/base/slice.h"

static bool is_action(const char *action)
{
    static const char *const actions[] = {"failed", "delayed", "delivered", "relayed", "expanded"};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcasecmp(action, actions[i]) == 0)
            return true;
    return false;
}

/* DIGIT "." 1*3DIGIT "." 1*3DIGIT, and a comment perhaps (§2.3.4) */
static bool is_status(const char *status)
{
    struct slice rest = slice_cstr(status), code = slice_cut(&rest, ' ');
    size_t parts = 0;
    bool good = code.len > 1 && code.ptr[1] == '.';
    while (code.len > 0 && good) {
        struct slice digits = slice_cut(&code, '.');
        uint64_t number;
        good = digits.len <= 3 && slice_to_u64(digits, 999, &number) && (digits.ptr[0] != '0' || digits.len == 1);
        parts++;
    }
    return good && parts == 3;
}

/* §2.2.2: mta-name-type ";" mta-name */
static bool is_typed(const char *text)
{
    struct slice name = slice_cstr(text), type = slice_cut(&name, ';');
    return slice_trim(type).len > 0 && slice_trim(name).len > 0;
}

/* What a report lacks: what the RFC asks for, and what there is. */
struct flaw {
    const char *wanted; /* NULL = none */
    char seen[320];
};

__attribute__((format(printf, 3, 4))) static void note(struct flaw *out, const char *wanted, const char *seen_fmt, ...)
{
    va_list ap;
    if (out->wanted != NULL)
        return; /* the first one counts */
    out->wanted = wanted;
    va_start(ap, seen_fmt);
    (void)vsnprintf(out->seen, sizeof out->seen, seen_fmt, ap);
    va_end(ap);
}

static const char *or_none(const char *text)
{
    return text[0] != '\0' ? text : "missing";
}

static void look_at_recipient(const struct json *one, struct flaw *out)
{
    const char *action = json_get_str(one, "action", ""), *status = json_get_str(one, "status", "");
    const char *rcpt = json_get_str(one, "rcpt", "");
    if (!json_get_bool(one, "final", true))
        note(out, "Final-Recipient in the group of each recipient", "no Final-Recipient in the group for %.100s",
             rcpt[0] != '\0' ? rcpt : "a recipient");
    if (!is_action(action))
        note(out, "Action: failed, delayed, delivered, relayed or expanded", "the Action for %.100s is %.100s", rcpt,
             or_none(action));
    if (!is_status(status))
        note(out, "Status: an enhanced status code such as 5.1.1", "the Status for %.100s is %.100s", rcpt,
             or_none(status));
}

static void look_at_form(const struct json *form, struct flaw *out)
{
    const char *type = json_get_str(form, "type", ""), *kind = json_get_str(form, "report_type", "");
    const char *second = json_as_str(json_at(json_get(form, "parts"), 1), ""), *mta = json_get_str(form, "mta", "");
    if (strcasecmp(type, "multipart/report") != 0)
        note(out, "Content-Type: multipart/report", "Content-Type is %.200s, not multipart/report", or_none(type));
    if (strcasecmp(kind, "delivery-status") != 0)
        note(out, "Content-Type: multipart/report; report-type=delivery-status",
             "report-type is %.200s, not delivery-status", or_none(kind));
    if (strcasecmp(second, "message/delivery-status") != 0 && strcasecmp(second, "message/global-delivery-status") != 0)
        note(out, "message/delivery-status as the second part", "the second part is %.200s", or_none(second));
    if (!is_typed(mta))
        note(out, "Reporting-MTA: a type and a name, such as dns; mx.example", "Reporting-MTA is %.200s", or_none(mta));
}

static void look_at_report(const struct json *dsn, struct flaw *out)
{
    const struct json *form = trace_value(dsn, FIELD_FORM), *recipients = trace_value(dsn, FIELD_RECIPIENTS);
    int64_t groups = json_get_int(form, "groups", 1);
    if (form != NULL)
        look_at_form(form, out);
    if (groups < 1)
        note(out, "a group of fields for each recipient", "no recipient is named");
    for (size_t i = 0; i < json_count(recipients); i++)
        look_at_recipient(json_at(recipients, i), out);
    if (form != NULL && groups > (int64_t)json_count(recipients))
        note(out, "Final-Recipient in the group of each recipient", "groups of fields: %lld; recipients in them: %zu",
             (long long)groups, json_count(recipients));
}

static void report_is_well_formed(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_DSN_SEEN, NULL, 0, &at)) != NULL) {
        struct flaw flaw = {0};
        if (trace_bool(event->json, FIELD_REPORT, false))
            look_at_report(event->json, &flaw);
        if (flaw.wanted != NULL)
            always_broken(check, at - 1, flaw.wanted, "%s", flaw.seen);
    }
}

const struct always_rule always_report_is_well_formed = {
    .id = "report-form",
    .sentence = "A delivery report is well-formed",
    .level = LEVEL_MUST,
    .clause = "RFC3464#2",
    .check = report_is_well_formed,
    .page = {.demands = "A bounce that is a delivery status notification has the form of RFC 3464: multipart/report "
                        "with report-type=delivery-status, message/delivery-status as its second part, a Reporting-MTA "
                        "with type and name, and for each recipient Final-Recipient, Action and Status. A bounce that "
                        "is only text is legal, and is not judged.",
             .why = "Programs read these fields: mailing lists remove addresses by them, and senders decide by Action "
                    "whether the message is lost or only late.",
             .causes = "multipart/mixed around the report; a report-type that is missing; a Reporting-MTA without "
                       "`dns;`; a Status that repeats the reply text, or is missing where the reply had no enhanced "
                       "status code; recipients whose fields are lost when the list is split.",
             .fix = "Take a Status from the reply, else derive X.0.0 from the first digit of its code. Generate the "
                    "report with a MIME library, and compare it with the examples in RFC 3464, appendix E.",
             .wanted = "Content-Type: multipart/report",
             .seen = "Content-Type is multipart/mixed, not multipart/report"},
};
