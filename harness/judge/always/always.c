#include "harness/judge/always/always.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEPT_MAX 5

static const struct always_rule rules[] = {
    {"Nothing connects to an address outside the simulated internet", LEVEL_MUST, "", always_outside_world},
    {"Every accepted recipient is delivered, bounced, or still queued", LEVEL_MUST, "RFC5321#6.1", always_no_loss},
    {"No second copy, unless a lost final reply made it unavoidable", LEVEL_SHOULD, "RFC1047", always_no_second_copy},
    {"After 5yz nothing is tried again with the same content", LEVEL_SHOULD, "RFC5321#4.2.1",
     always_no_retry_after_5yz},
    {"A bounce has a null reverse-path", LEVEL_MUST, "RFC5321#6.1", always_bounce_has_null_sender},
    {"A message with a null reverse-path is never bounced", LEVEL_MUST, "RFC5321#6.1", always_bounce_is_not_bounced},
    {"Lines end with CR LF, and no CR or LF stands alone", LEVEL_MUST, "RFC5321#2.3.8", always_lines_end_with_crlf},
    {"Command lines are no longer than allowed", LEVEL_SHOULD, "RFC5321#4.5.3.1.4", always_command_length},
    {"Commands come in their order", LEVEL_MUST, "RFC5321#4.1.4", always_commands_in_order},
    {"EHLO is the first command after STARTTLS", LEVEL_SHOULD, "RFC3207#4.2", always_ehlo_after_starttls},
    {"Each reply is waited for where PIPELINING is not offered", LEVEL_MUST, "RFC5321#4.3.1", always_waits_for_replies},
    {"Commands that change the state end a pipelined group", LEVEL_MUST, "RFC2920#3.1", always_groups_end},
    {"The greeting is waited for", LEVEL_SHOULD, "RFC5321#4.3.1", always_waits_for_greeting},
    {"Nothing is used that the reply to EHLO did not offer", LEVEL_MUST, "RFC5321#4.1.1.3",
     always_uses_what_is_offered},
    {"No octet above 127 is sent where 8BITMIME is not offered", LEVEL_MUST, "RFC6152#3",
     always_no_eight_bit_unoffered},
    {"EHLO names a host, or has an address literal", LEVEL_MUST, "RFC5321#2.3.5", always_ehlo_names_host},
    {"MAIL and RCPT have the form of the RFC", LEVEL_MUST, "RFC5321#3.3", always_paths_in_brackets},
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
    verdict->kind = check->rule->level == LEVEL_MUST ? VERDICT_FAIL : VERDICT_WARN;
    verdict->level = level_name(check->rule->level);
    verdict->sentence = check->rule->sentence;
    verdict->at = at;
    judgement_write_clause(verdict, check->rule->clause);
    (void)snprintf(verdict->wanted, sizeof verdict->wanted, "%s", wanted);
    va_start(ap, seen_fmt);
    (void)vsnprintf(verdict->seen, sizeof verdict->seen, seen_fmt, ap);
    va_end(ap);
}

void always_judge(const struct facts *facts, struct judgement *out)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        rules[i].check(&(struct always_check){facts, &rules[i], out});
}
