/* RFC 5321 §6.1: a server that accepts a message must deliver it or report the failure. Needs a queue listing. */
#include "harness/judge/always/always.h"

static void no_loss(const struct always_check *check)
{
    struct finding finding = {.at = SIZE_MAX};
    const int invariant = INVARIANT_NO_LOSS;
    struct expect expect = {.kind = CHECK_INVARIANT, .check = &invariant};
    judge_invariant(check->facts, &expect, &finding);
    if (finding.result == BROKEN)
        always_broken(check, finding.at, finding.wanted, "%s", finding.seen);
    else if (finding.result == NOT_CHECKED)
        always_not_checked(check, finding.seen);
}

const struct always_rule always_no_loss = {
    .id = "no-loss",
    .sentence = "Every accepted recipient is delivered, bounced, or still queued",
    .level = LEVEL_MUST,
    .clause = "RFC5321#6.1",
    .check = no_loss,
};
