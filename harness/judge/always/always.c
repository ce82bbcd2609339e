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
};

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
