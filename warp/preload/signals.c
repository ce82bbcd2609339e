/*
 * The wake-up signal is libwarp's own. Programs that set the actions of all signals in bulk do not get this one: what
 * they set is remembered and shown, as the kernel would show it, and has no effect. A signal of this number from
 * elsewhere ends no wait: it is as if it were ignored.
 */
#include "warp/preload/preload.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* old programs call the old functions */

static struct sigaction shown; /* SIG_DFL at first */

static bool reserved(int signo)
{
    return signo == WARP_WAKE_SIGNAL && tolerant();
}

static int show_action(const struct sigaction *action, struct sigaction *old)
{
    struct sigaction before = shown;
    if (action != NULL)
        shown = *action;
    if (old != NULL)
        *old = before;
    return 0;
}

EXPORT int sigaction(int signo, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    return reserved(signo) ? show_action(action, old) : REAL(sigaction)(signo, action, old);
}

int __sigaction(int signo, const struct sigaction *restrict action, struct sigaction *restrict old);
EXPORT int __sigaction(int signo, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    return reserved(signo) ? show_action(action, old) : REAL(__sigaction)(signo, action, old);
}

/* What signal() and its kin do, with the flags of each. */
static __sighandler_t show(__sighandler_t handler, int flags)
{
    __sighandler_t before = shown.sa_handler;
    shown = (struct sigaction){.sa_handler = handler, .sa_flags = flags};
    return before;
}

EXPORT __sighandler_t signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? show(handler, SA_RESTART) : REAL(signal)(signo, handler);
}

__sighandler_t bsd_signal(int signo, __sighandler_t handler);
EXPORT __sighandler_t bsd_signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? show(handler, SA_RESTART) : REAL(bsd_signal)(signo, handler);
}

EXPORT __sighandler_t ssignal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? show(handler, SA_RESTART) : REAL(ssignal)(signo, handler);
}

EXPORT __sighandler_t sysv_signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? show(handler, (int)SA_RESETHAND | SA_NODEFER) : REAL(sysv_signal)(signo, handler);
}

__sighandler_t __sysv_signal(int signo, __sighandler_t handler);
EXPORT __sighandler_t __sysv_signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? show(handler, (int)SA_RESETHAND | SA_NODEFER) : REAL(__sysv_signal)(signo, handler);
}

/* The System V form, whose SIG_HOLD means a blocked signal and not an action. */
__sighandler_t sigset(int signo, __sighandler_t handler);
EXPORT __sighandler_t sigset(int signo, __sighandler_t handler)
{
    if (!reserved(signo))
        return REAL(sigset)(signo, handler);
    return handler == (__sighandler_t)2 /* SIG_HOLD */ ? shown.sa_handler : show(handler, 0);
}

int sigignore(int signo);
EXPORT int sigignore(int signo)
{
    if (!reserved(signo))
        return REAL(sigignore)(signo);
    (void)show(SIG_IGN, 0);
    return 0;
}

EXPORT int siginterrupt(int signo, int interrupts)
{
    if (!reserved(signo))
        return REAL(siginterrupt)(signo, interrupts);
    shown.sa_flags = interrupts ? shown.sa_flags & ~SA_RESTART : shown.sa_flags | SA_RESTART;
    return 0;
}

/* A descriptor for "all signals" would be readable by a wake-up, which is not the program's to read. */
EXPORT int signalfd(int fd, const sigset_t *mask, int flags)
{
    sigset_t others;
    if (!tolerant())
        return (int)syscall(SYS_signalfd4, fd, mask, _NSIG / 8, flags);
    others = *mask;
    sigdelset(&others, WARP_WAKE_SIGNAL);
    return (int)syscall(SYS_signalfd4, fd, &others, _NSIG / 8, flags);
}

/* By number: the kernel's own form of an action, which is not the program's to see here. */
long sigaction_call(const long a[6])
{
    if (!reserved((int)a[0]))
        return syscall(SYS_rt_sigaction, a[0], a[1], a[2], a[3]);
    if (a[2] != 0)
        memset((void *)(uintptr_t)a[2], 0, sizeof(struct kernel_sigaction));
    return 0;
}
