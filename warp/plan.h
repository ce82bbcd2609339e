/*
 * What relaylab-warp is to run: from a command line (one role, its standard streams inherited) or from a plan
 * file that the harness wrote. A plan is text, one directive a line, words separated by single TABs:
 *
 * start 2030-01-01T00:00:00Z
 * mode lockstep|tolerant
 * seed 42
 * report FILE
 * spin-limit 10                 seconds of CPU time without a wait (the default; a command has no limit)
 * world 192.0.2.0/24            a network of the simulated internet; may be repeated
 * home 203.0.113.1              the address that 0.0.0.0 means when a program listens there
 * network own|loopback          loopback: the world has no network of its own (warp/loopback.h)
 * syslog FILE SOCKET            the socket is made, which is /dev/log of the target, and what programs write there is
 *                               appended to the file; tolerant mode
 * root FD [FD]                  descriptors of the mount namespace, and of the user namespace, of all but the director
 *                               (warp/enter.h)
 * crash-at fsync:3              the target's tree dies before the third such call (warp/crash.h)
 * crash-under FOLDER            on files in this folder only
 *
 * role NAME                     starts a block: log FILE, cwd FOLDER, env NAME=VALUE, ports 25 587, argv PROGRAM ARG…
 * action NAME                   starts a block: out FILE, log FILE and argv PROGRAM ARG…; or signal NUMBER, to the
 *                               target; or requests FOLDER and argv PROGRAM ARG… (warp/request.h)
 *
 * The first role is the director: it runs until it waits, then the second is started; when the director ends,
 * the run is over. Actions are commands that the director may ask for. Limits: 2 roles, 8 actions, 1024 words a line.
 */
#ifndef RL_WARP_PLAN_H
#define RL_WARP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "warp/enter.h"
#include "warp/shm.h"

#define PLAN_ROLES   2
#define PLAN_ACTIONS 8
#define PLAN_WORDS   1024

/* No program computes that long, and three times that value still fits. */
#define PLAN_NO_SPIN_LIMIT_NS (INT64_MAX / 4)

struct plan_command {
    const char *name;
    const char *log;      /* stdout and stderr are appended there; NULL = inherited */
    const char *out;      /* stdout of an action */
    const char *cwd;      /* where it starts, in its root; NULL = where this program did */
    const char *in;       /* stdin; NULL = empty where there is a log, else inherited */
    const char *requests; /* of an action: the folder of what comes with each request (request.h); NULL = it is the same
                             each time */
    const char *env[PLAN_WORDS];
    size_t env_count;
    uint16_t ports[WARP_PORTS];
    size_t port_count;
    char *argv[PLAN_WORDS + 1];
    int signo; /* of an action that is not a command; 0 = none */
};

struct plan {
    char *text; /* owns all strings */
    int64_t start_ns;
    uint64_t seed;
    enum warp_mode mode;
    int64_t until_ns;      /* of virtual time, for a command; 0 = to its end */
    struct enter root;     /* of all but the director */
    const char *syslog;    /* where messages to the socket syslog_at go, which is made; NULL = there is none */
    const char *syslog_at; /* in the target's root: /dev/log */
    const char *jump_log;  /* each jump a line; NULL = none */
    const char *report;
    struct warp_crash crash; /* where to crash; its counts are unused here */
    int64_t spin_limit_ns;   /* CPU time without parking; PLAN_NO_SPIN_LIMIT_NS = its user can end it */
    struct warp_net world[WARP_WORLD];
    size_t world_count;
    uint32_t home;  /* host order; 0 = none */
    bool loopback;  /* to be given the next two by loopback_claim */
    uint32_t block; /* host order; 0 = none */
    uint16_t port_shift;
    struct plan_command roles[PLAN_ROLES];
    size_t role_count;
    struct plan_command actions[PLAN_ACTIONS];
    size_t action_count;
};

void plan_init(struct plan *plan);
void plan_fini(struct plan *plan);
int plan_load(struct plan *plan, const char *path, struct err *err);

/* RFC 3339 in UTC: "2030-01-01T00:00:00Z"; the years 1970 to 2150, so that every `until` after it fits. */
int plan_parse_time(const char *text, int64_t *out_ns, struct err *err);
/* name: "queue", or "submit/3" (request.h). */
const struct plan_command *plan_action(const struct plan *plan, const char *name);

#endif
