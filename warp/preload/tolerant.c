/*
 * Waiting in tolerant mode: the thread's deadline goes into shared memory, the thread into the kernel without a time
 * limit. The coordinator, which sees when all threads sleep, moves the clock and ends the wait by WARP_WAKE_SIGNAL.
 *
 * The signal is blocked everywhere but inside a wait, and it is only sent to a thread that sleeps in one, so it is
 * never lost and interrupts nothing else.
 */
#include "warp/preload/preload.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "warp/turn.h"

static __thread int woken __attribute__((tls_model("initial-exec")));
static __thread uint32_t entry __attribute__((tls_model("initial-exec"))); /* where this thread was last found */

void note_wake(void)
{
    woken = 1;
}

void mask_enter(const sigset_t *mask, sigset_t *before)
{
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, before, _NSIG / 8);
}

void mask_leave(const sigset_t *before)
{
    int saved = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, before, NULL, _NSIG / 8);
    errno = saved;
}

static void on_wake(int signo)
{
    (void)signo;
    note_wake();
}

static struct warp_thread *claim(int32_t tid, int32_t pid)
{
    for (uint32_t i = 0; i < WARP_THREADS; i++) {
        struct warp_thread *t = &warp->threads[i];
        int32_t none = 0;
        if (atomic_load_explicit(&t->tid, memory_order_relaxed) != 0 ||
            !atomic_compare_exchange_strong(&t->tid, &none, -1))
            continue;
        atomic_store(&t->pid, pid);
        atomic_store(&t->deadline_ns, WARP_NEVER);
        atomic_store(&t->alarm_ns, WARP_NEVER);
        atomic_store(&t->alarm_interval_ns, 0);
        atomic_store(&t->random_calls, 0);
        atomic_store(&t->program, 0);
        atomic_store(&t->tid, tid);
        for (uint32_t high = atomic_load(&warp->thread_high); high <= i;)
            if (atomic_compare_exchange_weak(&warp->thread_high, &high, i + 1))
                break;
        return t;
    }
    die("more threads wait at a time than virtual time has room for");
}

static struct warp_thread *find(int32_t tid)
{
    uint32_t high = warp_shm_threads(warp);
    for (uint32_t i = 0; i < high; i++)
        if (atomic_load_explicit(&warp->threads[i].tid, memory_order_relaxed) == tid)
            return &warp->threads[i];
    return NULL;
}

/* Threads, forks and programs that a process becomes are distinguished by the kernel's number alone. */
static struct warp_thread *my_entry(void)
{
    int32_t tid = (int32_t)syscall(SYS_gettid);
    if (atomic_load_explicit(&warp->threads[entry].tid, memory_order_relaxed) == tid)
        return &warp->threads[entry];
    struct warp_thread *found = find(tid);
    if (found == NULL)
        found = claim(tid, (int32_t)syscall(SYS_getpid));
    entry = (uint32_t)(found - warp->threads);
    return found;
}

struct warp_thread *my_process(void)
{
    int32_t pid = (int32_t)syscall(SYS_getpid);
    struct warp_thread *found = find(pid);
    return found != NULL ? found : claim(pid, pid);
}

static int block_for_time(void *arg, const sigset_t *mask)
{
    (void)arg;
    return (int)syscall(SYS_ppoll, NULL, 0, NULL, mask, _NSIG / 8);
}

static const struct wait_op time_op = {NULL, block_for_time, "nanosleep"};
const struct wait_op look_again_op = {NULL, block_for_time, ""};

int park_tolerant(const struct wait_op *op, void *arg, int64_t deadline_ns, const sigset_t *mask)
{
    sigset_t during;
    int got = 0, saved = errno;
    if (op == NULL)
        op = &time_op;
    if (op->ask != NULL && (got = op->ask(arg)) != 0)
        return got;
    if (mask != NULL)
        during = *mask;
    else
        syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &during, _NSIG / 8);
    sigdelset(&during, WARP_WAKE_SIGNAL);
    struct warp_thread *me = my_entry();
    memcpy(me->call, op->name, sizeof me->call);
    while (now_ns() < deadline_ns) {
        woken = 0;
        atomic_store(&me->deadline_ns, deadline_ns);
        turn_ring_bell(warp);
        got = op->block(arg, &during);
        if (got >= 0 || errno != EINTR || !woken)
            goto out;
    }
    errno = saved;
    got = op->ask != NULL ? op->ask(arg) : 0; /* what comes at the deadline is in time */
out:
    atomic_store(&me->deadline_ns, WARP_NEVER);
    return got;
}

__attribute__((naked)) static void restore(void)
{
    __asm__ volatile("mov $15, %eax\n\tsyscall"); /* rt_sigreturn */
}

void tolerant_attach(void)
{
    sigset_t wake;
    struct kernel_sigaction action = {.handler = on_wake, .flags = 0x04000000 /* SA_RESTORER */, .restorer = restore};
    syscall(SYS_rt_sigaction, WARP_WAKE_SIGNAL, &action, NULL, _NSIG / 8);
    sigemptyset(&wake);
    sigaddset(&wake, WARP_WAKE_SIGNAL);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &wake, NULL, _NSIG / 8);
    /* The coordinator sees by the entry that libwarp is in this process. */
    atomic_store(&my_process()->program, 0);
}
