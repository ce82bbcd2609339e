/*
 * The always-on rules, one row each: X(NAME). A file of this folder defines `const struct always_rule always_NAME`; a
 * file that holds one rule is NAME.c. The order is that of the verdicts.
 */
#ifndef RL_HARNESS_ALWAYS_LIST_H
#define RL_HARNESS_ALWAYS_LIST_H

#define ALWAYS_RULES(X)                                                                                                \
    X(outside_world)                                                                                                   \
    X(no_loss)                                                                                                         \
    X(no_second_copy)                                                                                                  \
    X(no_retry_after_5yz)                                                                                              \
    X(no_retry_at_once)                                                                                                \
    X(bounce_has_null_sender)                                                                                          \
    X(bounce_is_not_bounced)                                                                                           \
    X(no_clear_against_policy)                                                                                         \
    X(report_is_well_formed)                                                                                           \
    X(bounce_goes_to_sender)                                                                                           \
    X(body_unchanged)                                                                                                  \
    X(header_unchanged)                                                                                                \
    X(header_in_order)                                                                                                 \
    X(lines_end_with_crlf)                                                                                             \
    X(command_length)                                                                                                  \
    X(text_line_length)                                                                                                \
    X(commands_in_order)                                                                                               \
    X(ehlo_after_starttls)                                                                                             \
    X(waits_for_replies)                                                                                               \
    X(groups_end)                                                                                                      \
    X(waits_for_greeting)                                                                                              \
    X(uses_what_is_offered)                                                                                            \
    X(no_eight_bit_unoffered)                                                                                          \
    X(no_password_in_clear)                                                                                            \
    X(ehlo_names_host)                                                                                                 \
    X(paths_in_brackets)

#endif
