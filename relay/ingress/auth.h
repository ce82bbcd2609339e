/*
 * Who a client is, by the password of an account, an API key, or a proof of SCRAM. Passwords are crypt(3) hashes. One
 * comparison may cost milliseconds by design, so a helper process makes it (hasher.h) and the answer comes later; a
 * right password is remembered for five minutes as a keyed digest, and answered at once. An unknown user costs as much
 * as a known one. Keys and proofs need no hash, and are answered at once, too.
 *
 * Questions wait in turn: each client address has one, then each its second, and so on, however many some addresses
 * ask. When too many wait, the last in turn is dropped. The same user and password asked many times at once is compared
 * once. throttle.h limits the guesses of an address, and the CPU time of all together.
 * Limits: AUTH_WAITING_MAX questions, each for AUTH_PATIENCE; then AUTH_LATER.
 */
#ifndef RL_RELAY_AUTH_H
#define RL_RELAY_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/ip.h"
#include "lib/base/list.h"
#include "relay/access/access.h"
#include "relay/ingress/hasher.h"
#include "relay/policy/principal.h"
#include "relay/tls/digest.h"

#define AUTH_WAITING_MAX 128
#define AUTH_PATIENCE    (20 * NS_PER_S)

struct auth;

enum auth_answer {
    AUTH_GOOD, /* question.principal is who that is */
    AUTH_WRONG,
    AUTH_LATER,   /* nothing was compared: this client, or all together, ask for too much, or the helper failed */
    AUTH_PENDING, /* the answer comes through on_answer */
};

/* One question: the caller's memory, from auth_ask to its answer or auth_cancel. */
struct auth_question {
    void (*on_answer)(void *arg, enum auth_answer answer);
    void *arg;
    struct principal principal; /* after AUTH_GOOD, for the caller to take; it outlives the configuration */
    struct ip client;
    char *user, *password;
    const char *hash;             /* an owned copy; what is compared */
    uint8_t digest[DIGEST_BYTES]; /* of user, password and hash */
    bool counted;                 /* as a guess of its client */
    uint64_t turn;                /* lower ones come first */
    int64_t until_ns;
    struct list_link link;
};

struct auth *auth_new(struct access *access, struct loop *loop, struct log *log, hasher_spawn_fn *spawn);
void auth_free(struct auth *auth); /* without questions */
/* Zeroed, with on_answer and arg set. Any answer but AUTH_PENDING is final, and on_answer is not called. */
enum auth_answer auth_ask(struct auth *auth, struct auth_question *question, struct ip client, const char *user,
                          const char *password);
/* Whether a password, key or proof of this client would be looked at now. */
bool auth_may_guess(const struct auth *auth, struct ip client);
/* The same as auth_ask for a user whose password was proved, or disproved; the answer is never AUTH_PENDING. */
enum auth_answer auth_take_proof(struct auth *auth, struct auth_question *question, struct ip client, const char *user,
                                 bool proved);
/* Also for a question that was never asked, or has its answer; its principal is gone then. A guess that is taken back
 * counts as a wrong one. */
void auth_cancel(struct auth *auth, struct auth_question *question);

#endif
