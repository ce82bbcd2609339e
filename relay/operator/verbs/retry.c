#include "relay/operator/verbs/verbs.h"

const struct operator_verb operator_retry = {
    .cli = {.name = "retry",
            .summary = "try recipients now",
            .synopsis = OPERATOR_RELAY " ID|FILTER",
            .about =
                "Tries recipients now, in spite of any back-off: also at hosts that are known not to answer. If "
                "such an attempt fails, the schedule continues as planned before; this attempt is not counted. (If "
                "the planned attempt would follow at once, the first wait of the schedule comes before it.) "
                "Recipients that are held or on the wire are not changed.\n",
            OPERATOR_CHANGES(operator_filter)},
    .run = operator_change,
    .done = "due now",
    .whole = "; `flush` retries all"};
