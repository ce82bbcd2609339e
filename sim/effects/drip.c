#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_type octet_count = {
    .kind = YAML_INT, .name = "a count of octets", .size = sizeof(int64_t), .min = 1, .max = 65536};
static const struct yaml_field fields[] = {DEFAULT(drip, "bytes", octet_count, bytes, "1", "octets at a time"),
                                           NEED(drip, "every", wait, every_ns, "time from one piece to the next"), END};
static const struct yaml_type drip = STRUCT("a drip", drip, fields);

static void apply(const void *value, struct decision *decision)
{
    decision->drip = value;
}

const struct effect effect_drip = {
    .kind = EFFECT_ADDS,
    .value = EFFECT_VALUE(drip),
    .stages = ~AT(HANDSHAKE),
    .elsewhere = "a handshake has no replies; give it tls_fail",
    .apply = apply,
};
