/*
 * The rules for MAIL, RCPT and messages, one row each: X(name, help). The name is the file of this folder that defines
 * rule_NAME; docs/RELAY.md shows the rows. Rules are asked in this order, and the first that refuses decides the reply.
 */
#ifndef RL_RELAY_POLICY_LIST_H
#define RL_RELAY_POLICY_LIST_H

#define RULES(X)                                                                                                       \
    X(room, "the messages that are being received leave less room than MAIL declares, or none")                        \
    X(account, "the account was disabled or removed, or its API key revoked, since the client authenticated")          \
    X(senders, "the account may only use other reverse-paths; the null one is always allowed")                         \
    X(rate, "the account has sent as much in this hour or day as it may")                                              \
    X(quota, "the account has had as many recipients in this month as it may")                                         \
    X(relaying, "the client is not in `trusted_networks`, and has not authenticated")                                  \
    X(recipients, "the message has `limits.recipients` already, and this mailbox is not one of them")                  \
    X(authors, "the account may only use other addresses in the From field, or the field is missing or ambiguous")

#endif
