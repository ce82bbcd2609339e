/* getaddrinfo against a DNS server that never answers: for neither the caller nor another process does virtual time
 * pass. Runs in its own network and mount namespace, whose resolv.conf names 127.0.0.1. */
#include <arpa/inet.h>
#include <netdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(53), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int silent = socket(AF_INET, SOCK_DGRAM, 0), status, ends[2];
    char byte;
    CHECK(bind(silent, (struct sockaddr *)&at, sizeof at) == 0 && pipe(ends) == 0);
    int64_t began = now_ns();
    pid_t bystander = fork();
    CHECK(bystander >= 0);
    if (bystander == 0) {
        CHECK(read(ends[0], &byte, 1) == 1 && now_ns() == began);
        TAKES(365 * 86400 * SECOND, sleep(365 * 86400));
        _exit(0);
    }
    struct addrinfo *found;
    CHECK(getaddrinfo("relay.example", "25", NULL, &found) == EAI_AGAIN);
    CHECK(now_ns() == began);
    CHECK(recv(silent, &byte, 1, MSG_DONTWAIT) == 1); /* it was asked */
    CHECK(write(ends[1], "x", 1) == 1);
    CHECK(waitpid(bystander, &status, 0) == bystander && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return 0;
}
