/* invariant: a rule that applies to the whole run. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/tables.h"

static const struct yaml_choice invariants[] = {
    {"queue_empty", INVARIANT_QUEUE_EMPTY, "the target's queue is empty at the end"},
    {"no_loss", INVARIANT_NO_LOSS, "every accepted recipient is delivered, bounced, or still queued"},
    {"no_duplicate", INVARIANT_NO_DUPLICATE, "no recipient gets a second copy, for any reason"},
    {NULL, 0, NULL}};
static const struct yaml_type invariant_type = CHOICES("an invariant", invariants);

const struct check check_invariant = {.value = POINTER("an invariant", &invariant_type)};
