/*
 * Brings a baseline up to date with what a run has shown, in place: entries are added in the order of their keys, and
 * changed and removed in place; comments and everything else stay. The result is parsed again before it is written, and
 * the file is replaced as a whole.
 */
#ifndef RL_HARNESS_BASELINE_EDIT_H
#define RL_HARNESS_BASELINE_EDIT_H

#include "harness/suite/difference.h"

struct baseline_edit {
    const char *path;
    const struct baseline *baseline; /* as read from there */
    const struct differences *differences;
    const char *reason; /* for new entries; NULL = there may be none */
    bool accept_must;   /* a new failure of a must may enter */
};

/* ERR_INVALID when an entry may not enter, or the file's form is one that only a person can edit; nothing is written.
 */
int baseline_update(const struct baseline_edit *edit, struct err *err);

/* The new text, for baseline_update and its test. */
int baseline_edit_text(const struct baseline_edit *edit, struct slice text, struct buf *out, struct err *err);

#endif
