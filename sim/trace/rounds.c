#include "sim/trace/rounds.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "sim/trace/attempt.h"

#define BURST_IDLE (60 * NS_PER_S) /* questions closer than this belong together */
#define NO_TIME    INT64_MAX

/* A connection that is open, or DNS questions that no connect followed yet. */
struct connection {
    unsigned conn;
    const struct host *host;
    int64_t t_ns;
    unsigned txn; /* the last MAIL */
    char *sender; /* its reverse-path */
    bool said;    /* a RCPT has followed: its recipients need no guess */
    int64_t mail_ns;
    struct named {
        struct rounds_of *of;
        size_t round; /* its index */
    } * named;        /* by its transactions */
    size_t named_count;
    struct connection *next;
};

struct burst {
    const char *domain; /* of a submission's recipient */
    struct question asked;
    bool failed; /* one of them had no usable answer */
    bool used;   /* a connect followed */
};

struct rounds {
    const struct scenario *scenario;
    struct rounds_of *all;
    size_t count;
    struct burst *bursts; /* a domain one, made with `all` */
    size_t burst_count;
    struct connection *open;
};

static struct burst *burst_of(const struct rounds *rounds, const char *domain)
{
    for (size_t i = 0; i < rounds->burst_count; i++)
        if (strcasecmp(rounds->bursts[i].domain, domain) == 0)
            return &rounds->bursts[i];
    return NULL;
}

struct rounds *rounds_new(const struct scenario *scenario)
{
    struct rounds *rounds = mem_zalloc(sizeof *rounds);
    size_t total = 0;
    rounds->scenario = scenario;
    for (size_t i = 0; i < scenario->story_count; i++)
        total += scenario->story[i].to_count;
    rounds->all = mem_zalloc(total * sizeof *rounds->all);
    rounds->bursts = mem_zalloc(total * sizeof *rounds->bursts);
    for (size_t i = 0; i < scenario->story_count; i++) {
        for (size_t k = 0; k < scenario->story[i].to_count; k++) {
            const char *to = scenario->story[i].to[k];
            rounds->all[rounds->count++] = (struct rounds_of){
                .submission = &scenario->story[i],
                .rcpt = to,
                .handed_ns = NO_TIME,
                .submitted_ns = NO_TIME,
                .settled_ns = NO_TIME,
            };
            if (burst_of(rounds, address_domain(to)) == NULL)
                rounds->bursts[rounds->burst_count++] =
                    (struct burst){address_domain(to), {NO_TIME, NO_TIME}, false, true};
        }
    }
    return rounds;
}

void rounds_free(struct rounds *rounds)
{
    if (rounds == NULL)
        return;
    for (size_t i = 0; i < rounds->count; i++)
        free(rounds->all[i].list);
    while (rounds->open != NULL) {
        struct connection *next = rounds->open->next;
        free(rounds->open->sender);
        free(rounds->open->named);
        free(rounds->open);
        rounds->open = next;
    }
    free(rounds->all);
    free(rounds->bursts);
    free(rounds);
}

static size_t contact(const struct rounds *rounds, struct rounds_of *of, const struct try *try)
{
    return attempt_contact(of, try, &burst_of(rounds, address_domain(of->rcpt))->asked);
}

/* ---- what happened ---- */

static struct rounds_of *find(const struct rounds *rounds, const char *msg, unsigned n, const char *rcpt)
{
    for (size_t i = 0; i < rounds->count; i++) {
        struct rounds_of *of = &rounds->all[i];
        if (of->submission->n == n && strcmp(of->submission->id, msg) == 0 && strcasecmp(of->rcpt, rcpt) == 0)
            return of;
    }
    return NULL;
}

const struct rounds_of *rounds_get(const struct rounds *rounds, const char *msg, unsigned n, const char *rcpt)
{
    return find(rounds, msg, n, rcpt);
}

const struct rounds_of *rounds_at(const struct rounds *rounds, size_t index)
{
    return index < rounds->count ? &rounds->all[index] : NULL;
}

