/* Message queues and semaphores of System V: their time limits are virtual, and what comes in time ends the wait. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "warp/testprogs/testprog.h"

static mqd_t own_queue(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    char name[64];
    (void)snprintf(name, sizeof name, "/relaylab-queues-%d", (int)getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    CHECK(queue >= 0 && mq_unlink(name) == 0);
    return queue;
}

static struct timespec in(int64_t seconds)
{
    struct timespec at;
    CHECK(clock_gettime(CLOCK_REALTIME, &at) == 0);
    at.tv_sec += seconds;
    return at;
}

static void queues_end_at_their_limit(mqd_t queue)
{
    char byte[8];
    struct timespec until = in(3600);
    TAKES(3600 * SECOND, CHECK(mq_timedreceive(queue, byte, sizeof byte, NULL, &until) == -1 && errno == ETIMEDOUT));
    TAKES(0, CHECK(mq_timedsend(queue, "x", 1, 0, &until) == 0)); /* what need not wait does not look at the limit */
    until = in(60);
    TAKES(60 * SECOND, CHECK(mq_timedsend(queue, "y", 1, 0, &until) == -1 && errno == ETIMEDOUT));
    TAKES(0, CHECK(mq_timedreceive(queue, byte, sizeof byte, NULL, &until) == 1));
}

static void a_message_ends_the_wait(mqd_t queue)
{
    char byte[8];
    int status;
    struct timespec until = in(3600);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        sleep(30);
        _exit(mq_send(queue, "", 0, 0) == 0 ? 0 : 1);
    }
    TAKES(30 * SECOND, CHECK(mq_timedreceive(queue, byte, sizeof byte, NULL, &until) == 0));
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void semaphores_end_at_their_limit(void)
{
    int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {0, -1, 0}, at_once = {0, -1, IPC_NOWAIT};
    struct timespec hour = {3600, 0};
    CHECK(set >= 0);
    TAKES(3600 * SECOND, CHECK(semtimedop(set, &take, 1, &hour) == -1 && errno == EAGAIN));
    TAKES(0, CHECK(semtimedop(set, &at_once, 1, &hour) == -1 && errno == EAGAIN));
    CHECK(semctl(set, 0, IPC_RMID) == 0);
}

int main(void)
{
    mqd_t queue = own_queue();
    queues_end_at_their_limit(queue);
    a_message_ends_the_wait(queue);
    semaphores_end_at_their_limit();
    return 0;
}
