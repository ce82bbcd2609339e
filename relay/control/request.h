/*
 * The protocol of the control socket. A client sends one line, a JSON object, and gets lines back until the relay
 * closes; a connection is one request.
 *
 *     {"verb":"list", "id":…, "sender":…, "rcpt":…}          recipients that match all that is given
 *     {"verb":"show", "id":…, "content":"none|header|all"}   one message
 *     {"verb":an action of relay/queue/action.h, filter}     changes what matches: an id, sender, rcpt or "all":true
 *
 *     {"verb":a verb of access.h, its keys}                  accounts, API keys and bans
 *
 * sender and rcpt are globs, without case; one without @ is a domain. Answers, one object a line:
 *
 *     {"message":{"id","from","created","size"}}             then its recipients that match
 *     {"recipient":{"rcpt","state","attempts","last","next","status","reply","host"}}
 *     {"content":"…"}                                        octets in base64, in order
 *     {"end":{…}}                                            last: counts. Without it the answer is incomplete
 *     {"error":"…"}                                          last: nothing was done
 *
 * A message that is set aside has "damage", which says what is wrong with it. state is damaged for its recipients; else
 * it is waiting (never tried), deferred, ready (due, no connection yet), active (on the wire) or held. Times are
 * seconds since 1970. A listing is not one instant: the relay goes on with its work meanwhile. A change is answered
 * when it is durable.
 * Pure. Limits: a line of CONTROL_REQUEST_MAX octets.
 */
#ifndef RL_RELAY_CONTROL_REQUEST_H
#define RL_RELAY_CONTROL_REQUEST_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/base/slice.h"
#include "lib/text/json.h"
#include "relay/control/access.h"
#include "relay/queue/action.h"

#define CONTROL_REQUEST_MAX ((size_t)64 * 1024)

enum control_verb { CONTROL_LIST, CONTROL_SHOW, CONTROL_CHANGE, CONTROL_ACCESS };

enum control_content { CONTROL_NO_CONTENT, CONTROL_HEADER, CONTROL_ALL };

struct control_request {
    enum control_verb verb;
    enum queue_action action;      /* of a change */
    char *id, *sender, *recipient; /* NULL = any */
    bool all;
    enum control_content content;
    const struct control_access *access; /* CONTROL_ACCESS */
    struct json *json;                   /* the same: the whole request */
};

/* ERR_INVALID, with a message, for anything but a request. */
int control_request_parse(struct slice line, struct control_request *out, struct err *err);
void control_request_fini(struct control_request *request);

#endif
