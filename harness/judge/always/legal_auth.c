/* RFC 4954 §9: PLAIN and LOGIN show the password to every eavesdropper, unless TLS hides it. */
#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

static void no_password_in_clear(const struct always_check *check, const struct dialog *before,
                                 const struct dialog_command *command)
{
    struct slice rest = command->args, mechanism = slice_cut(&rest, ' ');
    (void)before;
    if (slice_ieq_cstr(command->verb, "AUTH") && !trace_bool(command->json, FIELD_TLS, false) &&
        (slice_ieq_cstr(mechanism, "PLAIN") || slice_ieq_cstr(mechanism, "LOGIN")))
        always_broken(check, command->at, "no password without TLS", "AUTH %.*s without TLS", SLICE_ARG(mechanism));
}

const struct always_rule always_no_password_in_clear = {
    .id = "no-password-in-clear",
    .sentence = "No password is sent unencrypted",
    .level = LEVEL_SHOULD,
    .clause = "RFC4954#9",
    .on_command = no_password_in_clear,
    .slug = "no-password-is-sent-in-clear",
    .page = {.demands = "The client does not use AUTH PLAIN or AUTH LOGIN on a connection without TLS.",
             .why = "Both send the password in base64, which every eavesdropper can read.",
             .causes =
                 "A client that logs in as soon as AUTH is offered; a fallback to plaintext after STARTTLS has failed.",
             .fix = "Log in only after the handshake, and defer the message if TLS is not available.",
             .wanted = "no password without TLS",
             .seen = "AUTH PLAIN without TLS"},
};
