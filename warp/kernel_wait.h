/*
 * What a thread does in the kernel, read off the text of /proc/PID/task/TID/syscall: it runs, it waits without a time
 * limit, or it waits with a limit that only the kernel knows of. Pure.
 *
 * A thread whose wait has a limit in the kernel is at work as far as virtual time goes: the limit is in real time,
 * and moving the clock past it would let days pass in a resolver's one second.
 */
#ifndef RL_WARP_KERNEL_WAIT_H
#define RL_WARP_KERNEL_WAIT_H

enum kernel_wait {
    KERNEL_RUNNING,        /* on a CPU, or ready to be */
    KERNEL_WAITS,          /* without a limit: another process must end it */
    KERNEL_WAITS_OR_WORKS, /* a call that waits for a peer, or works (a disk, the kernel's own locks): the state letter
                            * shows which, S or D */
    KERNEL_TIMED,          /* with a limit that libwarp did not take over */
    KERNEL_WORKS,          /* sleeps inside a call that ends by itself: fsync, vfork */
    KERNEL_NO_CALL,        /* not in a system call: a zombie, or a page on its way */
};

/* *number: of the system call, or -1. Text that is not of that form counts as running. */
enum kernel_wait kernel_wait_read(const char *text, long *number);

/* "ppoll", or NULL for one that no wait is known by. */
const char *kernel_wait_name(long number);

#endif
