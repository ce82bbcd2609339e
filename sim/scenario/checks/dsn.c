/* dsn: the delivery status notifications that the sender gets. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/tables.h"

static const struct yaml_field dsn_recipient_fields[] = {
    F(dsn_recipient_check, "action", yaml_str, action, "failed, delayed, delivered, relayed or expanded"),
    F(dsn_recipient_check, "status", yaml_str_list, status, "globs for the status code"),
    F(dsn_recipient_check, "diagnostic", yaml_str_list, diagnostic, "globs for the diagnostic code"),
    F(dsn_recipient_check, "remote_mta", yaml_str, remote_mta, "glob for the Remote-MTA"),
    F(dsn_recipient_check, "orcpt", yaml_str, orcpt, "glob for the Original-Recipient, such as \"rfc822; bob@*\""),
    F(dsn_recipient_check, "retry_until", time_range, retry_until, "time from the submission to its Will-Retry-Until"),
    END};
static const struct yaml_type dsn_recipient = STRUCT("a recipient of a DSN", dsn_recipient_check, dsn_recipient_fields);
static const struct yaml_type dsn_recipient_map = MAP("recipients", &dsn_recipient);

static const struct yaml_field dsn_fields[] = {
    NEED(check_dsn, "of", yaml_str, of, "name of the submission that the DSN reports on"),
    DEFAULT(check_dsn, "times", count_range, times, "1", "number of DSNs"),
    F(check_dsn, "action", yaml_str, action, "only DSNs that report this action for a recipient"),
    F(check_dsn, "between", time_range, between, "time from the submission to the DSN"),
    F(check_dsn, "envelope_from", yaml_str, envelope_from, "reverse-path of the DSN; \"<>\" is the null reverse-path"),
    F(check_dsn, "to", yaml_str, to, "recipient of the DSN"),
    F(check_dsn, "envid", yaml_str, envid, "glob for the Original-Envelope-Id"),
    F(check_dsn, "returns", yaml_str, returns,
      "glob for the type of the part that returns the message: message/rfc822, or text/rfc822-headers"),
    F(check_dsn, "recipients", dsn_recipient_map, recipients, "what the DSN reports for each recipient"),
    F(check_dsn, "not_recipients", yaml_str_list, not_recipients, "recipients that the DSN must not name"),
    F(check_dsn, "contains", yaml_str_list, contains, "globs for the text of the DSN"),
    END};
static const struct yaml_type dsn = MARKED("a DSN check", check_dsn, dsn_fields);

static void lint(struct scenario *s, const struct expect *e)
{
    const struct check_dsn *check = e->check;
    const struct submission *one = check_submission_of(s, check->of);
    check_of(s, e, check->of, NULL);
    if (one != NULL && one->from[0] == '\0' && check->times.set && check->times.min > 0)
        yaml_error(&s->doc, e->at, "expect", "`%s` has a null reverse-path, so it gets no report", check->of);
}

static const char *needs(const void *value)
{
    const struct check_dsn *check = value;
    return range_fits(&check->times, 0) ? NULL : "bounces";
}

const struct check check_dsn = {.value = POINTER("a DSN check", &dsn), .lint = lint, .needs = needs};
