/* Without PIPELINING each reply is waited for (RFC 5321 §4.3.1); with it, some commands end a group (RFC 2920 §3.1). */
#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

static const char *line_of(const struct dialog_command *command)
{
    return command->is_data ? "the message" : trace_str(command->json, FIELD_LINE, "");
}

static void waits_for_replies(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command)
{
    if (command->pipelined && !before->after_quit && before->before != NULL && !dialog_offers(before, "PIPELINING"))
        always_broken(check, command->at, "a wait for each reply, since PIPELINING is not offered",
                      "%.100s, before the reply to: %.100s", line_of(command), before->before);
}

const struct always_rule always_waits_for_replies = {
    .id = "waits-for-replies",
    .sentence = "Without PIPELINING, the client waits for each reply",
    .level = LEVEL_MUST,
    .clause = "RFC5321#4.3.1",
    .on_command = waits_for_replies,
    .slug = "each-reply-is-waited-for-where-pipelining-is-not-offered",
    .page = {.demands = "If the reply to EHLO does not offer PIPELINING, the client waits for the reply to each "
                        "command before it sends the next one. The message after 354 is included.",
             .why = "A server without PIPELINING may discard what is already in its buffer, for example after STARTTLS "
                    "or a refusal.",
             .causes = "Commands that are written in one block for speed; a library whose pipelining is not tied to "
                       "the offer; DATA and the message that are sent together.",
             .fix = "Pipeline only after a reply to EHLO that offers it, and only after the last EHLO of the session.",
             .wanted = "a wait for each reply, since PIPELINING is not offered",
             .seen = "NOOP, before the reply to: NOOP"},
};

static void groups_end(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command)
{
    if (command->pipelined && !before->after_quit && before->group_may_end && dialog_offers(before, "PIPELINING"))
        always_broken(check, command->at, "nothing after a command that ends a group",
                      "%.100s, before the reply to: %.100s", line_of(command), before->before);
}

const struct always_rule always_groups_end = {
    .id = "group-end",
    .sentence = "Commands that change the state end a pipelined group",
    .level = LEVEL_MUST,
    .clause = "RFC2920#3.1",
    .on_command = groups_end,
    .page = {.demands = "With PIPELINING, every command other than RSET, MAIL, SEND, SOML, SAML and RCPT is the last "
                        "of its group: the client waits for the reply before it sends more.",
             .why = "The reply to these commands decides what may follow. After a refused DATA, the lines of the "
                    "message would be read as commands.",
             .causes = "The message that is sent together with DATA; a NOOP in the middle of a group.",
             .fix = "Wait for 354 before the first octet of the message.",
             .wanted = "nothing after a command that ends a group",
             .seen = "the message, before the reply to: DATA"},
};

static void waits_for_greeting(const struct always_check *check, const struct dialog *before,
                               const struct dialog_command *command)
{
    if (command->pipelined && before->before == NULL)
        always_broken(check, command->at, "a wait for the greeting", "%.200s, before it", line_of(command));
}

const struct always_rule always_waits_for_greeting = {
    .id = "waits-for-greeting",
    .sentence = "The client waits for the greeting",
    .level = LEVEL_SHOULD,
    .clause = "RFC5321#4.3.1",
    .on_command = waits_for_greeting,
    .slug = "the-greeting-is-waited-for",
    .page = {.demands = "The client sends its first command after the server's greeting. This is visible only where "
                        "the scenario delays the greeting.",
             .why =
                 "Servers delay the greeting to detect robots. A client that speaks first is refused, often with 554.",
             .causes = "A client that writes EHLO as soon as the connection is open; a greeting of several lines whose "
                       "first line is taken for all of it.",
             .fix = "Read the whole greeting, and check that it is 220.",
             .wanted = "a wait for the greeting",
             .seen = "EHLO relay.example, before it"},
};
