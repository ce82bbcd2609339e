#include "relay/operator/verbs/verbs.h"

static int run(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    struct operator_options all = *options;
    all.all = true;
    int status = operator_request_change("retry", verb, &all, err);
    return status == EXIT_NOTHING ? EXIT_DONE : status;
}

const struct operator_verb operator_flush = {
    .cli = {.name = "flush",
            .summary = "try all recipients now",
            .synopsis = OPERATOR_RELAY,
            .about = "Tries all recipients now, as `retry` does with some. Limits on connections apply: a recipient "
                     "without a free connection is ready, and follows.\n",
            .sections = operator_sections,
            .run = operator_run},
    .run = run,
    .done = "due now"};
