/*
 * The rules for MAIL and RCPT, one row each: X(name, help). The name is the file of this folder that defines rule_NAME;
 * docs/RELAY.md shows the rows. Rules are asked in this order, and the first that refuses decides the reply.
 */
#ifndef RL_RELAY_POLICY_LIST_H
#define RL_RELAY_POLICY_LIST_H

#define RULES(X)                                                                                                       \
    X(room, "the messages that are being received leave less room than MAIL declares, or none")                        \
    X(relaying, "the client is not in `trusted_networks`, and has not authenticated")                                  \
    X(recipients, "the message has `limits.recipients` already, and this mailbox is not one of them")

#endif
