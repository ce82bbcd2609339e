#include "relay/operator/verbs/verbs.h"

const struct operator_verb operator_hold = {
    .cli = {.name = "hold",
            .summary = "keep recipients in the queue without trying them",
            .synopsis = OPERATOR_RELAY " ID|FILTER|--all",
            .about =
                "Keeps recipients in the queue without trying them, across restarts, until `release`. Their "
                "lifetime continues: if it ends meanwhile, a release gives them one last attempt. A recipient that "
                "is on the wire is held if this attempt is deferred. New messages are not held.\n",
            OPERATOR_CHANGES(operator_filter_or_all)},
    .run = operator_change,
    .done = "held",
    .whole = ", or --all"};
