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
    .page =
        {.demands = "At the end of the run, each recipient of a message that the target accepted is delivered, named "
                    "in a bounce with Action: failed, or still in the target's queue. A message with a null "
                    "reverse-path may end after an attempt that failed. The rule needs the adapter's `queue` command; "
                    "without it, it is `not checked`.",
         .why = "The 250 after the final dot transfers responsibility: the client deletes its copy. A relay that then "
                "drops the message loses it, and neither sender nor recipient learns of it.",
         .causes =
             "A reply code that the program does not know, and treats as neither success nor failure; an exception "
             "between two attempts; a last notice with Action: delayed in place of failed; a queue that is only in "
             "memory, when the scenario kills the target; an address in the queue listing that is not the one of RCPT.",
         .fix = "Find the last attempt of the recipient in the timeline, and what the target logged after it (`--keep "
                "DIR`, `target.log`). Make every path end in one of three states: delivered, bounced, queued. If the "
                "message is in the queue but the listing does not show it, correct `queue` or `queue_lines` in "
                "target.yaml.",
         .wanted = "every accepted recipient to be delivered, bounced, or still queued",
         .seen = "m1 for bob@d.example was neither delivered nor bounced, and is not in the queue"},
};
