/*
 * Attempts as people count them. An attempt at a (message, recipient) is a *round*: it opens with the first connect
 * to an MX host of the recipient's domain (or the first DNS question for it) while the recipient is pending, takes
 * in the other hosts tried after it, and closes when a host already tried is contacted again, or when 15 min pass
 * without an event.
 *
 * Fed events in the order of the trace, by the sim while it writes them and by the judge when it reads them, so both
 * count alike. A connection belongs to the recipients that its transactions name; one that ends without a transaction
 * belongs to every recipient that is pending for its host, as of the time of its connect; one whose MAIL no RCPT
 * follows, to those whose reverse-path it has. A recipient that was tried at this host less than a second ago is
 * passed over where there are others. When several messages remain, the round is marked as shared: which of them was
 * meant is a guess.
 *
 * A recipient is pending from when the target is handed the message (its submit command starts, or the final dot is
 * sent), whether or not the target has acknowledged it yet; no round opens earlier. A target that relays while it still
 * receives shows that it has the recipient by the first RCPT that names it.
 *
 * Several connects without a transaction at one instant may each be for another pending message, and one with a
 * transaction right after them may be the continuation of the same attempt (unencrypted, say): these stay in the round.
 * DNS questions alone make a round when the DNS failed and no connect follows within 15 min, or before they are asked
 * again: some relays ask at every run of their queue, also while they know that it is not time to try.
 *
 * Times are ns since the story's start.
 */
#ifndef RL_SIM_TRACE_ROUNDS_H
#define RL_SIM_TRACE_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/scenario/model.h"

#define ROUND_HOSTS_MAX 16

struct rounds;

struct round {
    int64_t open_ns, last_ns;
    const char *hosts[ROUND_HOSTS_MAX]; /* in the order in which they were tried */
    struct {
        int64_t t_ns;   /* of the last contact */
        unsigned alike; /* contacts without a transaction at that instant */
        unsigned conn,
            txn;    /* of the last one; conn 0: no connection came about; txn: its MAIL, which no RCPT followed */
        bool named; /* a RCPT names the recipient */
    } contacts[ROUND_HOSTS_MAX];
    size_t host_count;
    unsigned shared_by; /* messages that its contacts may have been for instead; 0: they were for this one */
    bool over;          /* whatever comes next is another round */
};

/* What the DNS said. */
struct rounds_answer {
    const char *qname, *qtype, *rcode;
    const char *fault; /* that of the zone; NULL: none */
    size_t records;
};

/* The rounds of one recipient of one submission. */
struct rounds_of {
    const struct submission *submission;
    const char *rcpt;
    int64_t handed_ns;    /* when the target received it; times of attempts count from here; INT64_MAX before */
    int64_t submitted_ns; /* when the target took it: its 250, or status 0 of its submit command; INT64_MAX before */
    int64_t settled_ns;   /* delivered, bounced or refused; INT64_MAX before */
    enum { ROUNDS_OPEN, ROUNDS_DELIVERED, ROUNDS_BOUNCED, ROUNDS_REFUSED } ended;
    struct round *list;
    size_t count, room;
};

/* The scenario must outlive the rounds. */
struct rounds *rounds_new(const struct scenario *scenario);
void rounds_free(struct rounds *rounds);

void rounds_handed(struct rounds *rounds, const char *msg, unsigned n, int64_t t_ns);
void rounds_submitted(struct rounds *rounds, const char *msg, unsigned n, int64_t t_ns);
/* The target did not take the recipient; rcpt NULL: none of them. */
void rounds_refused(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns);
void rounds_delivered(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns);
void rounds_bounced(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns);
void rounds_dns(struct rounds *rounds, const char *name, int64_t t_ns);
void rounds_dns_answer(struct rounds *rounds, const struct rounds_answer *answer);
void rounds_connect(struct rounds *rounds, unsigned conn, const char *host, int64_t t_ns);
/* MAIL begins a transaction of this number; a RCPT shows which recipient it is for, or else its reverse-path. */
void rounds_mail(struct rounds *rounds, unsigned conn, unsigned txn, const char *reverse_path, int64_t t_ns);
void rounds_connect_failed(struct rounds *rounds, const char *host, int64_t t_ns); /* refused, dropped, unreachable */
/*
 * A RCPT on the connection names the recipient: the number of its round, from 1; 0 when it belongs to no submission.
 * msg NULL: the submission is unknown, or there is no transaction, since its MAIL was refused.
 */
unsigned rounds_rcpt(struct rounds *rounds, unsigned conn, const char *msg, unsigned n, const char *rcpt, int64_t t_ns);
void rounds_closed(struct rounds *rounds, unsigned conn, int64_t t_ns);
void rounds_end(struct rounds *rounds, int64_t t_ns); /* the run is over: open ends are counted */

const struct rounds_of *rounds_get(const struct rounds *rounds, const char *msg, unsigned n, const char *rcpt);
const struct rounds_of *rounds_at(const struct rounds *rounds, size_t index); /* NULL after the last */

#endif
