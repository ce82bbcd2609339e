/* What a run needs before its first process: shared memory, signals, one CPU, the control socket, the syslog socket. */
#include "warp/internal.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "warp/guard.h"
#include "warp/process.h"
#include "warp/turn.h"

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
        turn_ring_bell(signal_shm);
    }
    errno = saved;
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

static int open_control(struct coordinator *c, struct err *err)
{
    int ends[2];
    if (c->plan->role_count < 2)
        return ERR_OK;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, "cannot make the control socket");
    c->director.control = ends[0];
    c->director.its_end = ends[1];
    return ERR_OK;
}

int setup_open(struct coordinator *c, struct err *err)
{
    int rc = syslog_open(&c->syslog, c->plan->syslog, c->plan->syslog_at, err);
    if (rc == ERR_OK)
        rc = make_shm(&c->shm, err);
    if (rc != ERR_OK)
        return rc;
    init_shm(c->shm, c->plan);
    process_raise_file_limit();
    probe_open();
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    catch_signals(c->shm);
    pin_to_this_cpu();
    return open_control(c, err);
}

void setup_close(struct coordinator *c)
{
    for (int i = 0; i < WARP_SLOTS; i++)
        request_free(c->watched[i].request);
    syslog_close(&c->syslog);
    signal_shm = NULL;
    if (c->director.control >= 0)
        close(c->director.control);
    if (c->director.its_end >= 0)
        close(c->director.its_end);
    if (c->shm == NULL)
        return;
    (void)munmap(c->shm, sizeof *c->shm);
    close(WARP_FD);
}
