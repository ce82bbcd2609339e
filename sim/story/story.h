/*
 * The story's clock: what is done apart from submissions, each at its time, in the order of the file where times are
 * equal. Submissions have their own clock in sim/client.
 */
#ifndef RL_SIM_STORY_H
#define RL_SIM_STORY_H

#include "sim/client/dialogs.h"
#include "sim/target/target.h"

struct story;

/* target NULL: there is no target to act on. */
struct story *story_new(struct sim *sim, struct target_link *target);
void story_start(struct story *story, struct dialogs *dialogs); /* t = 0 is now */
void story_free(struct story *story);

#endif
