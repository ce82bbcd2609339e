#include "relay/ingress/auth.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "relay/ingress/throttle.h"
#include "relay/tls/digest.h"

#define REMEMBERED   64
#define REMEMBER_FOR (5 * 60 * NS_PER_S)

struct auth {
    struct access *access;
    struct loop *loop;
    uint8_t key[DIGEST_BYTES];
    struct {
        uint8_t digest[DIGEST_BYTES];
        int64_t until_ns;
    } good[REMEMBERED];
    size_t next;
    struct throttle throttle;
    struct hasher *hasher;
    struct list waiting;            /* struct auth_question, by turn; the helper has at most one more */
    struct auth_question *compared; /* the helper processes it; NULL = none, or it was cancelled */
    uint64_t turn;                  /* of the last that the helper got */
    struct timer timer;             /* for CPU time, or for the first that has waited too long */
};

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

/* An unknown user costs as much as a known one: the hash of another, since all are mostly of one kind. */
static const char *hash_to_compare(const struct auth *auth, const char *hash)
{
    static const char none[] = "$6$rounds=1000$unknownuser$";
    const char *any = access_any_hash(auth->access);
    return hash != NULL ? hash : any != NULL ? any : none;
}

/* ---- questions ---- */

static void forget(struct auth_question *question)
{
    explicit_bzero(question->password, strlen(question->password));
    free(question->password);
    free(question->user);
    free((char *)question->hash);
    question->password = question->user = NULL;
    question->hash = NULL;
}

static void give_answer(struct auth *auth, struct auth_question *question, enum auth_answer answer)
{
    if (answer == AUTH_GOOD)
        question->principal = principal_of_account(question->user, NULL);
    if (answer != AUTH_WRONG && question->counted)
        throttle_give_back(&auth->throttle, question->client);
    if (answer == AUTH_GOOD || (answer == AUTH_WRONG && question->counted))
        access_note(auth->access, question->client, answer == AUTH_GOOD);
    forget(question);
    question->on_answer(question->arg, answer);
}

static bool is_same(const struct auth_question *a, const struct auth_question *b)
{
    return digest_equal(a->digest, b->digest, DIGEST_BYTES);
}

/* The turn after the last of the same client, and whether one of those is the same question. */
static void find_turn(struct auth *auth, struct auth_question *question)
{
    const struct auth_question *compared = auth->compared;
    bool same = compared != NULL && ip_eq(compared->client, question->client) && is_same(compared, question);
    question->turn = auth->turn;
    LIST_EACH (struct auth_question, link, other, &auth->waiting)
        if (ip_eq(other->client, question->client)) {
            question->turn = other->turn + 1;
            same = same || is_same(other, question);
        }
    question->counted = !same;
}

static struct auth_question *last_in_turn(const struct auth *auth)
{
    return LIST_ITEM(struct auth_question, link, auth->waiting.head.prev);
}

static bool make_room(struct auth *auth, const struct auth_question *question)
{
    if (auth->waiting.count < AUTH_WAITING_MAX)
        return true;
    struct auth_question *last = last_in_turn(auth);
    if (last->turn <= question->turn)
        return false;
    list_remove(&auth->waiting, &last->link);
    give_answer(auth, last, AUTH_LATER);
    return true;
}

static bool wait_in_turn(struct auth *auth, struct auth_question *question)
{
    find_turn(auth, question);
    if (!make_room(auth, question))
        return false;
    struct list_link *at = &auth->waiting.head;
    while (at->prev != &auth->waiting.head && LIST_ITEM(struct auth_question, link, at->prev)->turn > question->turn)
        at = at->prev;
    list_insert_before(&auth->waiting, at, &question->link);
    return true;
}

/* ---- one after another to the helper ---- */

static void expire(struct auth *auth, int64_t now_ns)
{
    LIST_EACH_SAFE (struct auth_question, link, question, next, &auth->waiting)
        if (question->until_ns <= now_ns) {
            list_remove(&auth->waiting, &question->link);
            give_answer(auth, question, AUTH_LATER);
        }
}

static void set_timer(struct auth *auth, int64_t hash_at_ns)
{
    int64_t at_ns = hasher_busy(auth->hasher) ? INT64_MAX : hash_at_ns;
    LIST_EACH (struct auth_question, link, question, &auth->waiting)
        if (question->until_ns < at_ns)
            at_ns = question->until_ns;
    timer_stop(&auth->timer);
    if (auth->waiting.count > 0)
        timer_set_at(&auth->timer, at_ns);
}

static void work(struct auth *auth)
{
    int64_t now_ns = loop_now_ns(auth->loop);
    struct auth_question *first;
    expire(auth, now_ns);
    while (!hasher_busy(auth->hasher) && throttle_hash_at_ns(&auth->throttle) <= now_ns &&
           (first = LIST_FIRST(struct auth_question, link, &auth->waiting)) != NULL) {
        list_remove(&auth->waiting, &first->link);
        auth->turn = first->turn;
        if (hasher_compare(auth->hasher, first->password, first->hash)) {
            auth->compared = first;
        } else {
            throttle_hashed(&auth->throttle, 0, now_ns);
            give_answer(auth, first, AUTH_LATER);
        }
    }
    set_timer(auth, throttle_hash_at_ns(&auth->throttle));
}

