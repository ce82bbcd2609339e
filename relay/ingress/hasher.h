/*
 * The helper process that compares passwords with crypt(3) hashes: one comparison costs milliseconds of CPU time by
 * design, and the relay's only thread never computes one. The helper starts with the first comparison, runs at a low
 * priority, knows only what it is given, and ends with the relay.
 *
 *     hasher_compare -> the helper computes -> on_verdict, from the event loop, once
 *
 * One comparison at a time; auth.h decides which one is next. A helper that ends, or takes longer than HASHER_PATIENCE,
 * is replaced when the next comparison comes; its own comparison gets HASHER_FAILED.
 * Limits: HASHER_TEXT_MAX octets of password, and of hash. A longer one matches nothing.
 */
#ifndef RL_RELAY_HASHER_H
#define RL_RELAY_HASHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/duration.h"
#include "lib/io/loop.h"
#include "lib/text/log.h"

#define HASHER_TEXT_MAX 1024
#define HASHER_PATIENCE (20 * NS_PER_S)
#define HASHER_OPTION   "--compare-passwords" /* of this program: be the helper, on descriptor 0 */

enum hasher_verdict { HASHER_EQUAL, HASHER_DIFFERENT, HASHER_FAILED };

struct hasher;

/* Starts a helper with its socket as descriptor 0; -1 and errno on failure. Tests have another. */
typedef pid_t hasher_spawn_fn(int fd);
hasher_spawn_fn hasher_spawn;

/* cost_ns is the CPU time of the comparison, or the time that passed if that is less: 0 in virtual time. */
struct hasher *hasher_new(struct loop *loop, struct log *log, hasher_spawn_fn *spawn,
                          void (*on_verdict)(void *arg, enum hasher_verdict verdict, int64_t cost_ns), void *arg);
void hasher_free(struct hasher *hasher);
bool hasher_busy(const struct hasher *hasher);
/* Not while it is busy. False when there is no helper and none can be started: then no verdict comes. */
bool hasher_compare(struct hasher *hasher, const char *password, const char *hash);

/* The helper itself: serves the socket until its other end closes. The exit status. */
int hasher_serve(int fd);

#endif
