/* What makes two attempts the same for a greylist or a rate limit: the parts of a situation, as one text. */
#ifndef RL_SIM_KEY_H
#define RL_SIM_KEY_H

#include "sim/world/world.h"

/* parts: a list of enum greylist_part. Lower case; the caller's. */
char *key_make(const struct yaml_list *parts, const struct situation *situation);

#endif
