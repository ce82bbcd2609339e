/*
 * The always-on rules: what must hold of every run, though no scenario asks. Each is one file and one row of the
 * registry in always.c. A rule looks at the whole trace and reports each break; silence means that it holds.
 */
#ifndef RL_HARNESS_ALWAYS_H
#define RL_HARNESS_ALWAYS_H

#include "harness/judge/judge.h"

struct always_check;

struct dialog;
struct dialog_command;

struct always_rule {
    const char *id;
    const char *sentence;
    enum level level; /* as the clause has it: must or should */
    const char *clause;
    /* One of both: over the whole trace, or for each command of a session with what stood before it (dialog.h). */
    void (*check)(const struct always_check *check);
    void (*on_command)(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command);
    const char *slug; /* its name in baselines; NULL = the slug of the sentence */
};

/* What a rule is given, and how it reports. */
struct always_check {
    const struct facts *facts;
    const struct always_rule *rule;
    struct judgement *out;
};

/* A break: at which event, what was wanted, what was seen. At most 5 of one rule are kept. */
__attribute__((format(printf, 4, 5))) void always_broken(const struct always_check *check, size_t at,
                                                         const char *wanted, const char *seen_fmt, ...);

/* The rule looks at what this target does not show: the reader of a report learns that it was not checked, and why. */
void always_not_checked(const struct always_check *check, const char *why);

void always_judge(const struct facts *facts, struct judgement *out);

/* The registry, for the test that has a broken trace for each of its rows. */
const struct always_rule *always_rules(size_t *count);

/* ---- the rules ---- */

void always_outside_world(const struct always_check *check);
void always_no_loss(const struct always_check *check);
void always_no_second_copy(const struct always_check *check);
void always_no_retry_after_5yz(const struct always_check *check);
void always_no_retry_at_once(const struct always_check *check);
void always_bounce_has_null_sender(const struct always_check *check);
void always_bounce_is_not_bounced(const struct always_check *check);
void always_no_clear_against_policy(const struct always_check *check);
void always_report_is_well_formed(const struct always_check *check);
void always_bounce_goes_to_sender(const struct always_check *check);
void always_body_unchanged(const struct always_check *check, const struct dialog *before,
                           const struct dialog_command *command);
void always_header_unchanged(const struct always_check *check, const struct dialog *before,
                             const struct dialog_command *command);
void always_header_in_order(const struct always_check *check, const struct dialog *before,
                            const struct dialog_command *command);
void always_lines_end_with_crlf(const struct always_check *check, const struct dialog *before,
                                const struct dialog_command *command);
void always_command_length(const struct always_check *check, const struct dialog *before,
                           const struct dialog_command *command);
void always_text_line_length(const struct always_check *check, const struct dialog *before,
                             const struct dialog_command *command);
void always_commands_in_order(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command);
void always_ehlo_after_starttls(const struct always_check *check, const struct dialog *before,
                                const struct dialog_command *command);
void always_waits_for_replies(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command);
void always_groups_end(const struct always_check *check, const struct dialog *before,
                       const struct dialog_command *command);
void always_waits_for_greeting(const struct always_check *check, const struct dialog *before,
                               const struct dialog_command *command);
void always_uses_what_is_offered(const struct always_check *check, const struct dialog *before,
                                 const struct dialog_command *command);
void always_no_eight_bit_unoffered(const struct always_check *check, const struct dialog *before,
                                   const struct dialog_command *command);
void always_no_password_in_clear(const struct always_check *check, const struct dialog *before,
                                 const struct dialog_command *command);
void always_ehlo_names_host(const struct always_check *check, const struct dialog *before,
                            const struct dialog_command *command);
void always_paths_in_brackets(const struct always_check *check, const struct dialog *before,
                              const struct dialog_command *command);

#endif
