#include "harness/suite/progress.h"

#define CLEAR      "\r\033[K"
#define TELLS_FROM (NS_PER_S / 2) /* before, the time left would be a guess */

void progress_begin(struct progress *progress, enum progress_kind kind, size_t total, FILE *out, int64_t now_ns)
{
    *progress = (struct progress){.kind = kind, .total = total, .out = out, .began_ns = now_ns, .shown_ns = now_ns};
    progress_show(progress, 0, 0, now_ns);
}

static bool is_due(const struct progress *progress, int64_t now_ns)
{
    return progress->kind == PROGRESS_ONE_LINE ||
           (progress->kind == PROGRESS_LINES && now_ns - progress->shown_ns >= PROGRESS_EVERY_NS);
}

void progress_show(struct progress *progress, size_t done, unsigned failed, int64_t now_ns)
{
    int64_t spent = now_ns - progress->began_ns;
    if (!is_due(progress, now_ns) || done >= progress->total)
        return;
    fprintf(progress->out, "%s%zu/%zu done, %u failed", progress->kind == PROGRESS_ONE_LINE ? CLEAR : "", done,
            progress->total, failed);
    if (done > 0 && spent > TELLS_FROM) {
        double left = (double)spent / (double)done * (double)(progress->total - done);
        fprintf(progress->out, ", about %.0f s left", left / (double)NS_PER_S + 0.5);
    }
    if (progress->kind == PROGRESS_LINES)
        (void)fputc('\n', progress->out);
    (void)fflush(progress->out);
    progress->shown_ns = now_ns;
}

void progress_clear(const struct progress *progress)
{
    if (progress->kind == PROGRESS_ONE_LINE)
        (void)fputs(CLEAR, progress->out);
}
