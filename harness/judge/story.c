/* What the story did must have worked: an adapter's command that failed leaves nothing to judge. */
#include <stdio.h>

#include "harness/judge/judge.h"

void judge_story(const struct facts *facts, struct judgement *out)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, "target.result", NULL, 0, &at)) != NULL) {
        int64_t status = json_get_int(event->json, "status", -1);
        if (status == 0)
            continue;
        struct verdict *verdict = judgement_add(out);
        verdict->kind = VERDICT_INCONCLUSIVE;
        verdict->level = "";
        verdict->sentence = "What the story asks of the target is done";
        verdict->at = at - 1;
        (void)snprintf(verdict->wanted, sizeof verdict->wanted, "the adapter's command ends with status 0");
        (void)snprintf(verdict->seen, sizeof verdict->seen, "`%s` ended with %s %d; see target.log",
                       json_get_str(event->json, "action", ""), status >= 0 ? "status" : "signal",
                       (int)(status >= 0 ? status : json_get_int(event->json, "signal", 0)));
    }
}
