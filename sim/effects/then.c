#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_choice words[] = {{"continue", THEN_CONTINUE, "the session continues"},
                                           {"close", THEN_CLOSE, "the host closes the connection gracefully"},
                                           {"reset", THEN_RESET, "the host sends an RST"},
                                           {"stall", THEN_STALL, "the host sends nothing more"},
                                           {NULL, 0, NULL}};
static const struct yaml_type then = CHOICES("one of continue, close, reset, stall", words);

static void apply(const void *value, struct decision *decision)
{
    decision->then = (enum then) * (const int *)value;
    decision->then_seen = true;
}

const struct effect effect_then = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(then),
    .stages = ~AT(HANDSHAKE),
    .elsewhere = "a handshake ends with tls_fail: stall, close or reset",
    .apply = apply,
};
