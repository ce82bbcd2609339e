#include "sim/effects/decision.h"
#include "sim/effects/effect.h"
#include "sim/scenario/tables.h"

static const struct yaml_choice faults[] = {{"garbage", TLS_FAULT_GARBAGE, "octets that are not TLS"},
                                            {"close", TLS_FAULT_CLOSE, "the host closes the connection gracefully"},
                                            {"reset", TLS_FAULT_RESET, "the host sends an RST"},
                                            {"stall", TLS_FAULT_STALL, "the host sends nothing more"},
                                            {"alert", TLS_FAULT_ALERT, "alert internal_error"},
                                            {"version", TLS_FAULT_VERSION, "alert protocol_version: no common version"},
                                            {"cipher", TLS_FAULT_CIPHER, "alert handshake_failure: no common cipher"},
                                            {NULL, 0, NULL}};
static const struct yaml_type fault = CHOICES("a TLS fault", faults);

static void apply(const void *value, struct decision *decision)
{
    decision->tls_fail = (enum tls_fault) * (const int *)value;
}

const struct effect effect_tls_fail = {
    .kind = EFFECT_DECIDES,
    .value = EFFECT_VALUE(fault),
    .stages = AT(HANDSHAKE),
    .elsewhere = "`tls_fail` acts at handshake",
    .needed = AT(HANDSHAKE),
    .without = "a rule at handshake needs tls_fail",
    .apply = apply,
};
