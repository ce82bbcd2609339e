#include "relay/log/event.h"

const struct event_kind event_kinds[EVENT_COUNT] = {
#define X(constant, name, level, fields, help) [EVENT_##constant] = {name, level, fields, help},
    EVENTS(X)
#undef X
};

void event_print(FILE *out)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    (void)fputs("| event | level | fields | |\n| --- | --- | --- | --- |\n", out);
    for (int i = 0; i < EVENT_COUNT; i++)
        (void)fprintf(out, "| `%s` | %s | %s | %s |\n", event_kinds[i].name, levels[event_kinds[i].level],
                      event_kinds[i].fields, event_kinds[i].help);
}
