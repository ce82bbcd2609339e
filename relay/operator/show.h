/*
 * How the operator's tool shows the relay's answers: in columns for people, or as one JSON object for programs. It is
 * fed line by line and keeps none. Untrusted text (addresses, replies) cannot control a terminal.
 */
#ifndef RL_RELAY_SHOW_H
#define RL_RELAY_SHOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/text/json.h"

struct show {
    FILE *out;
    bool as_json;
    bool detailed;  /* one message with all that is known, not a listing */
    bool exact;     /* the contents alone, octet for octet; else what is not printable is made visible */
    int64_t now_s;  /* since 1970 */
    bool any, open; /* JSON: a message was begun, and is not yet ended */
    bool first_recipient;
};

void show_begin(struct show *show);
void show_line(void *show, const struct json *line); /* for ask() */
void show_end(struct show *show, const struct json *end);

/* What a change has done, in one line. done: "due now" */
void show_change(FILE *out, const struct json *end, const char *done);

#endif
