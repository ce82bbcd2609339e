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
    .page =
        {.demands = "The body that arrives has the octets of the body that was submitted. The rule does not apply "
                    "where the next hop requires a conversion: octets above 127 without 8BITMIME, bare CR or LF, and "
                    "lines of more than 1000 octets.",
         .why = "A changed octet breaks a signature (DKIM, S/MIME, OpenPGP), an attachment, or the text.",
         .causes =
             "Dot-stuffing that is not undone or is done twice; a last line end that is added or lost; a re-encoding "
             "of the message by a MIME library; tabs or trailing spaces that are removed; a footer that is appended.",
         .fix = "Pass the body on as octets, without parsing it. Remove one leading dot of a line on reception, and "
                "add one when sending.",
         .wanted = "the body as submitted",
         .seen = "m1: 7 octets in 2 lines, were 9 in 2"},
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
    .page =
        {.demands =
             "Each header field that was submitted arrives with its text, apart from folding, and once where RFC 5322 "
             "allows it once. A relay may add fields, remove Bcc, Sender and Return-Path, and rewrite addresses in "
             "address fields (RFC 6409 §8). Content fields may change where the body must be converted.",
         .why = "Fields carry meaning for the recipient's programs: a changed Subject or Message-ID breaks threads, "
                "filters and signatures.",
         .causes = "A MIME library that parses the message and generates it again; a Message-ID or Date that is added "
                   "although the message has one; a long field that is cut; a character set that is re-encoded.",
         .fix = "Add trace fields above the header section, and leave the rest as octets.",
         .wanted = "the header fields as submitted",
         .seen = "m1: gone: From: <alice@s.example>"},
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
    .page = {.demands = "The header fields that were submitted arrive in their order.",
             .why = "The order of trace and Resent fields has a meaning, and signatures cover fields in an order.",
             .causes =
                 "A header that is kept in a map or dictionary, and generated from it; fields that are sorted by name.",
             .fix = "Keep the header as a list, or as octets.",
             .wanted = "the header fields in their order",
             .seen = "m1: B: 2 stands before A: 1"},
};
