/* For the small programs that run under relaylab-warp: each check that fails ends them with 1 and its text. */
#ifndef RL_WARP_TESTPROG_H
#define RL_WARP_TESTPROG_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define SECOND INT64_C(1000000000)

static inline int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    CHECK(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

static inline int64_t now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

/* Runs the statement and checks that exactly this much virtual time has passed. */
#define TAKES(ns, statement)                                                                                           \
    do {                                                                                                               \
        int64_t began_ = now_ns();                                                                                     \
        statement;                                                                                                     \
        int64_t took_ = now_ns() - began_;                                                                             \
        if (took_ != (ns)) {                                                                                           \
            fprintf(stderr, "%s:%d: %s took %lld ns, not %lld\n", __FILE__, __LINE__, #statement, (long long)took_,    \
                    (long long)(ns));                                                                                  \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
