#include "relay/ingress/throttle.h"

/* ---- a bucket is one time: content = now - empty_since, at most full ---- */

static void take(struct throttle_bucket *bucket, int64_t amount_ns, int64_t full_ns, int64_t now_ns)
{
    int64_t since = now_ns - bucket->empty_since_ns > full_ns ? now_ns - full_ns : bucket->empty_since_ns;
    bucket->empty_since_ns = since + amount_ns;
}

/* ---- clients ---- */

static struct throttle_bucket *find(const struct throttle *throttle, struct ip client)
{
    for (size_t i = 0; i < throttle->count; i++)
        if (ip_eq(throttle->clients[i].client, client))
            return (struct throttle_bucket *)&throttle->clients[i].guesses;
    return NULL;
}

/* A new one has a full bucket; in a full table it replaces the fullest. */
static struct throttle_bucket *add(struct throttle *throttle, struct ip client)
{
    size_t at = 0;
    if (throttle->count < THROTTLE_CLIENTS)
        at = throttle->count++;
    else
        for (size_t i = 1; i < THROTTLE_CLIENTS; i++)
            if (throttle->clients[i].guesses.empty_since_ns < throttle->clients[at].guesses.empty_since_ns)
                at = i;
    throttle->clients[at].client = client;
    throttle->clients[at].guesses.empty_since_ns = INT64_MIN / 2;
    return &throttle->clients[at].guesses;
}

bool throttle_allows_guess(const struct throttle *throttle, struct ip client, int64_t now_ns)
{
    const struct throttle_bucket *guesses = find(throttle, client);
    return guesses == NULL || now_ns - guesses->empty_since_ns >= THROTTLE_GUESS_EVERY;
}

void throttle_guess(struct throttle *throttle, struct ip client, int64_t now_ns)
{
    struct throttle_bucket *guesses = find(throttle, client);
    if (guesses == NULL)
        guesses = add(throttle, client);
    take(guesses, THROTTLE_GUESS_EVERY, THROTTLE_GUESSES * THROTTLE_GUESS_EVERY, now_ns);
}

void throttle_give_back(struct throttle *throttle, struct ip client)
{
    struct throttle_bucket *guesses = find(throttle, client);
    if (guesses != NULL)
        guesses->empty_since_ns -= THROTTLE_GUESS_EVERY;
}

/* ---- all together ---- */

int64_t throttle_hash_at_ns(const struct throttle *throttle)
{
    return throttle->cpu.empty_since_ns;
}

void throttle_hashed(struct throttle *throttle, int64_t cost_ns, int64_t now_ns)
{
    int64_t cost = cost_ns > THROTTLE_HASH_LEAST ? cost_ns : THROTTLE_HASH_LEAST;
    take(&throttle->cpu, cost * THROTTLE_CPU_EVERY, THROTTLE_CPU * THROTTLE_CPU_EVERY, now_ns);
}

void throttle_init(struct throttle *throttle)
{
    *throttle = (struct throttle){.cpu.empty_since_ns = INT64_MIN / 2};
}
