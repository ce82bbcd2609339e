/* Message queues and System V semaphores: their waits with a time limit. Those without one may block in the kernel. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <mqueue.h>
#include <stddef.h>
#include <sys/sem.h>

/* A system call that waits by itself; its argument `limit` is its time limit. */
struct ipc_wait {
    long call;
    long a[5];
    int limit;
    int waiting; /* the error that says "nothing yet" */
    long got;
};

static long ipc_call(struct ipc_wait *wait, const struct timespec *limit)
{
    wait->a[wait->limit] = (long)(uintptr_t)limit;
    wait->got = syscall(wait->call, wait->a[0], wait->a[1], wait->a[2], wait->a[3], wait->a[4], 0);
    return wait->got;
}

/* 0 octets can be received, so 1 means "done". */
static int ask_ipc(void *arg)
{
    static const struct timespec zero = {0, 0};
    struct ipc_wait *wait = arg;
    if (ipc_call(wait, &zero) >= 0)
        return 1;
    return errno == wait->waiting ? 0 : -1;
}

static int block_ipc(void *arg, const sigset_t *mask)
{
    sigset_t before;
    mask_enter(mask, &before);
    long got = ipc_call(arg, NULL);
    mask_leave(&before);
    return got >= 0 ? 1 : -1;
}

static long wait_until(struct ipc_wait *wait, int64_t deadline_ns)
{
    static const struct wait_op queue_op = {ask_ipc, block_ipc, "mqueue"};
    static const struct wait_op semaphore_op = {ask_ipc, block_ipc, "semtimedop"};
    int got = park(wait->call == SYS_semtimedop ? &semaphore_op : &queue_op, wait, deadline_ns, NULL);
    if (got == 0)
        errno = wait->waiting;
    return got > 0 ? wait->got : -1;
}

static long queue_wait(struct ipc_wait *wait, const struct timespec *until)
{
    wait->limit = 4;
    wait->waiting = ETIMEDOUT;
    if (!covered() || (until != NULL && !timespec_valid(until)))
        return ipc_call(wait, until);
    return wait_until(wait, until != NULL ? deadline_at(CLOCK_REALTIME, until) : WARP_NEVER);
}

EXPORT ssize_t mq_timedreceive(mqd_t queue, char *restrict to, size_t size, unsigned *restrict priority,
                               const struct timespec *restrict until)
{
    struct ipc_wait wait = {.call = SYS_mq_timedreceive,
                            .a = {queue, (long)(uintptr_t)to, (long)size, (long)(uintptr_t)priority, 0}};
    return queue_wait(&wait, until);
}

EXPORT int mq_timedsend(mqd_t queue, const char *from, size_t len, unsigned priority, const struct timespec *until)
{
    struct ipc_wait wait = {.call = SYS_mq_timedsend,
                            .a = {queue, (long)(uintptr_t)from, (long)len, (long)priority, 0}};
    return (int)queue_wait(&wait, until);
}

static bool never_waits(const struct sembuf *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((steps[i].sem_flg & IPC_NOWAIT) != 0)
            return true;
    return false;
}

EXPORT int semtimedop(int set, struct sembuf *steps, size_t count, const struct timespec *limit)
{
    struct ipc_wait wait = {
        .call = SYS_semtimedop, .a = {set, (long)(uintptr_t)steps, (long)count, 0, 0}, .limit = 3, .waiting = EAGAIN};
    if (!covered() || (limit != NULL && !timespec_valid(limit)) || never_waits(steps, count))
        return (int)ipc_call(&wait, limit);
    return (int)wait_until(&wait, limit != NULL ? deadline_after(timespec_ns(limit)) : WARP_NEVER);
}
