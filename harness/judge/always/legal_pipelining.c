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
};
