/* The wake-up signal is libwarp's own: programs that set handlers for all signals in bulk do not get this one. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static bool reserved(int signo)
{
    if (signo != WARP_WAKE_SIGNAL || !tolerant())
        return false;
    errno = EINVAL;
    return true;
}

EXPORT int sigaction(int signo, const struct sigaction *restrict action, struct sigaction *restrict old)
{
    return reserved(signo) ? -1 : REAL(sigaction)(signo, action, old);
}

EXPORT __sighandler_t signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? SIG_ERR : REAL(signal)(signo, handler);
}

EXPORT __sighandler_t sysv_signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? SIG_ERR : REAL(sysv_signal)(signo, handler);
}

__sighandler_t __sysv_signal(int signo, __sighandler_t handler);
EXPORT __sighandler_t __sysv_signal(int signo, __sighandler_t handler)
{
    return reserved(signo) ? SIG_ERR : REAL(__sysv_signal)(signo, handler);
}
