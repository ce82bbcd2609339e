/* A program of AddressSanitizer, which reads the clock before it has an environment. */
#include <pthread.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static void *nap(void *unused)
{
    (void)unused;
    TAKES(60 * SECOND, sleep(60));
    return NULL;
}

int main(void)
{
    pthread_t thread;
    char *volatile memory = malloc(10);
    CHECK(time(NULL) == 1893456000);
    TAKES(86400 * SECOND, sleep(86400));
    CHECK(pthread_create(&thread, NULL, nap, NULL) == 0 && pthread_join(thread, NULL) == 0);
    free(memory);
    return 0;
}
