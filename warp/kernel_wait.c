#include "warp/kernel_wait.h"

#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* How a call passes its time limit. */
enum limit {
    NO_LIMIT,
    NO_LIMIT_UNLESS_WORK, /* the same call also works: on files, or under the kernel's own locks */
    ALWAYS,
    POINTER,      /* argument `at` points to it; NULL = none */
    MILLISECONDS, /* argument `at` is an int; negative = none */
    FUTEX_LIMIT,
    OWN_WORK, /* ends by itself */
};

static const struct call {
    long number;
    const char *name;
    enum limit limit;
    int at;
} calls[] = {
    {SYS_poll, "poll", MILLISECONDS, 2},
    {SYS_ppoll, "ppoll", POINTER, 2},
    {SYS_select, "select", POINTER, 4},
    {SYS_pselect6, "pselect6", POINTER, 4},
    {SYS_epoll_wait, "epoll_wait", MILLISECONDS, 3},
    {SYS_epoll_pwait, "epoll_pwait", MILLISECONDS, 3},
    {SYS_epoll_pwait2, "epoll_pwait2", POINTER, 3},
    {SYS_futex, "futex", FUTEX_LIMIT, 3},
    {SYS_nanosleep, "nanosleep", ALWAYS, 0},
    {SYS_clock_nanosleep, "clock_nanosleep", ALWAYS, 0},
    {SYS_restart_syscall, "restart_syscall", ALWAYS, 0},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", POINTER, 2},
    {SYS_rt_sigsuspend, "rt_sigsuspend", NO_LIMIT, 0},
    {SYS_pause, "pause", NO_LIMIT, 0},
    {SYS_wait4, "wait4", NO_LIMIT, 0},
    {SYS_waitid, "waitid", NO_LIMIT, 0},
    {SYS_accept, "accept", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_accept4, "accept4", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_connect, "connect", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_recvfrom, "recvfrom", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_recvmsg, "recvmsg", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_recvmmsg, "recvmmsg", POINTER, 4},
    {SYS_sendto, "sendto", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_sendmsg, "sendmsg", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_read, "read", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_readv, "readv", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_write, "write", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_writev, "writev", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_openat, "openat", NO_LIMIT_UNLESS_WORK, 0}, /* a FIFO without its other end */
    {SYS_open, "open", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_flock, "flock", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_fcntl, "fcntl", NO_LIMIT_UNLESS_WORK, 0}, /* F_SETLKW */
    {SYS_splice, "splice", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_msgrcv, "msgrcv", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_semop, "semop", NO_LIMIT_UNLESS_WORK, 0},
    {SYS_semtimedop, "semtimedop", POINTER, 3},
    {SYS_mq_timedsend, "mq_timedsend", POINTER, 4},
    {SYS_mq_timedreceive, "mq_timedreceive", POINTER, 4},
    {SYS_io_getevents, "io_getevents", POINTER, 4},
    {SYS_fsync, "fsync", OWN_WORK, 0},
    {SYS_fdatasync, "fdatasync", OWN_WORK, 0},
    {SYS_vfork, "vfork", OWN_WORK, 0},
    {SYS_clone, "clone", OWN_WORK, 0},
};

static const struct call *find(long number)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

static bool futex_waits(uint64_t operation)
{
    switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET:
    case FUTEX_LOCK_PI:
    case FUTEX_WAIT_REQUEUE_PI:
        return true;
    default:
        return false;
    }
}

static bool has_limit(const struct call *call, const uint64_t arguments[6])
{
    uint64_t value = arguments[call->at];
    switch (call->limit) {
    case ALWAYS:
        return true;
    case POINTER:
        return value != 0;
    case MILLISECONDS:
        return (int32_t)value >= 0;
    case FUTEX_LIMIT:
        return value != 0 && futex_waits(arguments[1]);
    default:
        return false;
    }
}

/* "202 0x7f1e 0x80 …": the look at all threads lives on this, so no sscanf. False when it begins with no number. */
static bool parse(const char *text, long *number, uint64_t arguments[6])
{
    char *end;
    *number = strtol(text, &end, 10);
    if (end == text)
        return false;
    for (size_t i = 0; i < 6; i++)
        arguments[i] = strtoull(end, &end, 16);
    return true;
}

enum kernel_wait kernel_wait_read(const char *text, long *number)
{
    uint64_t arguments[6];
    if (!parse(text, number, arguments)) {
        *number = -1;
        return KERNEL_RUNNING;
    }
    if (*number < 0)
        return KERNEL_NO_CALL;
    const struct call *call = find(*number);
    if (call == NULL || call->limit == OWN_WORK)
        return KERNEL_WORKS;
    if (call->limit == NO_LIMIT_UNLESS_WORK)
        return KERNEL_WAITS_OR_WORKS;
    return has_limit(call, arguments) ? KERNEL_TIMED : KERNEL_WAITS;
}

const char *kernel_wait_name(long number)
{
    const struct call *call = find(number);
    return call != NULL ? call->name : NULL;
}
