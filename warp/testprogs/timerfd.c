/* A timer that virtual time does not cover must end the program by name, not stay silent. */
#include <sys/timerfd.h>

#include "warp/testprogs/testprog.h"

int main(void)
{
    return timerfd_create(CLOCK_MONOTONIC, 0) >= 0 ? 0 : 1;
}
