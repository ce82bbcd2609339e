/* Without PIPELINING each reply is waited for (RFC 5321 §4.3.1); with it, some commands end a group (RFC 2920 §3.1). */
#include "harness/judge/always/always.h"
#include "harness/facts/dialog.h"

static const char *line_of(const struct dialog_command *command)
{
    return command->is_data ? "the message" : trace_str(command->json, FIELD_LINE, "");
}

void always_waits_for_replies(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command)
{
    if (command->pipelined && !before->after_quit && before->before != NULL && !dialog_offers(before, "PIPELINING"))
        always_broken(check, command->at, "a wait for each reply, since PIPELINING is not offered",
                      "%.100s, before the reply to: %.100s", line_of(command), before->before);
}

void always_groups_end(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command)
{
    if (command->pipelined && !before->after_quit && before->group_may_end && dialog_offers(before, "PIPELINING"))
        always_broken(check, command->at, "nothing after a command that ends a group",
                      "%.100s, before the reply to: %.100s", line_of(command), before->before);
}

void always_waits_for_greeting(const struct always_check *check, const struct dialog *before,
                               const struct dialog_command *command)
{
    if (command->pipelined && before->before == NULL)
        always_broken(check, command->at, "a wait for the greeting", "%.200s, before it", line_of(command));
}
