/*
 * `many chain N`: N processes, each the parent of the next; `many children N`: all of one parent; `many threads N`. The
 * last, or each, sleeps for five seconds.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "warp/testprogs/testprog.h"

static int chain(int length)
{
    for (int i = 1; i < length; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child > 0) {
            int status = 0;
            CHECK(waitpid(child, &status, 0) == child);
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        }
    }
    return (int)sleep(5);
}

static int children(int count)
{
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            _exit((int)sleep(5));
    }
    for (int i = 0, status = 0; i < count; i++)
        CHECK(wait(&status) > 0 && status == 0);
    return 0;
}

static void *sleep_five(void *arg)
{
    (void)sleep(5);
    return arg;
}

static int threads(int count)
{
    pthread_attr_t small;
    pthread_t *all = calloc((size_t)count, sizeof *all);
    CHECK(all != NULL && pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 65536) == 0);
    for (int i = 0; i < count; i++)
        CHECK(pthread_create(&all[i], &small, sleep_five, NULL) == 0);
    for (int i = 0; i < count; i++)
        CHECK(pthread_join(all[i], NULL) == 0);
    free(all);
    return 0;
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    int count = (int)strtol(argv[2], NULL, 10);
    if (strcmp(argv[1], "chain") == 0)
        return chain(count);
    return strcmp(argv[1], "children") == 0 ? children(count) : threads(count);
}
