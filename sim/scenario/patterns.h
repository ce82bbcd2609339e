/* Patterns over trace events, of which checks are made. A misspelt name is an error. */
#ifndef RL_SIM_SCENARIO_PATTERNS_H
#define RL_SIM_SCENARIO_PATTERNS_H

#include "sim/scenario/expect.h"

/* own: keys that are not fields of the trace, ended by NULL; or NULL. */
bool pattern_decode(struct yaml_ctx *ctx, const struct yaml_node *node, struct pattern *out, const char *const *own);
/* A key whose value `by` is a field that an event of the pattern in `node` carries, with a value that can be counted.
 */
bool pattern_decode_by(struct yaml_ctx *ctx, const struct yaml_node *by, const struct yaml_node *node,
                       enum trace_field *out);

/* ---- as schemas print them: own keys, and any field of the trace ---- */

#define OWN(key, kind, help)                                                                                           \
    {                                                                                                                  \
        key, &kind, 0, false, NULL, help, 0                                                                            \
    }
#define NEED_OWN(key, kind, help)                                                                                      \
    {                                                                                                                  \
        key, &kind, 0, true, NULL, help, 0                                                                             \
    }
#define PATTERN(words, own)                                                                                            \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .fields = own, .also = pattern_keys                                        \
    }

extern const struct yaml_field pattern_keys[];
extern const struct yaml_type pattern_shape; /* without keys of its own */

#endif
