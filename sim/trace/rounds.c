#include "sim/trace/rounds.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define ROUND_IDLE (15 * 60 * NS_PER_S)
#define BURST_IDLE (60 * NS_PER_S) /* questions closer than this belong together */
#define NO_TIME    INT64_MAX
#define ROUNDS_MAX 100000

/* A connection that is open, or DNS questions that no connect followed yet. */
struct connection {
    unsigned conn;
    const struct host *host;
    int64_t t_ns;
    struct rounds_of **named; /* by its transactions */
    size_t named_count;
    struct connection *next;
};

struct burst {
    const char *domain; /* of a submission's recipient */
    int64_t first_ns, last_ns;
    bool failed; /* one of them had no good answer */
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

static struct burst *burst_of(struct rounds *rounds, const char *domain)
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
                    (struct burst){address_domain(to), NO_TIME, NO_TIME, false, true};
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
        free(rounds->open->named);
        free(rounds->open);
        rounds->open = next;
    }
    free(rounds->all);
    free(rounds->bursts);
    free(rounds);
}

/* ---- one recipient ---- */

/*
 * Asked when the contact is over: who is delivered at that instant was so by another one, and who is bounced or refused
 * at that instant may be so for this one, whose connection the bounce, or the end of the submit command, has overtaken.
 */
static bool is_pending(const struct rounds_of *of, int64_t t_ns)
{
    return of->handed_ns <= t_ns &&
           (of->settled_ns > t_ns || (of->ended != ROUNDS_DELIVERED && of->settled_ns == t_ns));
}

/* The index of a host in the round, or -1. */
static int tried(const struct round *round, const char *host)
{
    for (size_t i = 0; host != NULL && i < round->host_count; i++)
        if (strcmp(round->hosts[i], host) == 0)
            return (int)i;
    return -1;
}

static void open_round(struct rounds_of *of, int64_t open_ns)
{
    if (of->count == of->room) {
        of->room = of->room > 0 ? 2 * of->room : 16;
        of->list = mem_realloc(of->list, of->room, sizeof *of->list);
    }
    of->list[of->count++] = (struct round){.open_ns = open_ns, .last_ns = open_ns};
}

/* A connection that ended late was a round of its own when it began. */
static void insert_round(struct rounds_of *of, const char *host, int64_t open_ns)
{
    size_t at = of->count;
    open_round(of, open_ns);
    for (; at > 0 && of->list[at - 1].open_ns > open_ns; at--)
        of->list[at] = of->list[at - 1];
    of->list[at] = (struct round){.open_ns = open_ns, .last_ns = open_ns, .hosts = {host}, .host_count = 1};
}

/* Whether another contact of a host already tried belongs to the same round all the same. */
static bool goes_on(const struct round *round, int at, int64_t t_ns, unsigned may_repeat)
{
    return round->contacts[at].t_ns == t_ns && round->contacts[at].alike > 0 && round->contacts[at].alike < may_repeat;
}

/*
 * A host was contacted for this recipient: the present round goes on, or a new one opens. pending: how many messages
 * such a contact may be for; 0 when a transaction says that it is for this one.
 */
