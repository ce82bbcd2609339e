#include "relay/access/bans.h"

/* ---- wrong passwords ---- */

static size_t find_counted(const struct bans *bans, struct ip client)
{
    size_t at = 0;
    while (at < bans->counted_count && !ip_eq(bans->counted[at].client, client))
        at++;
    return at;
}

/* In a full table, it takes the place of the one that failed longest ago. */
static size_t add_counted(struct bans *bans, struct ip client)
{
    size_t at = 0;
    if (bans->counted_count < BANS_COUNTED_MAX)
        at = bans->counted_count++;
    else
        for (size_t i = 1; i < BANS_COUNTED_MAX; i++)
            if (bans->counted[i].last_s < bans->counted[at].last_s)
                at = i;
    bans->counted[at].client = client;
    bans->counted[at].last_s = bans->counted[at].failures = 0;
    return at;
}

bool bans_fail(struct bans *bans, struct ip client, int64_t after, int64_t time_s, int64_t now_s)
{
    size_t at = find_counted(bans, client);
    if (after == 0)
        return false;
    if (at == bans->counted_count)
        at = add_counted(bans, client);
    if (bans->counted[at].last_s + time_s <= now_s)
        bans->counted[at].failures = 0;
    bans->counted[at].last_s = now_s;
    return ++bans->counted[at].failures >= after;
}

void bans_forgive(struct bans *bans, struct ip client)
{
    size_t at = find_counted(bans, client);
    if (at < bans->counted_count)
        bans->counted[at] = bans->counted[--bans->counted_count];
}

/* ---- bans ---- */

static size_t find(const struct bans *bans, struct ip client)
{
    size_t at = 0;
    while (at < bans->count && !ip_eq(bans->all[at].client, client))
        at++;
    return at;
}

const struct ban *bans_find(const struct bans *bans, struct ip client, int64_t now_s)
{
    size_t at = find(bans, client);
    return at < bans->count && bans->all[at].until_s > now_s ? &bans->all[at] : NULL;
}

static void remove_at(struct bans *bans, size_t at)
{
    bans->all[at] = bans->all[--bans->count];
}

static size_t find_oldest(const struct bans *bans)
{
    size_t at = 0;
    for (size_t i = 1; i < bans->count; i++)
        if (bans->all[i].since_s < bans->all[at].since_s)
            at = i;
    return at;
}

struct ban bans_add(struct bans *bans, const struct ban *ban)
{
    struct ban gone = {0};
    (void)bans_lift(bans, ban->client);
    if (bans->count == BANS_MAX) {
        size_t oldest = find_oldest(bans);
        gone = bans->all[oldest];
        remove_at(bans, oldest);
    }
    bans->all[bans->count++] = *ban;
    return gone;
}

bool bans_lift(struct bans *bans, struct ip client)
{
    size_t at = find(bans, client);
    if (at == bans->count)
        return false;
    remove_at(bans, at);
    bans_forgive(bans, client);
    return true;
}
