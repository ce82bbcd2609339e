/* RFC 5321 §6.1: who accepts a message takes the duty to deliver it or to report. Needs a queue listing. */
#include "harness/judge/always/always.h"

void always_no_loss(const struct always_check *check)
{
    struct finding finding = {.at = SIZE_MAX};
    struct expect expect = {.kind = CHECK_INVARIANT, .invariant = INVARIANT_NO_LOSS};
    check_invariant(check->facts, &expect, &finding);
    if (finding.result == BROKEN)
        always_broken(check, finding.at, finding.wanted, "%s", finding.seen);
    else if (finding.result == NOT_CHECKED)
        always_not_checked(check, finding.seen);
}