static void contact(struct rounds *rounds, struct rounds_of *of, const char *host, int64_t t_ns, unsigned pending)
{
    struct round *now = of->count > 0 ? &of->list[of->count - 1] : NULL;
    int at = now != NULL ? tried(now, host) : -1;
    if (now != NULL && host != NULL && t_ns < now->open_ns && (at >= 0 || now->open_ns - t_ns > ROUND_IDLE) &&
        of->count < ROUNDS_MAX) {
        insert_round(of, host, t_ns);
        return;
    }
    if (now == NULL || now->over || t_ns - now->last_ns > ROUND_IDLE ||
        (at >= 0 && !goes_on(now, at, t_ns, pending > 0 ? pending : UINT32_MAX))) {
        struct burst *burst = burst_of(rounds, address_domain(of->rcpt));
        bool asked = burst->first_ns >= of->handed_ns && burst->first_ns <= t_ns &&
                     t_ns - burst->last_ns <= ROUND_IDLE && (now == NULL || burst->first_ns > now->last_ns);
        if (of->count == ROUNDS_MAX)
            return;
        open_round(of, asked ? burst->first_ns : t_ns);
        now = &of->list[of->count - 1];
        at = -1;
    }
    now->last_ns = t_ns > now->last_ns ? t_ns : now->last_ns;
    if (host == NULL || (at < 0 && now->host_count == ROUND_HOSTS_MAX))
        return;
    if (at < 0) {
        at = (int)now->host_count++;
        now->hosts[at] = host;
    }
    now->contacts[at].alike = pending > 0 ? now->contacts[at].alike + 1 : 0;
    now->contacts[at].t_ns = t_ns;
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

/* Questions that no connect followed were an attempt of their own, when the answers left nothing to connect to. */
static void end_burst(struct rounds *rounds, struct burst *burst)
{
    for (size_t i = 0; i < rounds->count && burst->failed && !burst->used; i++) {
        struct rounds_of *of = &rounds->all[i];
        if (strcasecmp(address_domain(of->rcpt), burst->domain) == 0 && is_pending(of, burst->first_ns)) {
            contact(rounds, of, NULL, burst->first_ns, 0);
            of->list[of->count - 1].last_ns = burst->last_ns;
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
    if (burst->first_ns != NO_TIME && t_ns - burst->last_ns < BURST_IDLE && !burst->used) {
        burst->last_ns = t_ns;
        return;
    }
    end_burst(rounds, burst);
    *burst = (struct burst){burst->domain, t_ns, t_ns, false, false};
}

/* Hosts have IPv4 addresses only: no AAAA is no failure. */
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
    return is_pending(of, t_ns) && scenario_is_mx_of(rounds->scenario, host, address_domain(of->rcpt));
}

static void contact_all_pending(struct rounds *rounds, const char *host, int64_t t_ns)
{
    unsigned pending = 0;
    for (size_t i = 0; i < rounds->count; i++)
        pending += waits_for(rounds, &rounds->all[i], host, t_ns);
    for (size_t i = 0; i < rounds->count; i++)
        if (waits_for(rounds, &rounds->all[i], host, t_ns))
            contact(rounds, &rounds->all[i], host, t_ns, pending);
}

void rounds_connect_failed(struct rounds *rounds, const char *host, int64_t t_ns)
{
    const struct host *known = scenario_host(rounds->scenario, host);
    if (known == NULL)
        return;
    note_connect(rounds, known->name);
    contact_all_pending(rounds, known->name, t_ns);
}

static struct connection **find_open(struct rounds *rounds, unsigned conn)
{
    struct connection **at = &rounds->open;
    while (*at != NULL && (*at)->conn != conn)
        at = &(*at)->next;
    return at;
}

static bool names(const struct connection *one, const struct rounds_of *of)
{
    for (size_t i = 0; i < one->named_count; i++)
        if (one->named[i] == of)
            return true;
    return false;
}

unsigned rounds_rcpt(struct rounds *rounds, unsigned conn, const char *msg, unsigned n, const char *rcpt, int64_t t_ns)
{
    struct rounds_of *of = find(rounds, msg, n, rcpt);
    struct connection *one = *find_open(rounds, conn);
    if (of == NULL || one == NULL)
        return 0;
    if (!names(one, of)) {
        /* The connect's time opens the round, unless the connection is an old one in use again. */
        int64_t at = t_ns - one->t_ns > ROUND_IDLE ? t_ns : one->t_ns;
        note_handed(of, t_ns); /* by a target that relays while it still receives */
        contact(rounds, of, one->host->name, at < of->handed_ns ? t_ns : at, 0);
        one->named = mem_realloc(one->named, one->named_count + 1, sizeof(struct rounds_of *));
        one->named[one->named_count++] = of;
    }
    of->list[of->count - 1].last_ns = t_ns;
    return (unsigned)of->count;
}

void rounds_closed(struct rounds *rounds, unsigned conn, int64_t t_ns)
{
    struct connection **at = find_open(rounds, conn);
    struct connection *one = *at;
    (void)t_ns;
    if (one == NULL)
        return;
    if (one->named_count == 0)
        contact_all_pending(rounds, one->host->name, one->t_ns);
    *at = one->next;
    free(one->named);
    free(one);
}

void rounds_end(struct rounds *rounds, int64_t t_ns)
{
    while (rounds->open != NULL)
        rounds_closed(rounds, rounds->open->conn, t_ns);
    for (size_t i = 0; i < rounds->burst_count; i++)
        if (rounds->bursts[i].first_ns != NO_TIME)
            end_burst(rounds, &rounds->bursts[i]);
}
