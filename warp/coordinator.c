#include "warp/coordinator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/control.h"
#include "warp/guard.h"
#include "warp/image.h"
#include "warp/internal.h"
#include "warp/process.h"
#include "warp/turn.h"

#define READY_WITHIN_NS  (60 * NS_PER_S) /* virtual */
#define GRACE_VIRTUAL_NS (30 * NS_PER_S) /* between SIGTERM and SIGKILL */
#define GRACE_REAL_NS    (5 * NS_PER_S)
#define STARVED_NAP_NS   (2 * INT64_C(1000000))
#define STARVED_TOLD_NS  (2 * NS_PER_S) /* real */

volatile sig_atomic_t coordinator_interrupted, coordinator_lost;
static struct warp_shm *signal_shm; /* for the handler alone */

/* Any signal makes the coordinator look round. */
static void on_signal(int signo)
{
    int saved = errno;
    if (signo == GUARD_LOST)
        coordinator_lost = 1;
    else if (signo != SIGCHLD)
        coordinator_interrupted = signo;
    if (signal_shm != NULL) {
        atomic_store(&signal_shm->wanted, 1);
        atomic_store(&signal_shm->slots[0].go, 2);
        turn_futex_wake(&signal_shm->slots[0].go);
        tolerant_ring(signal_shm);
    }
    errno = saved;
}

int64_t coordinator_real_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

const char *warp_result_name(enum warp_result result)
{
    static const char *const names[] = {
        [WARP_OK] = "ok",
        [WARP_NOT_STARTED] = "not-started",
        [WARP_REFUSED] = "refused",
        [WARP_TARGET_CRASHED] = "target-crashed",
        [WARP_TARGET_NOT_READY] = "target-not-ready",
        [WARP_TARGET_SPUN] = "target-spun",
        [WARP_TARGET_BLOCKED] = "target-blocked",
        [WARP_SIM_FAILED] = "sim-failed",
        [WARP_SIM_SPUN] = "sim-spun",
        [WARP_SIM_BLOCKED] = "sim-blocked",
        [WARP_INTERRUPTED] = "interrupted",
        [WARP_JUMP_CAP] = "jump-cap",
    };
    return names[result];
}

double coordinator_virtual_s(const struct coordinator *c)
{
    return (double)(warp_shm_now_ns(c->shm) - c->shm->start_ns) / 1e9;
}

/* The first thing that goes wrong is the result of the run. */
void coordinator_conclude(struct coordinator *c, enum warp_result result, const char *fmt, ...)
{
    if (c->out->result != WARP_OK)
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(c->out->detail, sizeof c->out->detail, fmt, ap);
    va_end(ap);
    control_replace(c->out->detail, '?'); /* words of the target may stand in it */
    c->out->result = result;
}

const char *coordinator_slot_name(const struct coordinator *c, uint32_t slot)
{
    const struct plan_command *command = c->watched[slot].command;
    if (command == NULL)
        return "a child process";
    const char *slash = strrchr(command->argv[0], '/');
    return slash != NULL ? slash + 1 : command->argv[0];
}

const char *coordinator_role_name(const struct coordinator *c, uint32_t slot)
{
    const struct warp_slot *s = &c->shm->slots[slot];
    return c->plan->role_count < 2 ? "command" : s->role == WARP_ROLE_DIRECTOR ? "sim" : "target";
}

bool coordinator_signal(const struct coordinator *c, uint32_t slot, int signo)
{
    pid_t pid = atomic_load(&c->shm->slots[slot].pid);
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    const struct tree_thread *first = tree_find(&tree, pid);
    bool sent = pid > 0 && first != NULL && first->inner_pid == pid && kill(pid, signo) == 0;
    tree_fini(&tree);
    return sent;
}

