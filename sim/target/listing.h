/*
 * A target's listing of its queue as recipients: JSON of the form {"messages":[{"from","recipients":[{"rcpt"}]}]}, or
 * lines of text that two extended regular expressions read. `message` matches a line that begins a message, and its
 * last (…) is the sender; `recipient` matches as often as it can in a line, and its last (…) is the address. Pure.
 */
#ifndef RL_SIM_TARGET_LISTING_H
#define RL_SIM_TARGET_LISTING_H

#include "lib/base/err.h"
#include "lib/base/slice.h"
#include "lib/text/json.h"

#define LISTING_MAX      (16 * 1024 * 1024)
#define LISTING_LINE_MAX (1024 * 1024) /* what the expressions take grows with its square */

/* *out: [{"from","rcpt"}]; the caller's. ERR_INVALID when it is not such JSON: it must not pass for an empty queue. */
int listing_read_json(struct slice text, struct json **out, struct err *err);
/* ERR_INVALID when an expression is invalid, ERR_TOO_BIG when a line is longer than LISTING_LINE_MAX. */
int listing_read_lines(struct slice text, const char *message, const char *recipient, struct json **out,
                       struct err *err);

#endif
