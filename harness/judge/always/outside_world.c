/*
 * No test mail can leave; a target that tries is reported. An address that the world's DNS gave is in the world, though
 * no host listens there: a client that connects to it does what RFC 5321 §5.1 asks of it.
 */
#include <string.h>

#include "harness/judge/always/always.h"
#include "lib/base/ip.h"

static bool same_address(const char *one, const char *other)
{
    struct ip a, b;
    return ip_parse(slice_cstr(one), &a) && ip_parse(slice_cstr(other), &b) && ip_eq(a, b);
}

/* "mx6.dest.example. 3600 IN AAAA 2001:db8::25" */
static bool is_record_of(const char *record, const char *address)
{
    const char *data = strrchr(record, ' ');
    return data != NULL && same_address(data + 1, address);
}

static bool dns_gave(const struct facts *facts, const char *address)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DNS_ANSWER, NULL, 0, &at)) != NULL) {
        const struct json *answers = trace_value(event->json, FIELD_ANSWERS);
        for (size_t i = 0; i < json_count(answers); i++)
            if (is_record_of(json_as_str(json_at(answers, i), ""), address))
                return true;
    }
    return false;
}

static void outside_world(const struct always_check *check)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(check->facts, TRACE_VIOLATION, NULL, 0, &at)) != NULL) {
        const char *address = trace_str(event->json, FIELD_ADDR, "?");
        if (!dns_gave(check->facts, address))
            always_broken(check, at - 1, "no such connect", "connect to %s port %d, denied before a packet left",
                          address, (int)trace_int(event->json, FIELD_PORT, 0));
    }
}

const struct always_rule always_outside_world = {
    .id = "outside-world",
    .sentence = "Nothing connects to an address outside the simulated internet",
    .level = LEVEL_MUST,
    .clause = "",
    .check = outside_world,
    .page =
        {.demands = "The target connects only to addresses of the simulated internet, and sends datagrams only to "
                    "them. An address that the scenario's DNS returned is allowed, even if no host listens there.",
         .why = "Test mail that leaves the lab reaches real people. A target that depends on a real server behaves "
                "differently on another machine.",
         .causes =
             "A name server, smarthost, log server or update server whose address is fixed in the configuration; a "
             "client that ignores the name server it is configured with; an address that is built into the program.",
         .fix = "Point the setting at the lab in the adapter's template (`${dns.addr}`, `${given.smarthost.host}`), or "
                "switch the feature off. The connect was denied with ENETUNREACH before a packet left; the `violation` "
                "event of the trace has the address, the port and the time.",
         .wanted = "no such connect",
         .seen = "connect to 240.0.0.1 port 25, denied before a packet left"},
};
