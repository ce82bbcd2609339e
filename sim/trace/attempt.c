#include "sim/trace/attempt.h"

#include <string.h>

#include "lib/base/mem.h"

#define ROUNDS_MAX 100000
#define AT_ONCE    NS_PER_S

/*
 * Called when the contact is over. A recipient that is delivered at that instant was delivered by another contact. One
 * that is bounced or refused at that instant may still belong to this one, whose connection the bounce, or the end of
 * the submit command, has overtaken.
 */
bool attempt_pending(const struct rounds_of *of, int64_t t_ns)
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

static void note_contact(struct round *round, size_t at, const struct try *try)
{
    round->hosts[at] = try->host;
    round->contacts[at].alike = try->pending > 0 ? round->contacts[at].alike + 1 : 0;
    round->contacts[at].t_ns = try->t_ns;
    round->contacts[at].conn = try->conn;
    round->contacts[at].txn = try->txn;
    round->contacts[at].named = try->pending == 0;
}

/* A connection that ended late was a round of its own when it began. */
static size_t insert_round(struct rounds_of *of, const struct try *try)
{
    size_t at = of->count;
    open_round(of, try->t_ns);
    for (; at > 0 && of->list[at - 1].open_ns > try->t_ns; at--)
        of->list[at] = of->list[at - 1];
    of->list[at] =
        (struct round){.open_ns = try->t_ns, .last_ns = try->t_ns, .host_count = 1, .shared_by = try->shared_by};
    note_contact(&of->list[at], 0, try);
    return at;
}

/* Whether another contact of a host already tried still belongs to the same round. */
static bool goes_on(const struct round *round, int at, int64_t t_ns, unsigned may_repeat)
{
    return round->contacts[at].t_ns == t_ns && round->contacts[at].alike > 0 && round->contacts[at].alike < may_repeat;
}

/* A new round, from the question before it on, when one was asked. */
static struct round *next_round(struct rounds_of *of, const struct try *try, const struct question *question)
{
    const struct round *now = of->count > 0 ? &of->list[of->count - 1] : NULL;
    bool asked = question->first_ns >= of->handed_ns && question->first_ns <= try->t_ns &&
                 try->t_ns - question->last_ns <= ROUND_IDLE && (now == NULL || question->first_ns > now->last_ns);
    if (of->count == ROUNDS_MAX)
        return NULL;
    open_round(of, asked ? question->first_ns : try->t_ns);
    of->list[of->count - 1].shared_by = try->shared_by;
    return &of->list[of->count - 1];
}

bool attempt_tried_just_now(const struct rounds_of *of, const struct try *try)
{
    const struct round *now = of->count > 0 ? &of->list[of->count - 1] : NULL;
    int at = now != NULL ? tried(now, try->host) : -1;
    return at >= 0 && now->contacts[at].t_ns <= try->t_ns && try->t_ns - now->contacts[at].t_ns < AT_ONCE;
}

size_t attempt_contact(struct rounds_of *of, const struct try *try, const struct question *question)
{
    struct round *now = of->count > 0 ? &of->list[of->count - 1] : NULL;
    int at = now != NULL ? tried(now, try->host) : -1;
    if (now != NULL && try->host != NULL && try->t_ns < now->open_ns &&
        (at >= 0 || now->open_ns - try->t_ns > ROUND_IDLE) && of->count < ROUNDS_MAX) {
        return insert_round(of, try);
    }
    if (now == NULL || now->over || try->t_ns - now->last_ns > ROUND_IDLE ||
        (at >= 0 && !goes_on(now, at, try->t_ns, try->pending > 0 ? try->pending : UINT32_MAX))) {
        now = next_round(of, try, question);
        at = -1;
    }
    if (now == NULL)
        return of->count - 1;
    now->last_ns = try->t_ns > now->last_ns ? try->t_ns : now->last_ns;
    now->shared_by = try->shared_by < now->shared_by ? try->shared_by : now->shared_by;
    if (try->host != NULL && (at >= 0 || now->host_count < ROUND_HOSTS_MAX))
        note_contact(now, at < 0 ? now->host_count++ : (size_t)at, try);
    return of->count - 1;
}