static void settle(struct rounds_of *of, int ended, int64_t t_ns)
{
    if (of == NULL || of->settled_ns != NO_TIME)
        return;
    of->settled_ns = t_ns;
    of->ended = ended;
}

void rounds_delivered(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns)
{
    settle(find(rounds, msg, n, rcpt), ROUNDS_DELIVERED, t_ns);
}

void rounds_bounced(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns)
{
    settle(find(rounds, msg, n, rcpt), ROUNDS_BOUNCED, t_ns);
}

static bool is_of(const struct rounds_of *of, const char *msg, unsigned n)
{
    return of->submission->n == n && strcmp(of->submission->id, msg) == 0;
}

void rounds_refused(struct rounds *rounds, const char *msg, unsigned n, const char *rcpt, int64_t t_ns)
{
    for (size_t i = 0; i < rounds->count; i++)
        if (is_of(&rounds->all[i], msg, n) && (rcpt == NULL || strcasecmp(rcpt, rounds->all[i].rcpt) == 0))
            settle(&rounds->all[i], ROUNDS_REFUSED, t_ns);
}

static void note_handed(struct rounds_of *of, int64_t t_ns)
{
    of->handed_ns = t_ns < of->handed_ns ? t_ns : of->handed_ns;
}

void rounds_handed(struct rounds *rounds, const char *msg, unsigned n, int64_t t_ns)
{
    for (size_t i = 0; i < rounds->count; i++)
        if (is_of(&rounds->all[i], msg, n) && rounds->all[i].ended != ROUNDS_REFUSED)
            note_handed(&rounds->all[i], t_ns);
}

void rounds_submitted(struct rounds *rounds, const char *msg, unsigned n, int64_t t_ns)
{
    rounds_handed(rounds, msg, n, t_ns);
    for (size_t i = 0; i < rounds->count; i++)
        if (is_of(&rounds->all[i], msg, n) && rounds->all[i].ended != ROUNDS_REFUSED)
            rounds->all[i].submitted_ns = t_ns;
}

static bool asks_for(const struct rounds_of *of, const struct burst *burst)
{
    return strcasecmp(address_domain(of->rcpt), burst->domain) == 0 && attempt_pending(of, burst->asked.first_ns);
}

/* Questions that no connect followed were an attempt of their own, when the answers left nothing to connect to. */
static void end_burst(struct rounds *rounds, struct burst *burst)
{
    struct try try = {.t_ns = burst->asked.first_ns};
    const struct submission *last = NULL;
    bool failed = burst->failed && !burst->used;
    for (size_t i = 0; i < rounds->count && failed; i++)
        if (asks_for(&rounds->all[i], burst) && rounds->all[i].submission != last) {
            try.shared_by += last != NULL;
            last = rounds->all[i].submission;
        }
    for (size_t i = 0; i < rounds->count && failed; i++) {
        struct rounds_of *of = &rounds->all[i];
        if (asks_for(of, burst)) {
            (void)contact(rounds, of, &try);
            of->list[of->count - 1].last_ns = burst->asked.last_ns;
            of->list[of->count - 1].over = true;
        }
    }
    burst->used = true;
}

void rounds_dns(struct rounds *rounds, const char *name, int64_t t_ns)
{
    struct burst *burst = burst_of(rounds, name);
    if (burst == NULL)
        return;
    if (burst->asked.first_ns != NO_TIME && t_ns - burst->asked.last_ns < BURST_IDLE && !burst->used) {
        burst->asked.last_ns = t_ns;
        return;
    }
    end_burst(rounds, burst);
    *burst = (struct burst){burst->domain, {t_ns, t_ns}, false, false};
}

/* Hosts have only IPv4 addresses: a missing AAAA is not a failure. */
static bool has_failed(const struct rounds_answer *answer)
{
    return answer->fault != NULL || strcmp(answer->rcode, "NOERROR") != 0 ||
           (strcmp(answer->qtype, "A") == 0 && answer->records == 0);
}

