/*
 * The shape of a text: what is left when the values that differ from run to run are abstracted. Two findings with one
 * shape say the same of different messages and hosts.
 *
 *     "Status: 5.0.0, for bob@dest.example"       "Status: n, for address"
 *     "3 copies, after 6m40s"                     "n copy, after n"
 *     "1 copy, after 5m"                          the same
 *
 * Numbers, lengths of time, addresses, hosts, ids of queues and names of messages each become one word; a list of equal
 * words becomes one of them. Everything else stays: reply texts and keywords tell findings apart.
 */
#ifndef RL_HARNESS_SHAPE_H
#define RL_HARNESS_SHAPE_H

#include "lib/base/buf.h"
#include "lib/text/json.h"

/* Appends it. messages: behaviour.messages of the record that has the text, or NULL. What does not fit is left out. */
void shape_add(struct buf *out, const char *text, const struct json *messages);

#endif
