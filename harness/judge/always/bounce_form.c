/* RFC 3464 §2: what a report must have. A bounce that is no report at all is legal (RFC 5321
 * §6.1). */
#include <ctype.h>
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

static const char *wrong_recipient(const struct json *one)
{
    if (!json_get_bool(one, "final", true))
        return "a recipient without Final-Recipient";
    if (!is_action(json_get_str(one, "action", "")))
        return "a recipient without an Action of RFC 3464";
    return is_status(json_get_str(one, "status", "")) ? NULL : "a recipient without a Status such as 5.1.1";
}

static const char *wrong_form(const struct json *form)
{
    const char *second = json_as_str(json_at(json_get(form, "parts"), 1), "");
    if (strcasecmp(json_get_str(form, "type", ""), "multipart/report") != 0)
        return "its content type is not multipart/report";
    if (strcasecmp(json_get_str(form, "report_type", ""), "delivery-status") != 0)
        return "its report-type is not delivery-status";
    if (strcasecmp(second, "message/delivery-status") != 0 && strcasecmp(second, "message/global-delivery-status") != 0)
        return "its second part is not message/delivery-status";
    return is_typed(json_get_str(form, "mta", "")) ? NULL : "no Reporting-MTA with type and name";
}

static const char *wrong_report(const struct json *dsn)
{
    const struct json *form = json_get(dsn, "form"), *recipients = json_get(dsn, "recipients");
    const char *wrong = form != NULL ? wrong_form(form) : NULL;
    if (wrong == NULL && json_get_int(form, "groups", 1) < 1)
        wrong = "it names no recipient";
    for (size_t i = 0; wrong == NULL && i < json_count(recipients); i++)
        wrong = wrong_recipient(json_at(recipients, i));
    if (wrong == NULL && form != NULL && json_get_int(form, "groups", 0) > (int64_t)json_count(recipients))
        wrong = "a group of fields without a recipient";
    return wrong;
}

void always_report_is_well_formed(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, "dsn.seen", NULL, 0, &at)) != NULL) {
        const char *wrong = json_get_bool(event->json, "report", false) ? wrong_report(event->json) : NULL;
        if (wrong != NULL)
            always_broken(check, at - 1, "Reporting-MTA, and for each recipient Final-Recipient, Action and Status",
                          "%s", wrong);
    }
}