void rounds_dns_answer(struct rounds *rounds, const struct rounds_answer *answer)
{
    for (size_t i = 0; i < rounds->burst_count && has_failed(answer); i++) {
        struct burst *burst = &rounds->bursts[i];
        if (strcasecmp(burst->domain, answer->qname) == 0 ||
            scenario_is_mx_of(rounds->scenario, answer->qname, burst->domain))
            burst->failed = true;
    }
}

static void note_connect(struct rounds *rounds, const char *host)
{
    for (size_t i = 0; i < rounds->burst_count; i++)
        if (scenario_is_mx_of(rounds->scenario, host, rounds->bursts[i].domain))
            rounds->bursts[i].used = true;
}

void rounds_connect(struct rounds *rounds, unsigned conn, const char *host, int64_t t_ns)
{
    const struct host *known = scenario_host(rounds->scenario, host);
    if (known == NULL)
        return;
    struct connection *one = mem_zalloc(sizeof *one);
    *one = (struct connection){.conn = conn, .host = known, .t_ns = t_ns, .next = rounds->open};
    rounds->open = one;
    note_connect(rounds, known->name);
}

static bool waits_for(const struct rounds *rounds, const struct rounds_of *of, const char *host, int64_t t_ns)
{
    return attempt_pending(of, t_ns) && scenario_is_mx_of(rounds->scenario, host, address_domain(of->rcpt));
}

/* How likely it is that a contact that names no recipient was for this recipient. */
enum likely { NOT_MEANT, JUST_TRIED, MEANT, LIKELIHOODS };

static enum likely likely(const struct rounds *rounds, const struct rounds_of *of, const struct try *try)
{
    if (!waits_for(rounds, of, try->host, try->t_ns))
        return NOT_MEANT;
    return attempt_tried_just_now(of, try) ? JUST_TRIED : MEANT;
}

static bool has_sender(const struct rounds_of *of, const char *sender)
{
    return sender == NULL || strcasecmp(of->submission->from, sender) == 0;
}

/* sender: only recipients of messages from there; NULL: any. Returns whether there are any. */
static bool contact_pending(struct rounds *rounds, struct try *try, const char *sender)
{
    unsigned count[LIKELIHOODS] = {0}, messages = 0;
    const struct submission *last = NULL;
    enum likely *how = mem_zalloc((rounds->count + 1) * sizeof *how);
    for (size_t i = 0; i < rounds->count; i++) {
        const struct rounds_of *of = &rounds->all[i];
        how[i] = has_sender(of, sender) ? likely(rounds, of, try) : NOT_MEANT;
        count[how[i]]++;
        messages += how[i] != NOT_MEANT && of->submission != last;
        last = how[i] != NOT_MEANT ? of->submission : last;
    }
    enum likely meant = count[MEANT] > 0 ? MEANT : JUST_TRIED;
    try->pending = count[meant];
    try->shared_by = (messages > 0 ? messages - 1 : 0) + try->foreign;
    for (size_t i = 0; i < rounds->count; i++)
        if (how[i] == meant)
            (void)contact(rounds, &rounds->all[i], try);
    free(how);
    return messages > 0;
}

void rounds_connect_failed(struct rounds *rounds, const char *host, int64_t t_ns)
{
    const struct host *known = scenario_host(rounds->scenario, host);
    if (known == NULL)
        return;
    note_connect(rounds, known->name);
    (void)contact_pending(rounds, &(struct try){.host = known->name, .t_ns = t_ns}, NULL);
}

static struct connection **find_open(struct rounds *rounds, unsigned conn)
{
    struct connection **at = &rounds->open;
    while (*at != NULL && (*at)->conn != conn)
        at = &(*at)->next;
    return at;
}

static struct named *named_on(const struct connection *one, const struct rounds_of *of)
{
    for (size_t i = 0; i < one->named_count; i++)
        if (one->named[i].of == of)
            return &one->named[i];
    return NULL;
}

