#include "relay/operator/verbs/verbs.h"

const struct operator_verb operator_release = {
    .cli = {.name = "release",
            .summary = "end a hold",
            .synopsis = OPERATOR_RELAY " ID|FILTER|--all",
            .about = "Ends a hold: recipients that became due meanwhile are tried now, all others as planned.\n",
            OPERATOR_CHANGES(operator_filter_or_all)},
    .run = operator_change,
    .done = "released",
    .whole = ", or --all"};
