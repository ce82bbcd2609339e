/*
 * One delivery: the ready recipients of one message in one domain, in one attempt. A core without I/O: no socket, no
 * clock, no queue. Its driver (attempt.h) feeds it what has happened, and performs the actions that it answers with:
 *
 *     delivery_begin           the site is closed: REPORT… END; or else LOOK_UP
 *     delivery_hosts_found     CONNECT, or all hosts rest: REPORT… END
 *     delivery_no_hosts        REPORT… END
 *     delivery_no_room, delivery_no_socket, in answer to CONNECT: REPORT… END
 *     delivery_verdicts        HOST_FAILED, AUTH_REFUSED, TLS_GIVEN_UP, REPORT…; END when all recipients are reported
 *     delivery_connection_ended, and not all are reported: LOOK_UP when no host is known, or else as hosts_found
 *
 * On a connection that is open already, the DNS is asked and hosts are tried only when the connection ends before its
 * time. What a reply means is in outcome.h. What the delivery learns of hosts and of its site goes at once to hosts.h,
 * cleartext.h and site.h, which are cores, too.
 * Times are the wall clock, in ns. Limits: at most one report for each recipient; a round tries at most `hosts_max`
 * hosts, each once, and once more where outcome.h says so.
 */
#ifndef RL_RELAY_DELIVERY_H
#define RL_RELAY_DELIVERY_H

#include "relay/deliver/choice.h"
#include "relay/deliver/cleartext.h"
#include "relay/deliver/outcome.h"
#include "relay/deliver/site.h"
#include "relay/smtp/client.h"

/* What stays the same for one delivery. All of it outlives the delivery. */
struct delivery_setup {
    struct hosts *hosts;
    struct cleartext *cleartext;
    struct site *site;
    int64_t started_ns;
    size_t hosts_max; /* in a round */
};

/* What changes: as it is when something is fed. */
struct delivery_facts {
    const struct config *config;
    int64_t now_ns;
    bool must_try; /* the attempt is made even if the hosts rest */
};

/* The session that the verdicts come from. */
struct delivery_session {
    const struct mx_host *host;
    int64_t opened_ns;
    bool took;                /* the host accepted an earlier message on this connection */
    bool others;              /* the site has other connections that are past their greeting */
    const char *tls, *cipher; /* "" = none */
    bool notifies;            /* the host offers DSN */
};

struct delivery_action {
    enum {
        DELIVERY_LOOK_UP,      /* then delivery_hosts_found or delivery_no_hosts */
        DELIVERY_CONNECT,      /* host, plain, needs_room; always the last for now */
        DELIVERY_REPORT,       /* recipient, result */
        DELIVERY_HOST_FAILED,  /* for the log: the session failed before MAIL */
        DELIVERY_AUTH_REFUSED, /* for the log: only the administrator can change that */
        DELIVERY_TLS_GIVEN_UP, /* for the log: mail goes there without TLS for a while */
        DELIVERY_END,          /* the last action */
    } kind;
    const struct mx_host *host;
    bool plain;       /* without TLS, so on a new connection */
    bool needs_room;  /* false: this delivery had a connection to the host a moment ago, and its place is still free */
    size_t recipient; /* as delivery_init got them */
    struct queue_result result; /* its strings live until something else is fed */
};

struct delivery {
    struct delivery_setup setup;
    struct client_recipient *states; /* those that are not reported, or have been since the last transaction */
    size_t *numbers;                 /* of each state: its recipient */
    bool *reported;
    size_t count;
    struct mx_host *hosts; /* NULL = not asked for; those of this round are first */
    size_t host_count, host_next, known_count;
    const struct mx_host *host; /* of hosts: tried last */
    bool once_more;             /* this host comes before the next one */
    bool plain;                 /* without TLS, for its TLS is broken */
    bool again;                 /* recipients are left for another transaction with the same host */
    bool any_tried;
    bool any_may_work; /* a host rests, or failed in a way that may pass */
    struct delivery_action *actions;
    size_t action_count, action_next, action_room;
};

void delivery_init(struct delivery *delivery, const struct delivery_setup *setup, size_t recipients);
void delivery_fini(struct delivery *delivery);

/* The next action to perform, until false; then feed again. */
bool delivery_next(struct delivery *delivery, struct delivery_action *out);

void delivery_begin(struct delivery *delivery, const struct delivery_facts *facts);
/* Nothing is tried now: all recipients are due again at not_before_ns. */
void delivery_wait(struct delivery *delivery, int64_t not_before_ns);
void delivery_hosts_found(struct delivery *delivery, const struct delivery_facts *facts, const struct mx_route *route);
void delivery_no_hosts(struct delivery *delivery, const struct mx_route *route);
/* Whether hosts further down the list of a lookup could not be chosen. */
bool delivery_has_enough(const struct delivery *delivery, const struct delivery_facts *facts,
                         const struct mx_host *hosts, size_t count);

/* Other sites have all the connections that this host may have. */
void delivery_no_room(struct delivery *delivery, const struct mx_host *host);
/* No socket could be made: the relay's own trouble, not the host's. */
void delivery_no_socket(struct delivery *delivery, const char *error);

/* The recipients of the next transaction, whose verdicts the client sets. */
struct client_recipient *delivery_recipients(struct delivery *delivery, size_t *count);
/* The recipient, as delivery_init got them, at this position of the transaction. */
size_t delivery_number(const struct delivery *delivery, size_t position);
/* The first recipient that is not reported. */
size_t delivery_first(const struct delivery *delivery);
/* One verdict for all: the transaction did not begin. */
void delivery_set_verdict(struct delivery *delivery, const struct client_verdict *verdict);
/* All verdicts are set. True when the host accepted the message for a recipient. */
bool delivery_verdicts(struct delivery *delivery, const struct delivery_facts *facts,
                       const struct delivery_session *session);
void delivery_connection_ended(struct delivery *delivery, const struct delivery_facts *facts);

#endif