static int start(struct coordinator *c, const struct plan_command *command, uint8_t role, bool is_action,
                 int control_fd, uint32_t *slot_out, struct err *err)
{
    struct warp_shm *shm = c->shm;
    uint32_t slot = 1;
    while (slot < WARP_SLOTS && atomic_load(&shm->slots[slot].state) != WARP_SLOT_FREE)
        slot++;
    if (slot == WARP_SLOTS)
        return err_set(err, ERR_TOO_BIG, "more than %d processes", WARP_SLOTS - 1);
    bool in_root = role != WARP_ROLE_DIRECTOR;
    struct process_setup setup = {.libwarp = c->libwarp,
                                  .control_fd = control_fd,
                                  .enter = in_root ? c->plan->root : (struct enter){-1, -1},
                                  .with_all_files = c->plan->role_count < 2};
    pid_t pid;
    int release;
    enum image_kind image;
    int rc = process_fork(command, &setup, &pid, &release, &image, err);
    if (image != IMAGE_GOOD) {
        coordinator_conclude(c, WARP_REFUSED, "%s %s; it cannot run in virtual time", command->argv[0],
                             image_reason(image));
        return err_set(err, ERR_INVALID, "%s", c->out->detail);
    }
    if (rc != ERR_OK)
        return rc;
    struct warp_slot *s = &shm->slots[slot];
    atomic_store(&s->go, 0);
    atomic_store(&s->pid, pid);
    s->role = role;
    s->parent_slot = 0;
    s->deadline_ns = s->alarm_ns = WARP_NEVER;
    s->alarm_interval_ns = 0;
    atomic_store(&s->state, WARP_SLOT_ALIVE);
    shm->alive++;
    shm->idle = 0;
    c->disturbed = true;
    if (role == WARP_ROLE_DIRECTOR)
        atomic_store(&shm->director_pid, c->director_pid = pid);
    c->watched[slot] = (struct watched){(int)syscall(SYS_pidfd_open, pid, 0), command, is_action, false, NULL};
    *slot_out = slot;
    (void)!write(release, "g", 1);
    close(release);
    return ERR_OK;
}

void coordinator_tell_director(struct coordinator *c, const char *line)
{
    c->disturbed = true;
    if (c->control >= 0)
        (void)!send(c->control, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* ---- what the director asks ---- */

/* "NAME", or "NAME/N" with what comes with the request N. */
static int start_action(struct coordinator *c, const struct plan_command *action, const char *name, struct err *err)
{
    uint32_t slot;
    if (action->requests == NULL)
        return start(c, action, WARP_ROLE_ACTION, true, -1, &slot, err);
    struct request *request = NULL;
    int rc = request_new(&request, action, name, err);
    if (rc == ERR_OK)
        rc = start(c, &request->command, WARP_ROLE_ACTION, true, -1, &slot, err);
    if (rc == ERR_OK)
        c->watched[slot].request = request;
    else
        request_free(request);
    return rc;
}

static void run_action(struct coordinator *c, const char *name)
{
    struct err err = {0};
    char line[128];
    const struct plan_command *action = plan_action(c->plan, name);
    if (action != NULL && action->signo != 0) {
        bool sent = c->target_slot != 0 && coordinator_signal(c, c->target_slot, action->signo);
        (void)snprintf(line, sizeof line, "action %.64s exit %d\n", name, sent ? 0 : 1);
        coordinator_tell_director(c, line);
        return;
    }
    if (action != NULL && start_action(c, action, name, &err) == ERR_OK)
        return;
    (void)snprintf(line, sizeof line, "action %.64s exit 127\n", name);
    coordinator_tell_director(c, line);
}

static void stop_target(struct coordinator *c)
{
    if (c->target_slot == 0)
        return;
    c->watched[c->target_slot].asked_to_end = true;
    (void)coordinator_signal(c, c->target_slot, SIGTERM);
}

static bool is_of_target(const struct coordinator *c, uint32_t slot)
{
    const struct warp_slot *s = &c->shm->slots[slot];
    return s->role == WARP_ROLE_TARGET && atomic_load(&s->state) == WARP_SLOT_ALIVE && atomic_load(&s->pid) > 0;
}

/* The whole tree, at this instant: nobody gets the turn before all of it is dead, so what follows is in order. */
static void kill_target(struct coordinator *c)
{
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++) {
        if (!is_of_target(c, slot))
            continue;
        c->watched[slot].asked_to_end = true;
        (void)coordinator_signal(c, slot, SIGKILL);
    }
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++)
        if (is_of_target(c, slot))
            deaths_await(c, slot);
    (void)deaths_reap(c);
    if (c->plan->mode == WARP_TOLERANT)
        deaths_kill_tree(c, c->director_pid);
}

