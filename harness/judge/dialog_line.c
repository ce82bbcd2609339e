/* A dialog's line that proves something: whether the target answered it as expected. */
#include "harness/judge/judge.h"

/* The first event of the dialog of this kind and this step (0 = any). */
static const struct trace_event *find(const struct facts *facts, enum trace_kind kind, unsigned dialog, unsigned step,
                                      size_t *at)
{
    const struct trace_event *event;
    *at = 0;
    while ((event = facts_next(facts, kind, NULL, 0, at)) != NULL)
        if (trace_int(event->json, FIELD_DIALOG, 0) == dialog &&
            (step == 0 || trace_int(event->json, FIELD_STEP, 0) == step))
            return event;
    return NULL;
}

static void set_seen(struct finding *out, int result, const struct json *json)
{
    int code = (int)trace_int(json, FIELD_CODE, 0);
    const char *text = trace_str(json, FIELD_TEXT, "");
    if (code != 0)
        finding_set(out, result, "%d %.400s", code, text);
    else
        finding_set(out, result, "%.400s", text);
}

void judge_dialog(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_dialog *check = expect->check;
    size_t at;
    const struct trace_event *event = find(facts, TRACE_DIALOG_EXPECT, check->dialog, check->line, &at);
    finding_want(out, "%s", check->wanted);
    if (event != NULL) {
        set_seen(out, trace_bool(event->json, FIELD_MET, false) ? HOLDS : BROKEN, event->json);
        if (out->result == BROKEN)
            (void)finding_because(out, "the answer at line %u of dialog %u does not match %s", check->line,
                                  check->dialog, check->wanted);
        out->at = at - 1;
        return;
    }
    event = find(facts, TRACE_DIALOG_END, check->dialog, 0, &at);
    if (event == NULL) {
        finding_set(out, CANNOT_TELL, "the run ended before the dialog came there");
        return;
    }
    out->at = at - 1;
    finding_set(out, CANNOT_TELL, "the dialog ended at its step %d: %.400s", (int)trace_int(event->json, FIELD_STEP, 0),
                trace_str(event->json, FIELD_TEXT, ""));
}
