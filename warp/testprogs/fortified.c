/* The names under which fortified programs call libc are as good as the plain ones. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t size);
ssize_t __read_chk(int fd, void *to, size_t len, size_t size);
ssize_t __recv_chk(int fd, void *to, size_t len, size_t size, int flags);
ssize_t __recvfrom_chk(int fd, void *to, size_t len, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *from_len);

int main(void)
{
    struct timeval minute = {60, 0};
    struct timespec hour = {3600, 0};
    char byte;
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute) == 0);
    struct pollfd one = {pair[0], POLLIN, 0};
    TAKES(90 * SECOND, CHECK(__poll_chk(&one, 1, 90000, sizeof one) == 0));
    TAKES(3600 * SECOND, CHECK(__ppoll_chk(&one, 1, &hour, NULL, sizeof one) == 0));
    TAKES(60 * SECOND, CHECK(__read_chk(pair[0], &byte, 1, 1) == -1 && errno == EAGAIN));
    TAKES(60 * SECOND, CHECK(__recv_chk(pair[0], &byte, 1, 1, 0) == -1 && errno == EAGAIN));
    TAKES(60 * SECOND, CHECK(__recvfrom_chk(pair[0], &byte, 1, 1, 0, (__SOCKADDR_ARG){NULL}, NULL) == -1));
    return 0;
}
