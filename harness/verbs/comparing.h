/* Several relays, played one after the other: the options of verbs that compare them. */
#ifndef RL_HARNESS_COMPARING_H
#define RL_HARNESS_COMPARING_H

#include "harness/suite/choice.h"
#include "lib/cli/cli.h"
#include "lib/text/json.h"

#define COMPARING_TARGETS_MAX 24

struct comparing {
    const char *targets[COMPARING_TARGETS_MAX]; /* as on the command line; none = all that are built or fetched */
    size_t target_count;
    const char *baselines, *network;
    int64_t jobs;
};

extern const struct cli_option comparing_rows[]; /* base: struct comparing */

/* All return an exit status; what went wrong is on standard error. *records is the caller's. */

/* One relay that cannot be played is reported and left out; EXIT_TROUBLE when that is so for all, or for a named one.
 */
int comparing_play(const struct comparing *comparing, const char *bin, const struct chosen *chosen,
                   struct json **records);
/* Of stored records only those of --target, in its order; EXIT_NOTHING_RAN when none is left. */
int comparing_sift(const struct comparing *comparing, struct json **records);
/* Adds what --baselines knows of each relay, and its fetched version where the record has none; frees `records`. */
int comparing_note(const struct comparing *comparing, const char *bin, struct json *records, struct json **noted);

#endif
