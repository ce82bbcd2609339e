/*
 * The one place that says what a reply or a failure means for a recipient: a table, to be held against the RFCs.
 * (stage, cause, code) -> delivered, failed, deferred, or "ask the next MX host"; with the enhanced status code
 * to report when the host gave none (RFC 3463), and the clause.
 */
#ifndef RL_RELAY_OUTCOME_H
#define RL_RELAY_OUTCOME_H

#include <stdbool.h>

#include "relay/queue/queue.h"
#include "relay/smtp/client.h"

struct outcome {
    bool next_host;    /* try the next host in this round; `result` holds when there is none */
    bool host_rests;   /* the host is left alone for a while: deliver/hosts.h */
    bool clear_again;  /* TLS broke: once more to this host, without TLS */
    bool plain_later;  /* TLS sessions die there: for a while without TLS, where policy allows (cleartext.h) */
    bool again;        /* to this host, at once, in a new transaction; nothing is counted, for there was progress */
    bool others_carry; /* after the last host: other connections of the site will carry the mail, if any are open */
    bool needs_all;    /* after the last host: final only when no other host of the domain may still take the mail */
    bool auth_refused; /* only the administrator can change that */
    enum queue_outcome result;
    const char *status; /* when the host gave no enhanced status code */
    bool own_status;    /* `status` stands for more than this host's reply, and replaces the host's code */
    const char *clause;
};

/* What makes a further transaction at once useful, and its number finite. */
struct outcome_progress {
    bool transaction_took; /* this transaction's message was taken for another recipient */
    bool session_took;     /* an earlier message was taken on this connection */
};

/* Never NULL: the last row of each stage fits everything. */
const struct outcome *outcome_of(const struct client_verdict *verdict, struct outcome_progress progress);

/* What is known of the other ways to the domain when a round is over. */
struct outcome_others {
    bool open;     /* the site has other connections that are past their greeting */
    bool may_work; /* another host rests, or failed in a way that may pass */
};

/* What an outcome means when no host is left in this round. */
const struct outcome *outcome_at_end(const struct outcome *outcome, struct outcome_others others);

#endif
