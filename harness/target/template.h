/*
 * Templates of an adapter: the target's own configuration, with ${variables}. Not a language, but three rules for a
 * line:
 *
 *     a line whose variable has no value is dropped, unless it has a default: ${name|value}
 *     ${name?} prints nothing, and its line is printed only when the name has a value
 *     a line that names an item of a list (a step, a domain, a user) is repeated for each
 *
 * ${name:s} writes a length of time in seconds, also m, h, d; a size in B, KiB, MiB. Pure: values come from the caller.
 */
#ifndef RL_HARNESS_TEMPLATE_H
#define RL_HARNESS_TEMPLATE_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/slice.h"

#define TEMPLATE_MAX (1024 * 1024)

enum template_answer {
    TEMPLATE_VALUE,
    TEMPLATE_ITEM,   /* a value, of the requested item */
    TEMPLATE_ABSENT, /* known, but without a value; also after the last item of a list */
    TEMPLATE_UNKNOWN,
    TEMPLATE_CANNOT, /* the value cannot be written like this; err says why */
};

/* Appends the value to *out. out NULL only asks: a line is written when all that it names have a value. */
typedef enum template_answer template_fn(void *arg, struct slice name, struct slice format, size_t item,
                                         struct buf *out, struct err *err);

/* The result is the caller's. NULL and err when a variable is not known or cannot be written. */
char *template_expand(const char *text, template_fn *lookup, void *arg, struct err *err);

#endif
