/*
 * The stage that mends a header section. Return-Path (RFC 5321 §4.4), Bcc and Resent-Bcc (RFC 5322 §3.6.3) are removed
 * at every door, and a mailbox's "From " line becomes an X-Mailbox-Line field. At the submission door a missing Date or
 * Message-ID is added (RFC 6409 §8.2, §8.3). All other fields stay unchanged. Pure.
 */
#ifndef RL_RELAY_MEND_H
#define RL_RELAY_MEND_H

#include "relay/message/prepare.h"

void mend(struct draft *draft, const struct prepare_info *info);

#endif
