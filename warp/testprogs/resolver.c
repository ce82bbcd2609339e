/* libc's resolver waits in the kernel, where no preload reaches: its real second must not let virtual time pass. */
#include <arpa/inet.h>
#include <netdb.h>
#include <resolv.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    unsigned char answer[512];
    int silent = socket(AF_INET, SOCK_DGRAM, 0), status; /* a DNS server that never says anything */
    CHECK(bind(silent, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(getsockname(silent, (struct sockaddr *)&at, &len) == 0);
    int64_t began = now_ns();
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(res_init() == 0);
        _res.nscount = 1;
        _res.nsaddr_list[0] = at;
        _res.retrans = 1;
        _res.retry = 1;
        CHECK(res_query("relay.example", 1, 15, answer, sizeof answer) == -1);
        CHECK(now_ns() == began);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(now_ns() == began); /* another process is not a year older either */
    sleep(86400);
    CHECK(now_ns() == began + 86400 * SECOND);
    return 0;
}
