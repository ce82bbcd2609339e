#include "relay/ingress/throttle.h"

/* ---- a bucket is one time: content = (now - empty_since) / every, at most full ---- */

static bool has_token(const struct throttle_bucket *bucket, int64_t every_ns, int64_t now_ns)
{
    return now_ns - bucket->empty_since_ns >= every_ns;
}

static void take_token(struct throttle_bucket *bucket, int64_t every_ns, int64_t full, int64_t now_ns)
{
    int64_t since =
        now_ns - bucket->empty_since_ns > full * every_ns ? now_ns - full * every_ns : bucket->empty_since_ns;
    bucket->empty_since_ns = since + every_ns;
}

/* ---- clients ---- */

static struct throttle_bucket *find(const struct throttle *throttle, struct in_addr client)
{
    for (size_t i = 0; i < throttle->count; i++)
        if (throttle->clients[i].client.s_addr == client.s_addr)
            return (struct throttle_bucket *)&throttle->clients[i].guesses;
    return NULL;
}

/* A new one has a full bucket; in a full table it takes the place of the fullest. */
static struct throttle_bucket *add(struct throttle *throttle, struct in_addr client)
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

bool throttle_allows_guess(const struct throttle *throttle, struct in_addr client, int64_t now_ns)
{
    const struct throttle_bucket *guesses = find(throttle, client);
    return guesses == NULL || has_token(guesses, THROTTLE_GUESS_EVERY, now_ns);
}

bool throttle_allows_hash(const struct throttle *throttle, int64_t now_ns)
{
    return has_token(&throttle->hashes, THROTTLE_HASH_EVERY, now_ns);
}

void throttle_hashed(struct throttle *throttle, int64_t now_ns)
{
    take_token(&throttle->hashes, THROTTLE_HASH_EVERY, THROTTLE_HASHES, now_ns);
}

void throttle_wrong(struct throttle *throttle, struct in_addr client, int64_t now_ns)
{
    struct throttle_bucket *guesses = find(throttle, client);
    if (guesses == NULL)
        guesses = add(throttle, client);
    take_token(guesses, THROTTLE_GUESS_EVERY, THROTTLE_GUESSES, now_ns);
}