/* One of its processes came to the crash point, and is dead. */
static void crash_target(struct coordinator *c)
{
    if (atomic_load(&c->shm->crash.state) != WARP_CRASH_NOW)
        return;
    c->disturbed = true;
    if (c->plan->role_count > 1)
        kill_target(c);
    else
        deaths_kill_tree(c, 0);
    atomic_store(&c->shm->crash.state, WARP_CRASH_DONE);
}

/* From nothing: what an earlier target left behind is ended first. */
static void start_target(struct coordinator *c)
{
    struct err err = {0};
    kill_target(c);
    c->starting = true;
    c->ready_by_ns = warp_shm_now_ns(c->shm) + READY_WITHIN_NS;
    c->shm->port_count = 0;
    if (start(c, &c->plan->roles[1], WARP_ROLE_TARGET, false, -1, &c->target_slot, &err) != ERR_OK) {
        coordinator_conclude(c, WARP_NOT_STARTED, "%s", err.text);
        c->finished = true;
    }
}

static void on_request(struct coordinator *c, const char *line)
{
    c->disturbed = true;
    if (strncmp(line, "action ", 7) == 0)
        run_action(c, line + 7);
    else if (strcmp(line, "kill target") == 0)
        kill_target(c);
    else if (strcmp(line, "stop target") == 0)
        stop_target(c);
    else if (strcmp(line, "start target") == 0)
        start_target(c);
}

static void read_requests(struct coordinator *c)
{
    for (;;) {
        ssize_t n = recv(c->control, c->line + c->line_len, sizeof c->line - c->line_len, MSG_DONTWAIT);
        if (c->control < 0 || n <= 0)
            return;
        c->line_len += (size_t)n;
        char *end;
        while ((end = memchr(c->line, '\n', c->line_len)) != NULL) {
            *end = '\0';
            on_request(c, c->line);
            size_t used = (size_t)(end + 1 - c->line);
            memmove(c->line, end + 1, c->line_len - used);
            c->line_len -= used;
        }
        if (c->line_len == sizeof c->line)
            c->line_len = 0; /* no request is that long */
    }
}

/* ---- phases ---- */

static void start_first_target(struct coordinator *c)
{
    c->phase = PHASE_READY_WAIT;
    start_target(c);
    atomic_store(&c->shm->limit_ns, c->ready_by_ns);
}

static bool listens_on_all(const struct coordinator *c, uint16_t *missing)
{
    const struct plan_command *target = &c->plan->roles[1];
    for (size_t i = 0; i < target->port_count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < c->shm->port_count && k < WARP_PORTS; k++) /* others write there, too */
            found = found || c->shm->ports[k] == target->ports[i];
        if (!found) {
            *missing = target->ports[i];
            return false;
        }
    }
    return true;
}

static void on_ready(struct coordinator *c)
{
    c->starting = false;
    atomic_store(&c->shm->wanted, 0);
    if (c->phase == PHASE_STORY) {
        coordinator_tell_director(c, "ready target\n");
        return;
    }
    c->phase = PHASE_STORY;
    atomic_store(&c->shm->limit_ns, WARP_NEVER - 1);
    atomic_store(&c->shm->t0_ns, warp_shm_now_ns(c->shm));
    coordinator_tell_director(c, "t0\n");
}

static void check_ready(struct coordinator *c)
{
    uint16_t missing = 0;
    bool late = c->phase == PHASE_STORY ? warp_shm_now_ns(c->shm) > c->ready_by_ns
                                        : atomic_load(&c->shm->at_limit) || atomic_load(&c->shm->starved);
    atomic_store(&c->shm->wanted, 1); /* look again in the next round */
    if (listens_on_all(c, &missing)) {
        on_ready(c);
    } else if (late) {
        coordinator_conclude(c, WARP_TARGET_NOT_READY, "%s (target) waits, but does not listen on port %u",
                             coordinator_slot_name(c, c->target_slot), missing);
        c->finished = true;
    }
}

/* All of a command's processes; in tolerant mode only its first has a slot. */
static void ask_tree_to_end(void)
{
    struct tree tree;
    tree_init(&tree);
    tree_walk(&tree);
    for (size_t i = 0; i < tree.count; i++)
        if (tree.threads[i].pid == tree.threads[i].tid && tree.threads[i].inner_pid > 0)
            (void)kill(tree.threads[i].inner_pid, SIGTERM);
    tree_fini(&tree);
}

