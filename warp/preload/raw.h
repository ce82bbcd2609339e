/*
 * System calls past libc, for libwarp alone: it exports its own syscall(), and clocks are read before libc is ready.
 * The macro gives every file of the preload half this one under the usual name.
 */
#ifndef RL_WARP_RAW_H
#define RL_WARP_RAW_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __x86_64__
#error "libwarp knows the system calls of x86-64 only"
#endif

/* As syscall(2): -1 and errno on failure. */
static inline long raw_syscall(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long got;
    __asm__ volatile("syscall"
                     : "=a"(got)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if ((unsigned long)got < (unsigned long)-4095L)
        return got;
    errno = (int)-got;
    return -1;
}

#define RAW_PADDED(number, a, b, c, d, e, f, ...)                                                                      \
    raw_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define syscall(...) RAW_PADDED(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

#endif
