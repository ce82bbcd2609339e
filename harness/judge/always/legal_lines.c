/* How lines end and how long they are: RFC 5321 §2.3.8, §4.5.3.1.4, §4.5.3.1.6. */
#include <string.h>

#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

static const char *what(const struct dialog_command *command)
{
    return command->is_data ? "the message" : trace_str(command->json, FIELD_LINE, "");
}

static void lines_end_with_crlf(const struct always_check *check, const struct dialog *before,
                                const struct dialog_command *command)
{
    const char *bare = trace_str(command->json, FIELD_BARE, NULL);
    (void)before;
    if (bare != NULL)
        always_broken(check, command->at, "lines that end with CR LF, and neither elsewhere", "a bare %s in: %.200s",
                      strcmp(bare, "CR LF") == 0 ? "CR and a bare LF" : bare, what(command));
}

const struct always_rule always_lines_end_with_crlf = {
    .id = "line-ends",
    .sentence = "Lines end with CR LF, and contain no bare CR or LF",
    .level = LEVEL_MUST,
    .clause = "RFC5321#2.3.8",
    .on_command = lines_end_with_crlf,
    .slug = "lines-end-with-cr-lf-and-no-cr-or-lf-stands-alone",
    .page = {.demands = "Each line that the target sends, in commands and in messages, ends with CR LF. There is no CR "
                        "without LF, and no LF without CR.",
             .why = "Two servers that disagree about where a line ends disagree about where a message ends. That is "
                    "how SMTP smuggling hides a second message in the first.",
             .causes = "A message that is read from a file or a pipe, with LF line ends, and sent as it is; a library "
                       "that converts text but not bytes; a bare CR or LF of the submitted message that is passed on.",
             .fix = "Convert line ends once, where the message comes in. Refuse a message with a bare CR or LF, or "
                    "replace it, before it is stored.",
             .wanted = "lines that end with CR LF, and neither elsewhere",
             .seen = "a bare LF in: the message"},
};

/* Lines that the sender of the message made so long are not the relay's to break (RFC 5321 §3.6.3). */
static bool was_so_long(const struct facts *facts, const struct json *message)
{
    const char *msg = trace_str(message, FIELD_MSG, NULL);
    const struct json *sent = msg != NULL ? facts_handed(facts, msg, (unsigned)trace_int(message, FIELD_N, 1)) : NULL;
    return sent != NULL && trace_value(sent, FIELD_LONGEST) != NULL;
}

static void text_line_length(const struct always_check *check, const struct dialog *before,
                             const struct dialog_command *command)
{
    int64_t octets = trace_int(command->json, FIELD_LONGEST, 0);
    (void)before;
    if (command->is_data && octets > 1000 && !was_so_long(check->facts, command->json))
        always_broken(check, command->at, "text lines of at most 1000 octets", "one of %lld octets", (long long)octets);
}

const struct always_rule always_text_line_length = {
    .id = "text-line-length",
    .sentence = "Lines of a message are no longer than allowed",
    .level = LEVEL_SHOULD,
    .clause = "RFC5321#4.5.3.1.6",
    .on_command = text_line_length,
    .page =
        {.demands = "A line of a message has at most 1000 octets with its CR LF, unless the message was submitted with "
                    "such a line.",
         .why = "A server may refuse longer lines, or break them, which changes the message.",
         .causes = "A bounce with a quoted text in one line; a header field that is generated without folding; HTML "
                   "without line breaks that is sent without an encoding.",
         .fix = "Fold generated header fields at 78 characters. Encode generated bodies as quoted-printable or base64.",
         .wanted = "text lines of at most 1000 octets",
         .seen = "one of 1001 octets"},
};

/* What extensions add to the 512 octets, taken together: RFC 1870 26, 6152 17, 6531 10, 4954 500, 3461 §5.4. */
static int64_t longest_command(const struct dialog *before, const struct dialog_command *command)
{
    int64_t octets = 512;
    if (slice_ieq_cstr(command->verb, "AUTH"))
        return 12288; /* RFC 4954 §4 */
    if (slice_ieq_cstr(command->verb, "MAIL"))
        octets += 26 * dialog_offers(before, "SIZE") + 17 * dialog_offers(before, "8BITMIME") +
                  10 * dialog_offers(before, "SMTPUTF8") + 500 * dialog_offers(before, "AUTH") +
                  120 * dialog_offers(before, "DSN");
    if (slice_ieq_cstr(command->verb, "RCPT") && dialog_offers(before, "DSN"))
        octets += 544;
    return octets;
}

static void command_length(const struct always_check *check, const struct dialog *before,
                           const struct dialog_command *command)
{
    int64_t octets = trace_int(command->json, FIELD_LONGEST, 0), most = longest_command(before, command);
    if (!command->is_data && octets > most)
        always_broken(check, command->at, "command lines of at most 512 octets, and what extensions add",
                      "%lld octets: %.60s…", (long long)octets, what(command));
}

const struct always_rule always_command_length = {
    .id = "command-length",
    .sentence = "Command lines are no longer than allowed",
    .level = LEVEL_SHOULD,
    .clause = "RFC5321#4.5.3.1.4",
    .on_command = command_length,
    .page = {.demands = "A command line has at most 512 octets with its CR LF. Extensions that the host offers allow "
                        "more: SIZE 26, 8BITMIME 17, SMTPUTF8 10, AUTH 500 and DSN 120 for MAIL, DSN 544 for RCPT, and "
                        "12,288 in all for AUTH.",
             .why = "A server may cut or refuse what exceeds its buffer. Long lines are typical of broken clients, and "
                    "of attacks.",
             .causes = "An address or ENVID of unlimited length that is passed on; several parameters in one line; an "
                       "authentication token that is sent as an initial response although it is too long.",
             .fix = "Limit the lengths of addresses and parameters when a message is accepted.",
             .wanted = "command lines of at most 512 octets, and what extensions add",
             .seen = "513 octets: MAIL FROM:<alice@s.example>…"},
};
