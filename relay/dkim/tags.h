/*
 * Tag lists, "v=DKIM1; k=rsa; p=…", as DKIM and DMARC records have them (RFC 6376 §3.2). Read with mercy: what is not
 * a tag is skipped. Pure; slices point into the list.
 */
#ifndef RL_RELAY_TAGS_H
#define RL_RELAY_TAGS_H

#include <stdbool.h>

#include "lib/base/slice.h"

/* The value of the first tag of that name, without white space around it. False when there is none. */
bool tags_find(struct slice list, const char *name, struct slice *value);
/* The name of the list's first tag, as "v". Empty = there is none. */
struct slice tags_first(struct slice list);
/* Whether a list "a : b" has this word; compared without case. */
bool tags_has_word(struct slice words, const char *word);

#endif
