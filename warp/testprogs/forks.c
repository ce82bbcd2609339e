/* No time passes between a fork and the child's first wait, whatever the child does first. */
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    int64_t began = now_ns();
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            for (volatile int spin = 0; spin < 300000; spin++)
                continue;
            CHECK(now_ns() == began + i * 10 * SECOND);
            sleep(5);
            _exit(0);
        }
        TAKES(10 * SECOND, sleep(10)); /* the child works while we are asleep already */
        int status;
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    return 0;
}
