/* Time limits of sockets, and unanswered connects, end in virtual time. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static void ring(int signo)
{
    (void)signo;
}

/* A listener whose queue is full: further SYNs are dropped. */
static struct sockaddr_in black_hole(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), filler = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 0) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
    CHECK(connect(filler, (struct sockaddr *)&at, sizeof at) == 0);
    return at;
}

/* No process reads at the other end. */
static void fill_and_wait(int fd)
{
    static const char page[4096];
    struct timeval minute = {60, 0};
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute) == 0);
    while (send(fd, page, sizeof page, MSG_DONTWAIT) > 0)
        continue;
    TAKES(60 * SECOND, CHECK(send(fd, page, sizeof page, 0) == -1 && errno == EAGAIN));
    TAKES(60 * SECOND, CHECK(write(fd, page, sizeof page) == -1 && errno == EAGAIN));
}

int main(void)
{
    struct timeval minute = {60, 0}, got;
    socklen_t len = sizeof got;
    char byte;
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute) == 0);
    CHECK(getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &got, &len) == 0 && got.tv_sec == 60);
    TAKES(60 * SECOND, CHECK(read(pair[0], &byte, 1) == -1 && errno == EAGAIN));
    TAKES(60 * SECOND, CHECK(recv(pair[0], &byte, 1, 0) == -1 && errno == EAGAIN));
    CHECK(write(pair[1], "x", 1) == 1);
    TAKES(0, CHECK(read(pair[0], &byte, 1) == 1));

    fill_and_wait(pair[1]);
    struct sockaddr_in hole = black_hole();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute) == 0);
    TAKES(60 * SECOND, CHECK(connect(fd, (struct sockaddr *)&hole, sizeof hole) == -1));
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0); /* by alarm, as Exim does it */
    struct sigaction action = {.sa_handler = ring};
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    alarm(30);
    TAKES(30 * SECOND, CHECK(connect(fd, (struct sockaddr *)&hole, sizeof hole) == -1 && errno == EINTR));
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM, 0); /* as long as the kernel would try */
    TAKES(127 * SECOND, CHECK(connect(fd, (struct sockaddr *)&hole, sizeof hole) == -1 && errno == ETIMEDOUT));
    return 0;
}
