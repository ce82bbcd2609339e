/* Domain names as the world can serve them (RFC 1035 §2.3.4). */
#ifndef RL_SIM_SCENARIO_NAMES_H
#define RL_SIM_SCENARIO_NAMES_H

#include <stdbool.h>

/* NULL when it is one: labels of 1 to 63 letters, digits, hyphens and underscores, 253 octets in all; a final dot is
 * allowed. Else what is wrong, for a message: "the name has 260 octets; at most 253 are allowed". */
const char *name_problem(const char *name);

#endif
