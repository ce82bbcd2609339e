/* Connects to a listener that is slow to accept: the kernel would repeat what a short queue drops in real time. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

#define CONNECTS 20

int main(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 2) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
    for (int i = 0; i < CONNECTS; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        struct pollfd end = {.fd = fd, .events = POLLOUT};
        CHECK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 || errno == EINPROGRESS);
        CHECK(poll(&end, 1, 1000) == 1 && end.revents == POLLOUT);
    }
    return 0;
}
