/* Loopback TCP in virtual time: a blocking connect, accept, and a read that a later write ends. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), status;
    char byte;
    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 4) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        sleep(10);
        CHECK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
        sleep(20);
        CHECK(write(fd, "x", 1) == 1);
        CHECK(read(fd, &byte, 1) == 0);
        _exit(0);
    }
    int fd;
    TAKES(10 * SECOND, CHECK((fd = accept(listener, NULL, NULL)) >= 0));
    TAKES(20 * SECOND, CHECK(read(fd, &byte, 1) == 1));
    sleep(5);
    close(fd);
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return 0;
}
