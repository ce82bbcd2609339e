#include "lib/io/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

#define NS_PER_S    INT64_C(1000000000)
#define HOOKS_MAX   4 /* of a phase */
#define SIGNALS_MAX 8

struct hook {
    void (*run)(void *arg);
    void *arg;
};

struct loop_signal {
    struct loop *loop;
    struct event *event;
    bool came;
    struct hook hook;
};

struct loop {
    struct event_base *base;
    struct list ready; /* watches, in the order in which they were made */
    struct list due;   /* timers, by deadline, then by the order in which they were set */
    struct hook hooks[LOOP_PHASES][HOOKS_MAX];
    size_t hook_counts[LOOP_PHASES];
    enum loop_phase phase;
    struct loop_signal signals[SIGNALS_MAX];
    size_t signal_count;
    uint64_t next_order;
    int64_t now_ns;
    int64_t wall_ns;
    bool stopping;
};

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    (void)clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void refresh_time(struct loop *loop)
{
    loop->now_ns = read_clock(CLOCK_MONOTONIC);
    loop->wall_ns = read_clock(CLOCK_REALTIME);
}

int loop_new(struct loop **out, struct err *err)
{
    struct event_config *config = event_config_new();
    if (config == NULL)
        return err_set(err, ERR_SYSTEM, "cannot create an event loop");
    (void)event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    if (base == NULL)
        return err_errno(err, "cannot create an event loop");
    struct loop *loop = mem_zalloc(sizeof *loop);
    loop->base = base;
    list_init(&loop->ready);
    list_init(&loop->due);
    refresh_time(loop);
    *out = loop;
    return ERR_OK;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    for (size_t i = 0; i < loop->signal_count; i++)
        event_free(loop->signals[i].event);
    event_base_free(loop->base);
    free(loop);
}

int64_t loop_now_ns(const struct loop *loop)
{
    return loop->now_ns;
}