static void on_timer(void *arg)
{
    work(arg);
}

/* The user may have gone, or have another password, since the question was asked. */
static enum auth_answer judge(struct auth *auth, const struct auth_question *question, enum hasher_verdict verdict)
{
    const char *hash = access_hash(auth->access, question->user);
    if (verdict == HASHER_FAILED)
        return AUTH_LATER;
    if (verdict == HASHER_DIFFERENT || hash == NULL || strcmp(hash, question->hash) != 0)
        return AUTH_WRONG;
    remember(auth, question->digest, loop_now_ns(auth->loop));
    return AUTH_GOOD;
}

/* All that asked the same question get the same answer. */
static void answer_all(struct auth *auth, struct auth_question *question, enum auth_answer answer)
{
    struct auth_question compared = *question;
    give_answer(auth, question, answer);
    LIST_EACH_SAFE (struct auth_question, link, other, next, &auth->waiting)
        if (answer != AUTH_LATER && is_same(other, &compared)) {
            list_remove(&auth->waiting, &other->link);
            give_answer(auth, other, answer);
        }
}

static void on_verdict(void *arg, enum hasher_verdict verdict, int64_t cost_ns)
{
    struct auth *auth = arg;
    struct auth_question *question = auth->compared;
    auth->compared = NULL;
    throttle_hashed(&auth->throttle, cost_ns, loop_now_ns(auth->loop));
    if (question != NULL)
        answer_all(auth, question, judge(auth, question, verdict));
    work(auth);
}

/* ---- asking ---- */

bool auth_may_guess(const struct auth *auth, struct ip client)
{
    return throttle_allows_guess(&auth->throttle, client, loop_now_ns(auth->loop)) &&
           !access_is_banned(auth->access, client);
}

/* What needed no hash. */
static enum auth_answer take_proof(struct auth *auth, struct ip client, bool good)
{
    if (!good)
        throttle_guess(&auth->throttle, client, loop_now_ns(auth->loop));
    access_note(auth->access, client, good);
    return good ? AUTH_GOOD : AUTH_WRONG;
}

enum auth_answer auth_take_proof(struct auth *auth, struct auth_question *question, struct ip client, const char *user,
                                 bool proved)
{
    if (!auth_may_guess(auth, client))
        return AUTH_LATER;
    if (proved)
        question->principal = principal_of_account(user, NULL);
    return take_proof(auth, client, proved);
}

enum auth_answer auth_ask(struct auth *auth, struct auth_question *question, struct ip client, const char *user,
                          const char *password)
{
    int64_t now_ns = loop_now_ns(auth->loop);
    const char *hash = access_hash(auth->access, user);
    make_digest(auth, user, password, hash != NULL ? hash : "", question->digest);
    if (!auth_may_guess(auth, client))
        return AUTH_LATER;
    enum access_verdict key = access_check_key(auth->access, user, password, &question->principal);
    if (key != ACCESS_NO_KEY)
        return take_proof(auth, client, key == ACCESS_KEY_GOOD);
    if (hash != NULL && is_remembered(auth, question->digest, now_ns)) {
        question->principal = principal_of_account(user, NULL);
        return take_proof(auth, client, true);
    }
    question->client = client;
    question->until_ns = now_ns + AUTH_PATIENCE;
    if (!wait_in_turn(auth, question))
        return AUTH_LATER;
    if (question->counted)
        throttle_guess(&auth->throttle, client, now_ns);
    question->user = mem_strdup(user);
    question->password = mem_strdup(password);
    question->hash = mem_strdup(hash_to_compare(auth, hash));
    timer_set_after(&auth->timer, 0); /* never an answer from inside the question */
    return AUTH_PENDING;
}

void auth_cancel(struct auth *auth, struct auth_question *question)
{
    principal_fini(&question->principal);
    if (question->password == NULL)
        return;
    if (auth->compared == question)
        auth->compared = NULL;
    else
        list_remove(&auth->waiting, &question->link);
    forget(question);
}

/* ---- life ---- */

struct auth *auth_new(struct access *access, struct loop *loop, struct log *log, hasher_spawn_fn *spawn)
{
    struct auth *auth = mem_zalloc(sizeof *auth);
    auth->access = access;
    auth->loop = loop;
    auth->hasher = hasher_new(loop, log, spawn, on_verdict, auth);
    digest_random_key(auth->key);
    throttle_init(&auth->throttle);
    list_init(&auth->waiting);
    timer_init(&auth->timer, loop, on_timer, auth);
    return auth;
}

void auth_free(struct auth *auth)
{
    if (auth == NULL)
        return;
    rl_assert(auth->waiting.count == 0 && auth->compared == NULL);
    timer_stop(&auth->timer);
    hasher_free(auth->hasher);
    explicit_bzero(auth, sizeof *auth);
    free(auth);
}
