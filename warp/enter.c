#include "warp/enter.h"

#include <linux/capability.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What a daemon needs that root starts: other users, their files, low ports, its own chroot, limits. */
static const int kept[] = {CAP_CHOWN,    CAP_DAC_OVERRIDE, CAP_FOWNER,       CAP_FSETID,   CAP_KILL,
                           CAP_SETGID,   CAP_SETUID,       CAP_SETPCAP,      CAP_SETFCAP,  CAP_NET_BIND_SERVICE,
                           CAP_NET_RAW,  CAP_SYS_CHROOT,   CAP_SYS_RESOURCE, CAP_SYS_NICE, CAP_IPC_OWNER,
                           CAP_IPC_LOCK, CAP_LEASE,        CAP_AUDIT_WRITE};

static bool is_kept(int capability)
{
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (kept[i] == capability)
            return true;
    return false;
}

/* Of the bounding set, which limits what exec gives root, too. */
static bool drop_capabilities(void)
{
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        if (!is_kept(capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return false;
    return true;
}

bool enter_root(const struct enter *enter)
{
    if (enter->mounts_fd < 0)
        return true;
    if (enter->user_fd >= 0 && setns(enter->user_fd, CLONE_NEWUSER) != 0)
        return false;
    return setns(enter->mounts_fd, CLONE_NEWNS) == 0 && chdir("/") == 0 && drop_capabilities();
}
