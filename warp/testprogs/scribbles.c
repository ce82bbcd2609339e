/* Whatever a process writes into the tree's shared memory, neither it nor the coordinator reads past its end, and no
 * other process is signalled. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "warp/shm.h"
#include "warp/testprogs/testprog.h"

static void *sleep_in_a_thread(void *arg)
{
    (void)arg;
    TAKES(3600 * SECOND, sleep(3600));
    return NULL;
}

static void ring(int signo)
{
    (void)signo;
}

/* Were these numbers believed, the coordinator would end by a signal of its own, and this process get none. */
static void name_the_coordinator(struct warp_shm *shm)
{
    struct warp_thread *free_one = &shm->threads[WARP_THREADS - 1], *mine = shm->threads;
    while (atomic_load(&mine->tid) != getpid())
        CHECK(++mine < free_one);
    atomic_store(&mine->pid, getppid());
    atomic_store(&free_one->pid, getppid());
    atomic_store(&free_one->deadline_ns, warp_shm_now_ns(shm) + SECOND);
    atomic_store(&free_one->alarm_ns, warp_shm_now_ns(shm) + 2 * SECOND);
    atomic_store(&free_one->alarm_interval_ns, INT64_MAX);
    atomic_store(&free_one->tid, getppid());
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
    name_the_coordinator(shm);
    TAKES(3600 * SECOND, sleep(3600));
    CHECK(signal(SIGALRM, ring) != SIG_ERR);
    alarm(60);
    TAKES(60 * SECOND, sleep(3600));
    return 0;
}
