#include "harness/judge/always/always.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/facts/dialog.h"

#define KEPT_MAX 5

/* {id, sentence, level, clause, check or on_command, and the slug of an earlier sentence, which baselines have} */
static const struct always_rule rules[] = {
    {"outside-world", "Nothing connects to an address outside the simulated internet", LEVEL_MUST, "",
     .check = always_outside_world},
    {"no-loss", "Every accepted recipient is delivered, bounced, or still queued", LEVEL_MUST, "RFC5321#6.1",
     .check = always_no_loss},
    {"no-second-copy", "No second copy, unless a lost final reply made it unavoidable", LEVEL_SHOULD, "RFC1047",
     .check = always_no_second_copy},
    {"no-retry-after-5yz", "A 5yz reply is not followed by a retry with the same content", LEVEL_SHOULD,
     "RFC5321#4.2.1", .check = always_no_retry_after_5yz,
     .slug = "after-5yz-nothing-is-tried-again-with-the-same-content"},
    {"no-retry-at-once", "A destination that failed is not retried immediately", LEVEL_MUST, "RFC5321#4.5.4.1",
     .check = always_no_retry_at_once, .slug = "a-destination-that-failed-is-not-tried-again-at-once"},
    {"bounce-null-sender", "A bounce has a null reverse-path", LEVEL_MUST, "RFC5321#6.1",
     .check = always_bounce_has_null_sender},
    {"bounce-not-bounced", "A message with a null reverse-path is never bounced", LEVEL_MUST, "RFC5321#6.1",
     .check = always_bounce_is_not_bounced},
    {"no-clear-against-policy", "Mail that requires TLS or a valid certificate is not sent without it", LEVEL_MUST,
     "RFC3207#6", .check = always_no_clear_against_policy,
     .slug = "no-mail-in-clear-nor-to-an-unverified-host-where-the-target-is-told-otherwise"},
    {"report-form", "A delivery report is well-formed", LEVEL_MUST, "RFC3464#2", .check = always_report_is_well_formed},
    {"bounce-to-sender", "A bounce goes to the reverse-path of what it reports on", LEVEL_MUST, "RFC3464#2",
     .check = always_bounce_goes_to_sender},
    {"body-unchanged", "The body arrives as it was submitted", LEVEL_MUST, "RFC5321#3.6.3",
     .on_command = always_body_unchanged},
    {"header-unchanged", "The header fields arrive as they were submitted", LEVEL_MUST, "RFC5321#3.6.3",
     .on_command = always_header_unchanged},
    {"header-order", "The header fields arrive in the order in which they were submitted", LEVEL_SHOULD, "RFC5322#3.6",
     .on_command = always_header_in_order},
    {"line-ends", "Lines end with CR LF, and contain no bare CR or LF", LEVEL_MUST, "RFC5321#2.3.8",
     .on_command = always_lines_end_with_crlf, .slug = "lines-end-with-cr-lf-and-no-cr-or-lf-stands-alone"},
    {"command-length", "Command lines are no longer than allowed", LEVEL_SHOULD, "RFC5321#4.5.3.1.4",
     .on_command = always_command_length},
    {"text-line-length", "Lines of a message are no longer than allowed", LEVEL_SHOULD, "RFC5321#4.5.3.1.6",
     .on_command = always_text_line_length},
    {"command-order", "Commands are in a valid order", LEVEL_MUST, "RFC5321#4.1.4",
     .on_command = always_commands_in_order, .slug = "commands-come-in-their-order"},
    {"ehlo-after-starttls", "EHLO is the first command after STARTTLS", LEVEL_SHOULD, "RFC3207#4.2",
     .on_command = always_ehlo_after_starttls},
    {"waits-for-replies", "Without PIPELINING, the client waits for each reply", LEVEL_MUST, "RFC5321#4.3.1",
     .on_command = always_waits_for_replies, .slug = "each-reply-is-waited-for-where-pipelining-is-not-offered"},
    {"group-end", "Commands that change the state end a pipelined group", LEVEL_MUST, "RFC2920#3.1",
     .on_command = always_groups_end},
    {"waits-for-greeting", "The client waits for the greeting", LEVEL_SHOULD, "RFC5321#4.3.1",
     .on_command = always_waits_for_greeting, .slug = "the-greeting-is-waited-for"},
    {"offered-only", "The client uses only extensions that the reply to EHLO offers", LEVEL_MUST, "RFC5321#4.1.1.3",
     .on_command = always_uses_what_is_offered, .slug = "nothing-is-used-that-the-reply-to-ehlo-did-not-offer"},
    {"eight-bit", "Octets above 127 are sent only to hosts that offer 8BITMIME", LEVEL_MUST, "RFC6152#3",
     .on_command = always_no_eight_bit_unoffered, .slug = "no-octet-above-127-is-sent-where-8bitmime-is-not-offered"},
    {"no-password-in-clear", "No password is sent unencrypted", LEVEL_SHOULD, "RFC4954#9",
     .on_command = always_no_password_in_clear, .slug = "no-password-is-sent-in-clear"},
    {"ehlo-name", "The argument of EHLO is a host name or an address literal", LEVEL_MUST, "RFC5321#2.3.5",
     .on_command = always_ehlo_names_host, .slug = "ehlo-names-a-host-or-has-an-address-literal"},
    {"path-syntax", "MAIL and RCPT have valid syntax", LEVEL_MUST, "RFC5321#3.3",
     .on_command = always_paths_in_brackets, .slug = "mail-and-rcpt-have-the-form-of-the-rfc"},
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

static struct verdict *add(const struct always_check *check, enum result kind)
{
    struct verdict *verdict = judgement_add(check->out);
    verdict->kind = kind;
    verdict->level = level_name(check->rule->level);
    verdict->sentence = check->rule->sentence;
    if (check->rule->slug != NULL)
        (void)snprintf(verdict->id, sizeof verdict->id, "%s", check->rule->slug);
    judgement_write_clause(verdict, check->rule->clause);
    return verdict;
}

void always_broken(const struct always_check *check, size_t at, const char *wanted, const char *seen_fmt, ...)
{
    va_list ap;
    if (kept(check) == KEPT_MAX)
        return;
    struct verdict *verdict = add(check, check->rule->level == LEVEL_MUST ? RESULT_FAIL : RESULT_WARN);
    verdict->at = at;
    (void)snprintf(verdict->wanted, sizeof verdict->wanted, "%s", wanted);
    (void)snprintf(verdict->because, sizeof verdict->because, "the always-on rule `%s` is broken", check->rule->id);
    va_start(ap, seen_fmt);
    (void)vsnprintf(verdict->seen, sizeof verdict->seen, seen_fmt, ap);
    va_end(ap);
}

void always_not_checked(const struct always_check *check, const char *why)
{
    struct verdict *verdict = add(check, RESULT_NOT_CHECKED);
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
