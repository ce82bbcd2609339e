#include "relay/ingress/auth.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/text/password.h"
#include "relay/ingress/throttle.h"
#include "relay/tls/digest.h"

#define REMEMBERED   64
#define REMEMBER_FOR (5 * 60 * NS_PER_S)

struct auth {
    const struct config *config;
    uint8_t key[DIGEST_BYTES];
    struct {
        uint8_t digest[DIGEST_BYTES];
        int64_t until_ns;
    } good[REMEMBERED];
    size_t next;
    struct throttle throttle;
};

struct auth *auth_new(const struct config *config)
{
    struct auth *auth = mem_zalloc(sizeof *auth);
    auth->config = config;
    digest_random_key(auth->key);
    return auth;
}

void auth_free(struct auth *auth)
{
    if (auth == NULL)
        return;
    explicit_bzero(auth, sizeof *auth);
    free(auth);
}

static const char *find_hash(const struct config *config, const char *user)
{
    for (size_t i = 0; i < config->users.count; i++)
        if (strcmp(config->users.entries[i].key, user) == 0)
            return *(const char *const *)config->users.entries[i].value;
    return NULL;
}

bool auth_knows(const struct auth *auth, const char *user)
{
    return find_hash(auth->config, user) != NULL;
}

static bool matches_hash(const char *password, const char *hash)
{
    char *got = password_hash(password, hash);
    bool good = got != NULL && strlen(got) == strlen(hash) && digest_equal(got, hash, strlen(hash));
    if (got != NULL)
        explicit_bzero(got, strlen(got));
    free(got);
    return good;
}

bool auth_can_use(const char *hash)
{
    static const struct {
        const char *prefix;
        size_t tail; /* characters behind the last $ */
    } kinds[] = {{"$y$", 43}, {"$2b$", 53}, {"$6$", 86}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(hash, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            return password_has_kind(hash) && strlen(strrchr(hash, '$') + 1) == kinds[i].tail;
    return false;
}

static void make_digest(const struct auth *auth, const char *user, const char *password, const char *hash,
                        uint8_t out[DIGEST_BYTES])
{
    char *all = mem_printf("%zu:%s%zu:%s%s", strlen(user), user, strlen(password), password, hash);
    digest_hmac(auth->key, all, strlen(all), out);
    explicit_bzero(all, strlen(all));
    free(all);
}

static bool is_remembered(const struct auth *auth, const uint8_t digest[DIGEST_BYTES], int64_t now_ns)
{
    for (size_t i = 0; i < REMEMBERED; i++)
        if (auth->good[i].until_ns > now_ns && digest_equal(auth->good[i].digest, digest, DIGEST_BYTES))
            return true;
    return false;
}

static void remember(struct auth *auth, const uint8_t digest[DIGEST_BYTES], int64_t now_ns)
{
    memcpy(auth->good[auth->next].digest, digest, DIGEST_BYTES);
    auth->good[auth->next].until_ns = now_ns + REMEMBER_FOR;
    auth->next = (auth->next + 1) % REMEMBERED;
}

/* As dear for an unknown user as for a known one: with the first user's hash, since all are mostly of one kind. */
static bool is_right(const struct auth *auth, const char *hash, const char *password)
{
    static const char none[] = "$6$rounds=1000$unknownuser$";
    const struct yaml_map *users = &auth->config->users;
    if (hash != NULL)
        return matches_hash(password, hash);
    (void)matches_hash(password, users->count > 0 ? *(const char **)users->entries[0].value : none);
    return false;
}

enum auth_answer auth_check(struct auth *auth, struct in_addr client, const char *user, const char *password,
                            int64_t now_ns)
{
    uint8_t digest[DIGEST_BYTES];
    const char *hash = find_hash(auth->config, user);
    make_digest(auth, user, password, hash != NULL ? hash : "", digest);
    if (!throttle_allows_guess(&auth->throttle, client, now_ns))
        return AUTH_LATER;
    if (hash != NULL && is_remembered(auth, digest, now_ns))
        return AUTH_GOOD;
    if (!throttle_allows_hash(&auth->throttle, now_ns))
        return AUTH_LATER;
    throttle_hashed(&auth->throttle, now_ns);
    if (!is_right(auth, hash, password)) {
        throttle_wrong(&auth->throttle, client, now_ns);
        return AUTH_WRONG;
    }
    remember(auth, digest, now_ns);
    return AUTH_GOOD;
}
