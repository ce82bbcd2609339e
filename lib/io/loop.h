/*
 * The event loop: readiness and timers from libevent, order of dispatch from us. libevent only
 * reports what is ready; one turn then runs (1) the ready watches in the order in which they were
 * made, (2) the due timers by deadline, then by the order in which they were set, (3) the hooks of
 * the later phases of the turn, phase by phase. So a run does not depend on the backend (poll
 * starts at a random descriptor), and all work of a turn can be committed as one group:
 * libevent 2.1 has no end-of-turn hook, the loop is `for (;;) { event_base_loop(base, EVLOOP_ONCE);
 * dispatch; hooks; }`. One thread.
 *
 *     LOOP_DISPATCH (watches, timers) -> LOOP_COMMIT -> LOOP_ANSWER -> LOOP_END -> next turn
 *
 * Life: watches and timers are memory of their owner (embedded structs), initialised before use and
 * stopped before that memory dies. Stopping one from inside any callback is always safe, also when
 * it was ready in this turn. Time: loop_now_ns is CLOCK_MONOTONIC and loop_wall_ns CLOCK_REALTIME,
 * both read at the start of the turn.
 */
#ifndef RL_IO_LOOP_H
#define RL_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "lib/base/list.h"

struct loop;
struct event;

enum loop_phase {
    LOOP_IDLE,     /* between turns */
    LOOP_DISPATCH, /* signals, watches, timers: the work of the turn */
    LOOP_COMMIT,   /* what the turn has written becomes durable; one hook a loop */
    LOOP_ANSWER,   /* replies that depend on the commit are sent */
    LOOP_END,      /* what looks at the finished turn: flushing of logs, the decision to stop */
    LOOP_PHASES
};

enum loop_interest { LOOP_READ = 1, LOOP_WRITE = 2 };

struct watch {
    struct loop *loop;
    struct event *event;
    int fd;
    unsigned interest;
    unsigned ready; /* LOOP_READ | LOOP_WRITE found in this turn */
    uint64_t order;
    struct list_link ready_link;
    void (*on_ready)(void *arg, unsigned ready);
    void *arg;
};

struct timer {
    struct loop *loop;
    struct event *event;
    int64_t at_ns;
    uint64_t order;
    bool due;
    struct list_link due_link;
    void (*on_due)(void *arg);
    void *arg;
};

int loop_new(struct loop **out, struct err *err);
void loop_free(struct loop *loop); /* all watches and timers must be stopped before */

/* Runs turns until loop_stop (which lets the present turn end, hooks included). */
int loop_run(struct loop *loop, struct err *err);
int loop_turn(struct loop *loop, bool wait, struct err *err); /* one turn; for tests */
void loop_stop(struct loop *loop);

int64_t loop_now_ns(const struct loop *loop);
int64_t loop_wall_ns(const struct loop *loop);

/*
 * Calls the hook in this phase of every turn in which anything was dispatched: LOOP_COMMIT, LOOP_ANSWER or LOOP_END.
 * Hooks of one phase must not depend on each other; they run in the order of registration.
 */
void loop_in_phase(struct loop *loop, enum loop_phase phase, void (*hook)(void *arg), void *arg);
enum loop_phase loop_phase(const struct loop *loop);

void watch_init(struct watch *watch, struct loop *loop, int fd, void (*on_ready)(void *, unsigned), void *arg);
void watch_set(struct watch *watch, unsigned interest); /* 0 pauses */
void watch_stop(struct watch *watch);                   /* before the descriptor is closed; twice is fine */

void timer_init(struct timer *timer, struct loop *loop, void (*on_due)(void *), void *arg);
void timer_set_at(struct timer *timer, int64_t at_ns); /* monotonic; a past time is due in the next turn */
void timer_set_after(struct timer *timer, int64_t delay_ns);
void timer_stop(struct timer *timer);
bool timer_pending(const struct timer *timer);

/* on_signal runs as part of a turn, never in a signal handler. Released by loop_free. */
int loop_on_signal(struct loop *loop, int signo, void (*on_signal)(void *arg), void *arg, struct err *err);

#endif
