#include "harness/explain/play.h"

#include <stdlib.h>

#include "lib/base/mem.h"

static int read_run(const struct run *run, struct trace_log *log, struct err *err)
{
    if (run->state == RUN_INTERRUPTED)
        return err_set(err, ERR_AGAIN, "interrupted");
    if (run->state != RUN_PLAYED)
        return err_set(err, ERR_SYSTEM, "%s", run->what);
    char *path = mem_printf("%s/trace.jsonl", run->folder);
    int rc = trace_read(log, path, err);
    free(path);
    return rc;
}

int play(const struct run_settings *settings, struct played *out, struct err *err)
{
    int rc = run_once(settings, &out->run, err);
    if (rc != ERR_OK)
        return rc;
    rc = read_run(&out->run, &out->log, err);
    if (rc != ERR_OK) {
        run_fini(&out->run);
        return rc;
    }
    facts_make(&out->facts, settings->scenario, &out->log);
    out->facts.unlisted = settings->target->queue.count == 0;
    out->facts.never_bounces = !target_can(settings->target, "bounces");
    judge(&out->facts, settings->target, &out->judgement);
    return ERR_OK;
}

void played_fini(struct played *played)
{
    judgement_fini(&played->judgement);
    facts_fini(&played->facts);
    trace_log_fini(&played->log);
    run_fini(&played->run);
}
