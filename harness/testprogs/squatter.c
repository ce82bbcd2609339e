/*
 * squatter PORT… -- COMMAND…: listens on these TCP ports of all addresses, in its own network namespace, so that it
 * disturbs no other program, and runs the command there. Exit status 125 when it cannot have such a namespace.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(125);
}

static void write_map(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text), path);
    close(fd);
}

static void enter_namespace(void)
{
    char uids[64], gids[64];
    snprintf(uids, sizeof uids, "0 %d 1", (int)geteuid());
    snprintf(gids, sizeof gids, "0 %d 1", (int)getegid());
    if (geteuid() == 0) {
        check(unshare(CLONE_NEWNET) == 0, "unshare");
        return;
    }
    check(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0, "unshare");
    write_map("/proc/self/setgroups", "deny");
    write_map("/proc/self/uid_map", uids);
    write_map("/proc/self/gid_map", gids);
}

static void bring_up_loopback(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    check(fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &lo) == 0, "the loopback interface");
    close(fd);
}

static void listen_on(const char *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)strtoul(port, NULL, 10))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 1) == 0, port);
}

int main(int argc, char **argv)
{
    int i = 1;
    enter_namespace();
    bring_up_loopback();
    for (; i < argc && strcmp(argv[i], "--") != 0; i++)
        listen_on(argv[i]);
    check(i + 1 < argc && execvp(argv[i + 1], argv + i + 1) == 0, "squatter");
}
