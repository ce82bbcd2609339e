/* What a process writes into the tree's shared memory makes nobody read behind its end: neither it nor the coordinator.
 */
#include <pthread.h>
#include <unistd.h>

#include "warp/shm.h"
#include "warp/testprogs/testprog.h"

static void *sleep_in_a_thread(void *arg)
{
    (void)arg;
    TAKES(3600 * SECOND, sleep(3600));
    return NULL;
}

int main(void)
{
    pthread_t thread;
    struct warp_shm *shm = warp_shm_attach();
    CHECK(shm != NULL);
    atomic_store(&shm->thread_high, UINT32_MAX);
    TAKES(3600 * SECOND, sleep(3600));
    CHECK(pthread_create(&thread, NULL, sleep_in_a_thread, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    return 0;
}