/* The connect's time opens the round, unless the connection is an old one in use again. */
static int64_t opens_at(const struct connection *one, int64_t t_ns)
{
    return t_ns - one->t_ns > ROUND_IDLE ? t_ns : one->t_ns;
}

/*
 * A MAIL that no RCPT followed, or a connection without any: its recipients are unknown. A reverse-path that no
 * submission has may be a rewritten one, or belong to another message; an empty one belongs to a bounce.
 */
static void end_nameless(struct rounds *rounds, struct connection *one)
{
    struct try try = {.host = one->host->name, .conn = one->conn, .txn = one->txn, .t_ns = one->t_ns};
    if (one->txn == 0 && one->named_count == 0)
        (void)contact_pending(rounds, &try, NULL);
    if (one->sender == NULL || one->said)
        return;
    try.t_ns = opens_at(one, one->mail_ns);
    bool found = contact_pending(rounds, &try, one->sender);
    if (!found && try.t_ns != one->mail_ns) { /* handed over since the connect */
        try.t_ns = one->mail_ns;
        found = contact_pending(rounds, &try, one->sender);
    }
    if (!found && one->sender[0] != '\0') {
        try.foreign = true;
        (void)contact_pending(rounds, &try, NULL);
    }
}

void rounds_mail(struct rounds *rounds, unsigned conn, unsigned txn, const char *reverse_path, int64_t t_ns)
{
    struct connection *one = *find_open(rounds, conn);
    if (one == NULL || txn == one->txn)
        return;
    if (one->txn > 0)
        end_nameless(rounds, one);
    free(one->sender);
    one->sender = mem_strdup(reverse_path);
    one->said = false;
    one->txn = txn;
    one->mail_ns = t_ns;
}

/* A pipelined RCPT whose MAIL was refused is in no transaction, and still names a recipient of that one. */
static struct rounds_of *after_refused_mail(struct rounds *rounds, const struct connection *one, const char *rcpt)
{
    const struct submission *of = one->sender != NULL ? scenario_submission(rounds->scenario, one->sender, rcpt) : NULL;
    return of != NULL ? find(rounds, of->id, of->n, rcpt) : NULL;
}

unsigned rounds_rcpt(struct rounds *rounds, unsigned conn, const char *msg, unsigned n, const char *rcpt, int64_t t_ns)
{
    struct connection *one = *find_open(rounds, conn);
    if (one == NULL)
        return 0;
    one->said = true;
    struct rounds_of *of = msg != NULL ? find(rounds, msg, n, rcpt) : after_refused_mail(rounds, one, rcpt);
    if (of == NULL)
        return 0;
    struct named *named = named_on(one, of);
    if (named == NULL) {
        int64_t at = opens_at(one, t_ns);
        struct try try = {.host = one->host->name, .conn = conn, .txn = one->txn, .pending = msg == NULL};
        note_handed(of, t_ns); /* by a target that relays while it still receives */
        try.t_ns = at < of->handed_ns ? t_ns : at;
        one->named = mem_realloc(one->named, one->named_count + 1, sizeof *one->named);
        named = &one->named[one->named_count++];
        named->of = of;
        named->round = contact(rounds, of, &try);
    }
    of->list[named->round].last_ns = t_ns;
    return (unsigned)named->round + 1;
}

void rounds_closed(struct rounds *rounds, unsigned conn, int64_t t_ns)
{
    struct connection **at = find_open(rounds, conn);
    struct connection *one = *at;
    (void)t_ns;
    if (one == NULL)
        return;
    end_nameless(rounds, one);
    *at = one->next;
    free(one->sender);
    free(one->named);
    free(one);
}

void rounds_end(struct rounds *rounds, int64_t t_ns)
{
    while (rounds->open != NULL)
        rounds_closed(rounds, rounds->open->conn, t_ns);
    for (size_t i = 0; i < rounds->burst_count; i++)
        if (rounds->bursts[i].asked.first_ns != NO_TIME)
            end_burst(rounds, &rounds->bursts[i]);
}
