/* What makes two attempts the same for a greylist or a rate limit: the parts of a situation, as one text. */
#ifndef RL_SIM_KEY_H
#define RL_SIM_KEY_H

#include "sim/effects/decision.h"

/* A list of parts, each an int; one or many. */
extern const struct yaml_type key_parts;

/* parts: a list that key_parts decoded. Lower case; the caller's. */
char *key_make(const struct yaml_list *parts, const struct situation *situation);

#endif
