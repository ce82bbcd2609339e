/* The order of commands: RFC 5321 §4.1.4; EHLO again after STARTTLS: RFC 3207 §4.2. */
#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

static const char *why_out_of_order(const struct dialog *before, const struct dialog_command *command)
{
    struct slice verb = command->verb;
    bool mail = slice_ieq_cstr(verb, "MAIL"), rcpt = slice_ieq_cstr(verb, "RCPT");
    bool data = slice_ieq_cstr(verb, "DATA") || slice_ieq_cstr(verb, "BDAT");
    if (before->after_quit)
        return "something after QUIT";
    if (mail && !before->introduced && !before->tls_is_new)
        return "MAIL before EHLO or HELO was accepted";
    if (mail && before->mail_sent && !before->mail_refused && !before->data_refused)
        return "MAIL while a transaction is open";
    if ((rcpt || data) && (!before->mail_sent || before->mail_refused) && !before->data_refused)
        return rcpt ? "RCPT without MAIL" : "a message without MAIL";
    return data && !before->rcpt_sent ? "a message without RCPT" : NULL;
}

static void commands_in_order(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command)
{
    const char *why = why_out_of_order(before, command);
    if (why != NULL)
        always_broken(check, command->at, "EHLO, then MAIL, RCPT and DATA in that order, QUIT last", "%s: %.200s", why,
                      trace_str(command->json, FIELD_LINE, ""));
}

const struct always_rule always_commands_in_order = {
    .id = "command-order",
    .sentence = "Commands are in a valid order",
    .level = LEVEL_MUST,
    .clause = "RFC5321#4.1.4",
    .on_command = commands_in_order,
    .slug = "commands-come-in-their-order",
    .page = {.demands = "EHLO or HELO comes before MAIL, MAIL before RCPT, RCPT before DATA; MAIL comes again only "
                        "after the transaction has ended; nothing follows QUIT. Pipelined commands are judged by the "
                        "best replies that could still come.",
             .why = "The server answers 503 to a command out of order, and many servers close the connection.",
             .causes = "A transaction that is not reset after a refusal; a message that is sent although no recipient "
                       "was accepted; a connection that is reused after QUIT; a session that continues after STARTTLS "
                       "as if EHLO still applied.",
             .fix = "Model the session as a state machine. Send RSET between transactions when the state is in doubt.",
             .wanted = "EHLO, then MAIL, RCPT and DATA in that order, QUIT last",
             .seen = "MAIL before EHLO or HELO was accepted: MAIL FROM:<alice@s.example>"},
};

static void ehlo_after_starttls(const struct always_check *check, const struct dialog *before,
                                const struct dialog_command *command)
{
    if (before->tls_is_new && before->before == NULL && !slice_ieq_cstr(command->verb, "EHLO") &&
        !slice_ieq_cstr(command->verb, "QUIT")) /* the client does not trust the host, say */
        always_broken(check, command->at, "EHLO as the first command after the handshake", "%.200s",
                      trace_str(command->json, FIELD_LINE, ""));
}

const struct always_rule always_ehlo_after_starttls = {
    .id = "ehlo-after-starttls",
    .sentence = "EHLO is the first command after STARTTLS",
    .level = LEVEL_SHOULD,
    .clause = "RFC3207#4.2",
    .on_command = ehlo_after_starttls,
    .page = {.demands = "The first command after a TLS handshake is EHLO. QUIT is allowed, too.",
             .why = "What was said before the handshake may be forged. The server forgets it, and so must the client; "
                    "the list of extensions may differ.",
             .causes = "A client library that is switched to TLS by the caller, who then continues the old session.",
             .fix = "Send EHLO again after the handshake, and use only the extensions of the second reply.",
             .wanted = "EHLO as the first command after the handshake",
             .seen = "MAIL FROM:<alice@s.example>"},
};
