/* No test mail can leave; a target that tries is told of. */
#include "harness/judge/always/always.h"

void always_outside_world(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, "violation", NULL, 0, &at)) != NULL)
        always_broken(check, at - 1, "no such connect", "connect to %s port %d, denied before a packet left",
                      json_get_str(event->json, "addr", "?"), (int)json_get_int(event->json, "port", 0));
}
