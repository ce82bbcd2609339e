/*
 * RFC 5321 §3.6.3: a relay does not change header and body, except that it adds its own trace field. For what RFC 6409
 * §8 still allows a submission server, see content.h. Where the next hop does not offer what the message needs, the
 * relay may convert the body (RFC 6152 §3); an octet by octet comparison cannot judge that.
 */
#include <string.h>

#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"
#include "harness/judge/content.h"

struct pair {
    const struct json *sent, *kept;
};

/* The submission and the kept message; false when the host does not keep it, or it is not a submission of the scenario.
 */
static bool find_pair(const struct facts *facts, const struct dialog_command *command, struct pair *out)
{
    const struct trace_event *event;
    size_t at = command->at;
    size_t txn = command->is_data ? (size_t)trace_int(command->json, FIELD_TXN, 0) : 0;
    *out = (struct pair){NULL, NULL};
    while (out->kept == NULL && (event = trace_next_of_txn(facts->log, txn, &at)) != NULL)
        if (event->kind == TRACE_SMTP_ACCEPTED && trace_value(event->json, FIELD_BODY) != NULL)
            out->kept = event->json;
    if (out->kept == NULL)
        return false;
    out->sent = facts_handed(facts, trace_str(out->kept, FIELD_MSG, ""), (unsigned)trace_int(out->kept, FIELD_N, 1));
    return out->sent != NULL && trace_value(out->sent, FIELD_BODY) != NULL;
}

/* Octets or lines that the next hop does not accept unchanged. */
static bool needs_conversion(const struct json *sent, const struct dialog *before)
{
    return trace_value(sent, FIELD_BARE) != NULL || trace_value(sent, FIELD_LONGEST) != NULL ||
           (trace_bool(sent, FIELD_EIGHT_BIT, false) && !dialog_offers(before, "8BITMIME"));
}

static void body_unchanged(const struct always_check *check, const struct dialog *before,
                           const struct dialog_command *command)
{
    struct pair pair;
    char why[CONTENT_WHY_MAX];
    if (find_pair(check->facts, command, &pair) && !needs_conversion(pair.sent, before) &&
        content_body_differs(pair.sent, pair.kept, why))
        always_broken(check, command->at, "the body as submitted", "%s: %s", trace_str(pair.kept, FIELD_MSG, ""), why);
}

const struct always_rule always_body_unchanged = {
    .id = "body-unchanged",
    .sentence = "The body arrives as it was submitted",
    .level = LEVEL_MUST,
    .clause = "RFC5321#3.6.3",
    .on_command = body_unchanged,
};

static void header_unchanged(const struct always_check *check, const struct dialog *before,
                             const struct dialog_command *command)
{
    struct pair pair;
    char why[CONTENT_WHY_MAX];
    if (find_pair(check->facts, command, &pair) &&
        content_header_differs(pair.sent, pair.kept, needs_conversion(pair.sent, before), why))
        always_broken(check, command->at, "the header fields as submitted", "%s: %s",
                      trace_str(pair.kept, FIELD_MSG, ""), why);
}

const struct always_rule always_header_unchanged = {
    .id = "header-unchanged",
    .sentence = "The header fields arrive as they were submitted",
    .level = LEVEL_MUST,
    .clause = "RFC5321#3.6.3",
    .on_command = header_unchanged,
};

static void header_in_order(const struct always_check *check, const struct dialog *before,
                            const struct dialog_command *command)
{
    struct pair pair;
    char why[CONTENT_WHY_MAX];
    (void)before;
    if (find_pair(check->facts, command, &pair) && content_order_differs(pair.sent, pair.kept, why))
        always_broken(check, command->at, "the header fields in their order", "%s: %s",
                      trace_str(pair.kept, FIELD_MSG, ""), why);
}

const struct always_rule always_header_in_order = {
    .id = "header-order",
    .sentence = "The header fields arrive in the order in which they were submitted",
    .level = LEVEL_SHOULD,
    .clause = "RFC5322#3.6",
    .on_command = header_in_order,
};
