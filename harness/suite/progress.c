#include "harness/suite/progress.h"

#include <stdio.h>
#include <time.h>

#include "lib/base/duration.h"

#define CLEAR      "\r\033[K"
#define TELLS_FROM (NS_PER_S / 2) /* before, the time left would be a guess */

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void progress_begin(struct progress *progress, bool shown, size_t total)
{
    *progress = (struct progress){.shown = shown, .total = total, .began_ns = now_ns()};
    progress_show(progress, 0, 0);
}

void progress_show(const struct progress *progress, size_t done, unsigned failed)
{
    int64_t spent = now_ns() - progress->began_ns;
    if (!progress->shown || done >= progress->total)
        return;
    fprintf(stderr, CLEAR "%zu/%zu done, %u failed", done, progress->total, failed);
    if (done > 0 && spent > TELLS_FROM) {
        double left = (double)spent / (double)done * (double)(progress->total - done);
        fprintf(stderr, ", about %.0f s left", left / (double)NS_PER_S + 0.5);
    }
}

void progress_clear(const struct progress *progress)
{
    if (progress->shown)
        (void)fputs(CLEAR, stderr);
}
