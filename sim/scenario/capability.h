/* The words for what a target can do: scenarios require them, adapters say them. */
#ifndef RL_SIM_SCENARIO_CAPABILITY_H
#define RL_SIM_SCENARIO_CAPABILITY_H

#include "lib/text/yaml.h"

/* A list of const char *, one or many; an unknown word is an error, with the nearest known one. */
extern const struct yaml_type capability_list;

/* The word that denies a capability which a target has unless its adapter says otherwise; NULL: the adapter has to
 * declare it. */
const char *capability_denial(const char *name);
/* What it is that a target without it cannot do, in words; the name itself when it is not a capability. */
const char *capability_words(const char *name);

#endif
