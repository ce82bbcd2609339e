#include "warp/private_network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return good;
}

static bool enter(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    char users[64], groups[64];
    if (uid == 0)
        return unshare(CLONE_NEWNET) == 0;
    (void)snprintf(users, sizeof users, "%d %d 1\n", (int)uid, (int)uid);
    (void)snprintf(groups, sizeof groups, "%d %d 1\n", (int)gid, (int)gid);
    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", users) && write_file("/proc/self/gid_map", groups);
}

int private_network(struct err *err)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (!enter())
        return err_errno(err, "cannot make a network of its own (run as root, or allow user namespaces)");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
    int rc = up ? ERR_OK : err_errno(err, "cannot bring up loopback in the new network");
    if (fd >= 0)
        close(fd);
    return rc;
}
