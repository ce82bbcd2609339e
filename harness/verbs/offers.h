/* What completion offers for values that only the files know, one a line (struct cli_option, cli_command). */
#ifndef RL_HARNESS_OFFERS_H
#define RL_HARNESS_OFFERS_H

#include <limits.h>
#include <stdbool.h>

#include "lib/base/buf.h"

void offer_scenarios(struct buf *out); /* ids */
void offer_tags(struct buf *out);
void offer_targets(struct buf *out);

/* The folder of this program, where its siblings are. False: /proc is not mounted. */
bool verb_find_bin(char bin[PATH_MAX]);

#endif
