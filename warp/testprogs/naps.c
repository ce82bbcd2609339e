/* Sleeps for argv[1] ms, argv[2] times. */
#include <stdlib.h>
#include <time.h>

#include "warp/testprogs/testprog.h"

static void nap(long ms)
{
    struct timespec length = {ms / 1000, (ms % 1000) * 1000000};
    CHECK(nanosleep(&length, NULL) == 0);
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    long ms = strtol(argv[1], NULL, 10), times = strtol(argv[2], NULL, 10);
    for (long i = 0; i < times; i++)
        nap(ms);
    return 0;
}
