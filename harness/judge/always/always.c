#include "harness/judge/always/always.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/facts/dialog.h"

#define KEPT_MAX 5

/* {id, sentence, level, clause, check or on_command} */
static const struct always_rule rules[] = {
    {"outside-world", "Nothing connects to an address outside the simulated internet", LEVEL_MUST, "",
     .check = always_outside_world},
    {"no-loss", "Every accepted recipient is delivered, bounced, or still queued", LEVEL_MUST, "RFC5321#6.1",
     .check = always_no_loss},
    {"no-second-copy", "No second copy, unless a lost final reply made it unavoidable", LEVEL_SHOULD, "RFC1047",
     .check = always_no_second_copy},
    {"no-retry-after-5yz", "After 5yz nothing is tried again with the same content", LEVEL_SHOULD, "RFC5321#4.2.1",
     .check = always_no_retry_after_5yz},
    {"no-retry-at-once", "A destination that failed is not tried again at once", LEVEL_MUST, "RFC5321#4.5.4.1",
     .check = always_no_retry_at_once},
    {"bounce-null-sender", "A bounce has a null reverse-path", LEVEL_MUST, "RFC5321#6.1",
     .check = always_bounce_has_null_sender},
    {"bounce-not-bounced", "A message with a null reverse-path is never bounced", LEVEL_MUST, "RFC5321#6.1",
     .check = always_bounce_is_not_bounced},
    {"no-clear-against-policy", "No mail in clear, nor to an unverified host, where the target is told otherwise",
     LEVEL_MUST, "RFC3207#6", .check = always_no_clear_against_policy},
    {"report-form", "A delivery report is well-formed", LEVEL_MUST, "RFC3464#2", .check = always_report_is_well_formed},
    {"bounce-to-sender", "A bounce goes to the reverse-path of what it reports on", LEVEL_MUST, "RFC3464#2",
     .check = always_bounce_goes_to_sender},
    {"body-unchanged", "The body arrives as it was submitted", LEVEL_MUST, "RFC5321#3.6.3",
     .on_command = always_body_unchanged},
    {"header-unchanged", "The header fields arrive as they were submitted", LEVEL_MUST, "RFC5321#3.6.3",
     .on_command = always_header_unchanged},
    {"header-order", "The header fields arrive in the order in which they were submitted", LEVEL_SHOULD, "RFC5322#3.6",
     .on_command = always_header_in_order},
    {"line-ends", "Lines end with CR LF, and no CR or LF stands alone", LEVEL_MUST, "RFC5321#2.3.8",
     .on_command = always_lines_end_with_crlf},
    {"command-length", "Command lines are no longer than allowed", LEVEL_SHOULD, "RFC5321#4.5.3.1.4",
     .on_command = always_command_length},
    {"text-line-length", "Lines of a message are no longer than allowed", LEVEL_SHOULD, "RFC5321#4.5.3.1.6",
     .on_command = always_text_line_length},
    {"command-order", "Commands come in their order", LEVEL_MUST, "RFC5321#4.1.4",
     .on_command = always_commands_in_order},
    {"ehlo-after-starttls", "EHLO is the first command after STARTTLS", LEVEL_SHOULD, "RFC3207#4.2",
     .on_command = always_ehlo_after_starttls},
    {"waits-for-replies", "Each reply is waited for where PIPELINING is not offered", LEVEL_MUST, "RFC5321#4.3.1",
     .on_command = always_waits_for_replies},
    {"group-end", "Commands that change the state end a pipelined group", LEVEL_MUST, "RFC2920#3.1",
     .on_command = always_groups_end},
    {"waits-for-greeting", "The greeting is waited for", LEVEL_SHOULD, "RFC5321#4.3.1",
     .on_command = always_waits_for_greeting},
    {"offered-only", "Nothing is used that the reply to EHLO did not offer", LEVEL_MUST, "RFC5321#4.1.1.3",
     .on_command = always_uses_what_is_offered},
    {"eight-bit", "No octet above 127 is sent where 8BITMIME is not offered", LEVEL_MUST, "RFC6152#3",
     .on_command = always_no_eight_bit_unoffered},
    {"no-password-in-clear", "No password is sent in clear", LEVEL_SHOULD, "RFC4954#9",
     .on_command = always_no_password_in_clear},
    {"ehlo-name", "EHLO names a host, or has an address literal", LEVEL_MUST, "RFC5321#2.3.5",
     .on_command = always_ehlo_names_host},
    {"path-syntax", "MAIL and RCPT have the form of the RFC", LEVEL_MUST, "RFC5321#3.3",
     .on_command = always_paths_in_brackets},
};

const struct always_rule *always_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

static size_t kept(const struct always_check *check)
{
    size_t count = 0;
    for (size_t i = 0; i < check->out->count; i++)
        count += check->out->verdicts[i].sentence == check->rule->sentence;
    return count;
}

void always_broken(const struct always_check *check, size_t at, const char *wanted, const char *seen_fmt, ...)
{
    va_list ap;
    if (kept(check) == KEPT_MAX)
        return;
    struct verdict *verdict = judgement_add(check->out);
    verdict->kind = check->rule->level == LEVEL_MUST ? RESULT_FAIL : RESULT_WARN;
    verdict->level = level_name(check->rule->level);
    verdict->sentence = check->rule->sentence;
    verdict->at = at;
    judgement_write_clause(verdict, check->rule->clause);
    (void)snprintf(verdict->wanted, sizeof verdict->wanted, "%s", wanted);
    (void)snprintf(verdict->because, sizeof verdict->because, "the always-on rule `%s` is broken", check->rule->id);
    va_start(ap, seen_fmt);
    (void)vsnprintf(verdict->seen, sizeof verdict->seen, seen_fmt, ap);
    va_end(ap);
}

void always_not_checked(const struct always_check *check, const char *why)
{
    struct verdict *verdict = judgement_add(check->out);
    verdict->kind = RESULT_NOT_CHECKED;
    verdict->level = level_name(check->rule->level);
    verdict->sentence = check->rule->sentence;
    judgement_write_clause(verdict, check->rule->clause);
    (void)snprintf(verdict->seen, sizeof verdict->seen, "%s", why);
}

/* One walk over all sessions for all rules about commands. */
static void judge_command(void *arg, const struct dialog *before, const struct dialog_command *command)
{
    struct always_check check = *(struct always_check *)arg;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        check.rule = &rules[i];
        if (rules[i].on_command != NULL)
            rules[i].on_command(&check, before, command);
    }
}

void always_judge(const struct facts *facts, struct judgement *out)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].check != NULL)
            rules[i].check(&(struct always_check){facts, &rules[i], out});
    dialogs_walk(&facts->sessions, judge_command, &(struct always_check){.facts = facts, .out = out});
}