int64_t loop_wall_ns(const struct loop *loop)
{
    return loop->wall_ns;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

enum loop_phase loop_phase(const struct loop *loop)
{
    return loop->phase;
}

void loop_in_phase(struct loop *loop, enum loop_phase phase, void (*run)(void *), void *arg)
{
    size_t *count = &loop->hook_counts[phase];
    rl_assert(phase >= LOOP_COMMIT && phase < LOOP_PHASES);
    rl_assert(*count < (phase == LOOP_COMMIT ? 1 : HOOKS_MAX));
    loop->hooks[phase][(*count)++] = (struct hook){run, arg};
}

/* ---- watches ---- */

static void on_fd_event(evutil_socket_t fd, short what, void *arg)
{
    struct watch *watch = arg;
    (void)fd;
    watch->ready |= ((what & EV_READ) != 0 ? LOOP_READ : 0u) | ((what & EV_WRITE) != 0 ? LOOP_WRITE : 0u);
    if (list_linked(&watch->ready_link))
        return;
    struct list_link *at = &watch->loop->ready.head;
    while (at->prev != &watch->loop->ready.head && LIST_ITEM(struct watch, ready_link, at->prev)->order > watch->order)
        at = at->prev;
    list_insert_before(&watch->loop->ready, at, &watch->ready_link);
}

void watch_init(struct watch *watch, struct loop *loop, int fd, void (*on_ready)(void *, unsigned), void *arg)
{
    *watch = (struct watch){.loop = loop, .fd = fd, .order = loop->next_order++, .on_ready = on_ready, .arg = arg};
}

void watch_set(struct watch *watch, unsigned interest)
{
    if (interest == watch->interest)
        return;
    if (watch->event != NULL)
        event_free(watch->event);
    watch->event = NULL;
    watch->interest = interest;
    if (interest == 0)
        return;
    short what = EV_PERSIST;
    what = (short)(what | ((interest & LOOP_READ) != 0 ? EV_READ : 0));
    what = (short)(what | ((interest & LOOP_WRITE) != 0 ? EV_WRITE : 0));
    watch->event = event_new(watch->loop->base, watch->fd, what, on_fd_event, watch);
    rl_assert(watch->event != NULL && event_add(watch->event, NULL) == 0);
}

void watch_stop(struct watch *watch)
{
    if (watch->loop == NULL)
        return;
    watch_set(watch, 0);
    if (list_linked(&watch->ready_link))
        list_remove(&watch->loop->ready, &watch->ready_link);
    watch->ready = 0;
}

/* ---- timers ---- */

static bool before(const struct timer *a, const struct timer *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void on_timer_event(evutil_socket_t fd, short what, void *arg)
{
    struct timer *timer = arg;
    (void)fd;
    (void)what;
    if (timer->due)
        return;
    timer->due = true;
    struct list_link *at = &timer->loop->due.head;
    while (at->prev != &timer->loop->due.head && before(timer, LIST_ITEM(struct timer, due_link, at->prev)))
        at = at->prev;
    list_insert_before(&timer->loop->due, at, &timer->due_link);
}

void timer_init(struct timer *timer, struct loop *loop, void (*on_due)(void *), void *arg)
{
    *timer = (struct timer){.loop = loop, .on_due = on_due, .arg = arg};
}

void timer_stop(struct timer *timer)
{
    if (timer->event != NULL)
        event_free(timer->event);
    timer->event = NULL;
    if (timer->due)
        list_remove(&timer->loop->due, &timer->due_link);
    timer->due = false;
}

void timer_set_at(struct timer *timer, int64_t at_ns)
{
    timer_stop(timer);
    timer->at_ns = at_ns;
    timer->order = timer->loop->next_order++;
    int64_t delay_us = (at_ns - read_clock(CLOCK_MONOTONIC) + 999) / 1000;
    if (delay_us < 0)
        delay_us = 0;
    struct timeval tv = {delay_us / 1000000, delay_us % 1000000};
    timer->event = event_new(timer->loop->base, -1, 0, on_timer_event, timer);
    rl_assert(timer->event != NULL && event_add(timer->event, &tv) == 0);
}

void timer_set_after(struct timer *timer, int64_t delay_ns)
{
    timer_set_at(timer, timer->loop->now_ns + delay_ns);
}

bool timer_pending(const struct timer *timer)
{
    return timer->event != NULL;
}

/* ---- signals ---- */

static void on_signal_event(evutil_socket_t fd, short what, void *arg)
{
    struct loop_signal *signal = arg;
    (void)fd;
    (void)what;
    signal->came = true;
}

int loop_on_signal(struct loop *loop, int signo, void (*run)(void *), void *arg, struct err *err)
{
    rl_assert(loop->signal_count < SIGNALS_MAX);
    struct loop_signal *slot = &loop->signals[loop->signal_count];
    *slot = (struct loop_signal){.loop = loop, .hook = {run, arg}};
    slot->event = evsignal_new(loop->base, signo, on_signal_event, slot);
    if (slot->event == NULL || event_add(slot->event, NULL) != 0)
        return err_set(err, ERR_SYSTEM, "cannot watch for signal %d", signo);
    loop->signal_count++;
    return ERR_OK;
}

/* ---- turns ---- */

static bool dispatch_signals(struct loop *loop)
{
    bool any = false;
    for (size_t i = 0; i < loop->signal_count; i++) {
        if (!loop->signals[i].came)
            continue;
        loop->signals[i].came = false;
        loop->signals[i].hook.run(loop->signals[i].hook.arg);
        any = true;
    }
    return any;
}

static bool dispatch_ready(struct loop *loop)
{
    bool any = false;
    for (struct watch *watch; (watch = LIST_FIRST(struct watch, ready_link, &loop->ready)) != NULL; any = true) {
        unsigned ready = watch->ready;
        list_remove(&loop->ready, &watch->ready_link);
        watch->ready = 0;
        watch->on_ready(watch->arg, ready);
    }
    return any;
}

/* Only those due when the turn began: a timer that sets itself to "now" waits for the next turn. */
static bool dispatch_due(struct loop *loop)
{
    bool any = false;
    for (struct timer *timer; (timer = LIST_FIRST(struct timer, due_link, &loop->due)) != NULL; any = true) {
        timer_stop(timer);
        timer->on_due(timer->arg);
    }
    return any;
}

static void run_phase(struct loop *loop, enum loop_phase phase)
{
    loop->phase = phase;
    for (size_t i = 0; i < loop->hook_counts[phase]; i++)
        loop->hooks[phase][i].run(loop->hooks[phase][i].arg);
}

int loop_turn(struct loop *loop, bool wait, struct err *err)
{
    rl_assert(loop->phase == LOOP_IDLE);
    if (event_base_loop(loop->base, EVLOOP_ONCE | (wait ? 0 : EVLOOP_NONBLOCK)) < 0)
        return err_errno(err, "the event loop failed");
    refresh_time(loop);
    loop->phase = LOOP_DISPATCH;
    bool any = dispatch_signals(loop);
    any = dispatch_ready(loop) || any;
    any = dispatch_due(loop) || any;
    for (enum loop_phase phase = LOOP_COMMIT; any && phase < LOOP_PHASES; phase++)
        run_phase(loop, phase);
    loop->phase = LOOP_IDLE;
    return ERR_OK;
}

int loop_run(struct loop *loop, struct err *err)
{
    int rc = ERR_OK;
    loop->stopping = false;
    while (!loop->stopping && rc == ERR_OK)
        rc = loop_turn(loop, true, err);
    return rc;
}
