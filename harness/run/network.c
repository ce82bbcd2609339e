#include "harness/run/network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/machine.h"
#include "harness/run/routes.h"

bool network_find(const char *name, enum network *out)
{
    static const char *const names[] = {"auto", "namespace", "loopback"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (enum network)i;
            return true;
        }
    return false;
}

static pid_t clone_child(unsigned long flags)
{
    return (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
}

static int write_map(pid_t pid, const char *file, const char *text, struct err *err)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int rc = good ? ERR_OK : err_errno(err, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return rc;
}

/* An ordinary user is root inside the run's user namespace, and nowhere else. */
static int map_user(pid_t pid, struct err *err)
{
    char uids[64], gids[64];
    (void)snprintf(uids, sizeof uids, "0 %d 1\n", (int)geteuid());
    (void)snprintf(gids, sizeof gids, "0 %d 1\n", (int)getegid());
    int rc = write_map(pid, "setgroups", "deny", err);
    if (rc == ERR_OK)
        rc = write_map(pid, "uid_map", uids, err);
    return rc == ERR_OK ? write_map(pid, "gid_map", gids, err) : rc;
}

/* A container's root may lack them, and then must make a user namespace, as any other user must. */
bool network_has_powers(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};
    const uint32_t wanted = 1u << CAP_SYS_ADMIN | 1u << CAP_NET_ADMIN;
    return syscall(SYS_capget, &head, sets) == 0 && (sets[0].effective & wanted) == wanted;
}

static pid_t clone_into(enum network network, bool *as_user)
{
    *as_user = network == NETWORK_NAMESPACE && !network_has_powers();
    if (network == NETWORK_LOOPBACK)
        return clone_child(0);
    return clone_child(CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | (*as_user ? CLONE_NEWUSER : 0));
}

static int enter(enum network network, int release, struct err *err)
{
    char byte;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(release, &byte, 1) != 1)
        _exit(127); /* the parent has given up, or has died before it could be watched */
    close(release);
    return network == NETWORK_NAMESPACE ? routes_set_up(err) : ERR_OK;
}

static int explain(struct err *err)
{
    return err_set(err, ERR_SYSTEM, "cannot create the run's namespaces (network, PID, UTS, IPC): %s", strerror(errno));
}

int network_fork(enum network network, pid_t *pid, struct err *err)
{
    int release[2];
    bool as_user;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, release) != 0)
        return err_errno(err, "cannot create a socket pair");
    pid_t child = clone_into(network, &as_user);
    int rc = child < 0 ? explain(err) : ERR_OK;
    if (child == 0) {
        *pid = 0;
        close(release[1]);
        return enter(network, release[0], err);
    }
    close(release[0]);
    if (rc == ERR_OK && as_user)
        rc = map_user(child, err);
    if (rc == ERR_OK)
        (void)send(release[1], "", 1, MSG_NOSIGNAL); /* a signal may have ended it already */
    close(release[1]);
    if (rc == ERR_OK)
        *pid = child;
    else if (child > 0)
        (void)waitpid(child, NULL, 0);
    return rc;
}

/* In a child that does nothing else: some systems allow namespaces, but no capabilities in them, or not all. */
static int try_namespace(struct err *err)
{
    int ends[2];
    pid_t pid = -1;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "cannot create a pipe");
    int rc = network_fork(NETWORK_NAMESPACE, &pid, err);
    if (pid == 0) {
        if (rc == ERR_OK)
            rc = machine_set_up(0, err);
        (void)!write(ends[1], err, rc == ERR_OK ? 0 : sizeof *err);
        _exit(0);
    }
    close(ends[1]);
    if (rc == ERR_OK && read(ends[0], err, sizeof *err) == (ssize_t)sizeof *err)
        rc = err->code;
    close(ends[0]);
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    return rc;
}

int network_choose(enum network *network, struct err *err)
{
    if (*network == NETWORK_LOOPBACK)
        return ERR_OK;
    struct err why = {0};
    int rc = try_namespace(&why);
    if (*network == NETWORK_AUTO) {
        *network = rc == ERR_OK ? NETWORK_NAMESPACE : NETWORK_LOOPBACK;
        (void)err_set(err, rc, "%s", why.text);
        return ERR_OK;
    }
    if (rc == ERR_OK)
        return ERR_OK;
    return err_set(
        err, rc,
        "%s; run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or docker run "
        "--cap-add=SYS_ADMIN --cap-add=NET_ADMIN), or use --net loopback",
        why.text);
}