/* Behind --until there is no virtual time: who sleeps after SIGTERM sleeps for ever, and is killed. */
static void stop_all(struct coordinator *c)
{
    int64_t grace_ns = c->ended_by_until ? 0 : GRACE_VIRTUAL_NS;
    c->disturbed = true;
    c->phase = PHASE_STOPPING;
    c->stop_real_ns = coordinator_real_now_ns() + GRACE_REAL_NS;
    atomic_store(&c->shm->limit_ns, warp_shm_now_ns(c->shm) + grace_ns);
    atomic_store(&c->shm->at_limit, 0);
    atomic_store(&c->shm->starved, 0);
    c->shm->idle = 0;
    for (uint32_t slot = 1; slot < WARP_SLOTS; slot++) {
        if (atomic_load(&c->shm->slots[slot].state) != WARP_SLOT_ALIVE)
            continue;
        c->watched[slot].asked_to_end = true;
        if (c->plan->role_count > 1)
            (void)coordinator_signal(c, slot, SIGTERM);
    }
    if (c->plan->role_count == 1)
        ask_tree_to_end();
}

/* A connect that reached nobody wakes nobody: the director is told, so that its world answers in time. */
static void tell_of_connects(struct coordinator *c)
{
    uint64_t count = atomic_load(&c->shm->connect_count);
    if (count == c->told_connects || c->phase != PHASE_STORY)
        return;
    c->told_connects = count;
    coordinator_tell_director(c, "connect\n");
}

/* A person at a terminal wonders; the director of a plan knows. */
static void tell_of_starving(struct coordinator *c)
{
    int64_t now = coordinator_real_now_ns();
    uint64_t jumps = atomic_load(&c->shm->jumps);
    if (c->starved_since_ns == 0 || c->starved_jumps != jumps) {
        c->starved_since_ns = now;
        c->starved_jumps = jumps;
    }
    if (c->told_starving || c->plan->role_count > 1 || now - c->starved_since_ns < STARVED_TOLD_NS)
        return;
    c->told_starving = true;
    fprintf(stderr, "relaylab-warp: everybody waits, and nobody has a deadline: the clock stands until something "
                    "outside (input, a connection, a signal) wakes one of them\n");
}

/* Only the outside world can go on. Behind --until nobody waits for that. */
static void starve(struct coordinator *c)
{
    struct timespec nap = {0, STARVED_NAP_NS};
    if (c->phase == PHASE_STOPPING) {
        if (c->ended_by_until)
            atomic_store(&c->shm->at_limit, 1);
        return;
    }
    tell_of_starving(c);
    (void)nanosleep(&nap, NULL);
}

/* --until is a deadline, too: also where nobody else has one. */
static void check_until(struct coordinator *c)
{
    struct warp_shm *shm = c->shm;
    if (c->plan->until_ns == 0 || c->finished || (!atomic_load(&shm->at_limit) && !atomic_load(&shm->starved)))
        return;
    atomic_store(&shm->now_ns, atomic_load(&shm->limit_ns));
    c->finished = c->ended_by_until = true;
}

/* Everything that may need the coordinator; it holds the turn. */
void coordinator_take_turn(struct coordinator *c)
{
    crash_target(c);
    read_requests(c);
    tell_of_connects(c);
    if (c->phase == PHASE_SETUP && c->plan->role_count > 1)
        start_first_target(c);
    else if (c->starting && c->phase != PHASE_STOPPING)
        check_ready(c);
    check_until(c);
    if (coordinator_interrupted && c->phase != PHASE_STOPPING) {
        c->out->interrupted_by = (int)coordinator_interrupted;
        coordinator_conclude(c, WARP_INTERRUPTED, "interrupted by signal %d", c->out->interrupted_by);
        c->finished = true;
    }
    if (c->finished && c->phase != PHASE_STOPPING)
        stop_all(c);
    if (atomic_exchange(&c->shm->starved, 0))
        starve(c);
}

