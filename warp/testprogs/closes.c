/* Programs that close all descriptors but three before an exec do not lose virtual time with them. The argument says
 * how they do it. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

int main(int argc, char **argv)
{
    CHECK(argc == 2);
    if (strcmp(argv[1], "done") == 0) {
        TAKES(3600 * SECOND, sleep(3600));
        return 0;
    }
    if (strcmp(argv[1], "close") == 0)
        for (int fd = 3; fd < 1024; fd++)
            (void)close(fd);
    else if (strcmp(argv[1], "close_range") == 0)
        CHECK(close_range(3, ~0u, 0) == 0);
    else if (strcmp(argv[1], "closefrom") == 0)
        closefrom(3);
    else
        return 2;
    TAKES(60 * SECOND, sleep(60));
    execl("/proc/self/exe", argv[0], "done", (char *)NULL);
    return 1;
}
