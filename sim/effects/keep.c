#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_choice words[] = {{"yes", KEEP_YES, "the host keeps the message, whatever it replies"},
                                           {"no", KEEP_NO, "the host discards the message, whatever it replies"},
                                           {NULL, 0, NULL}};
static const struct yaml_type keep = CHOICES("yes or no", words);

static void apply(const void *value, struct decision *decision)
{
    decision->keep = (enum keep) * (const int *)value;
}

const struct effect effect_keep = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(keep),
    .stages = AT(EOD),
    .elsewhere = "`keep` acts at eod",
    .apply = apply,
};