static int make_shm(struct warp_shm **out, struct err *err)
{
    int fd = memfd_create("relaylab-warp", MFD_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot make shared memory");
    if (dup2(fd, WARP_FD) < 0 || ftruncate(WARP_FD, sizeof(struct warp_shm)) != 0) {
        close(fd);
        return err_errno(err, "cannot make shared memory (is the limit of open files above %d?)", WARP_FD);
    }
    close(fd);
    void *at = mmap(NULL, sizeof(struct warp_shm), PROT_READ | PROT_WRITE, MAP_SHARED, WARP_FD, 0);
    if (at == MAP_FAILED)
        return err_errno(err, "cannot map shared memory");
    *out = at;
    return ERR_OK;
}

static void init_shm(struct warp_shm *shm, const struct plan *plan)
{
    shm->magic = WARP_MAGIC;
    shm->size = sizeof *shm;
    shm->start_ns = plan->start_ns;
    shm->seed = plan->seed;
    shm->mode = plan->mode;
    atomic_store(&shm->now_ns, plan->start_ns);
    atomic_store(&shm->limit_ns, plan->until_ns > 0 ? plan->start_ns + plan->until_ns : WARP_NEVER - 1);
    shm->world_count = (uint32_t)plan->world_count;
    memcpy(shm->world, plan->world, sizeof shm->world);
    shm->home = plan->home;
    shm->crash = plan->crash;
    shm->crash.everybody = plan->role_count == 1;
    shm->block = plan->block;
    shm->port_shift = plan->port_shift;
    for (uint32_t i = 0; i < WARP_SLOTS; i++)
        shm->slots[i].deadline_ns = shm->slots[i].alarm_ns = WARP_NEVER;
}

static void catch_signals(struct warp_shm *shm)
{
    static const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, GUARD_LOST};
    signal_shm = shm;
    coordinator_interrupted = 0;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction action = {.sa_handler = on_signal};
        (void)sigaction(signals[i], &action, NULL);
    }
}

/* Lockstep: one runs at a time, and staying saves the hand-over. Tolerant: a look at the tree rests on it (tree.h). */
static void pin_to_this_cpu(void)
{
    cpu_set_t set;
    int cpu = sched_getcpu();
    if (cpu < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

int coordinator_run(const struct plan *plan, const char *libwarp, struct warp_outcome *out, struct err *err)
{
    struct coordinator c = {.plan = plan, .libwarp = libwarp, .out = out, .control = -1, .syslog = {.fd = -1}};
    int ends[2] = {-1, -1};
    int64_t began = coordinator_real_now_ns();
    *out = (struct warp_outcome){.result = WARP_OK};
    for (int i = 0; i < WARP_SLOTS; i++)
        c.watched[i].pidfd = -1;
    int rc = syslog_open(&c.syslog, plan->syslog, plan->syslog_at, err);
    if (rc == ERR_OK)
        rc = make_shm(&c.shm, err);
    if (rc != ERR_OK)
        return rc;
    init_shm(c.shm, plan);
    process_raise_file_limit();
    probe_open();
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    catch_signals(c.shm);
    pin_to_this_cpu();
    if (plan->role_count > 1 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        rc = err_errno(err, "cannot make the control socket");
        goto out;
    }
    c.control = ends[0];
    rc = start(&c, &plan->roles[0], 0, false, ends[1], &c.director_slot, err);
    if (rc != ERR_OK) {
        rc = out->result == WARP_REFUSED ? ERR_OK : rc; /* told by its name */
        goto out;
    }
    if (ends[1] >= 0)
        close(ends[1]);
    ends[1] = -1;
    atomic_store(&c.shm->wanted, plan->role_count > 1); /* once the director waits, the target is started */
    if (plan->mode == WARP_TOLERANT)
        tolerant_run(&c);
    else
        lockstep_run(&c);
    if (coordinator_lost) {
        out->interrupted_by = SIGKILL; /* of the guard */
        coordinator_conclude(&c, WARP_INTERRUPTED, "its guard is dead");
    }
    guard_end_descendants();
    out->virtual_ns = warp_shm_now_ns(c.shm) - plan->start_ns;
    out->jumps = atomic_load(&c.shm->jumps);
    out->crash_calls = atomic_load(&c.shm->crash.calls);
    out->crashed = atomic_load(&c.shm->crash.state) != WARP_CRASH_NOT_YET;
    out->real_ns = coordinator_real_now_ns() - began;
out:
    for (int i = 0; i < WARP_SLOTS; i++)
        request_free(c.watched[i].request);
    syslog_close(&c.syslog);
    signal_shm = NULL;
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    (void)munmap(c.shm, sizeof *c.shm);
    close(WARP_FD);
    return rc;
}
