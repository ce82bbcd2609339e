#include "lib/io/socket.h"

#include <errno.h>
#include <unistd.h>

#include "lib/base/check.h"

int socket_bind(int type, struct ip_port at)
{
    struct sockaddr_storage address;
    socklen_t len = ip_to_sockaddr(at, &address);
    int on = 1;
    int fd = socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (type == SOCK_STREAM)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, len) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int socket_accept(int fd, struct ip_port *peer)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    int accepted = accept4(fd, (struct sockaddr *)&address, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0)
        rl_assert(ip_from_sockaddr((struct sockaddr *)&address, peer));
    return accepted;
}
