/*
 * The rounds of one recipient: whether it is pending, and what a contact with a host adds to them. Used by rounds.c,
 * which decides which recipients a contact is for.
 */
#ifndef RL_SIM_ATTEMPT_H
#define RL_SIM_ATTEMPT_H

#include "lib/base/duration.h"
#include "sim/trace/rounds.h"

#define ROUND_IDLE (15 * 60 * NS_PER_S)

/* A contact with a host, and the recipients that it may be for. */
struct
try {
    const char *host; /* NULL: the DNS left none */
    unsigned conn, txn;
    int64_t t_ns;
    unsigned pending;   /* recipients that it may be for; 0 when a RCPT names this one */
    unsigned shared_by; /* messages that it may be for instead */
    bool foreign;       /* it may be for none of them */
};

/* DNS questions about a domain that belong together. */
struct question {
    int64_t first_ns, last_ns;
};

bool attempt_pending(const struct rounds_of *of, int64_t t_ns);
/* Whether the recipient's last contact with this host was less than a second earlier. */
bool attempt_tried_just_now(const struct rounds_of *of, const struct try *try);
/*
 * Continues the present round, or opens a new one; from the question on, when that was asked for this recipient.
 * Returns the index of the round.
 */
size_t attempt_contact(struct rounds_of *of, const struct try *try, const struct question *question);

#endif
