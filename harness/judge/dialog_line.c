/* A dialog's line that proves something: whether the target answered it as expected. */
#include "harness/judge/judge.h"

/* The first event of the dialog with this name, of this step (0 = any). */
static const struct trace_event *find(const struct facts *facts, const char *name, unsigned dialog, unsigned step,
                                      size_t *at)
{
    const struct trace_event *event;
    *at = 0;
    while ((event = facts_next(facts, name, NULL, 0, at)) != NULL)
        if (json_get_int(event->json, "dialog", 0) == dialog &&
            (step == 0 || json_get_int(event->json, "step", 0) == step))
            return event;
    return NULL;
}

static void set_seen(struct finding *out, int result, const struct json *json)
{
    int code = (int)json_get_int(json, "code", 0);
    const char *text = json_get_str(json, "text", "");
    if (code != 0)
        finding_set(out, result, "%d %.400s", code, text);
    else
        finding_set(out, result, "%.400s", text);
}

void check_dialog(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_dialog *check = &expect->dialog;
    size_t at;
    const struct trace_event *event = find(facts, "dialog.expect", check->dialog, check->line, &at);
    finding_want(out, "%s", check->wanted);
    if (event != NULL) {
        set_seen(out, json_get_bool(event->json, "met", false) ? HOLDS : BROKEN, event->json);
        if (out->result == BROKEN)
            (void)finding_because(out, "the answer at line %u of dialog %u does not match %s", check->line,
                                  check->dialog, check->wanted);
        out->at = at - 1;
        return;
    }
    event = find(facts, "dialog.end", check->dialog, 0, &at);
    if (event == NULL) {
        finding_set(out, CANNOT_TELL, "not checked: the run ended before the dialog came there");
        return;
    }
    out->at = at - 1;
    finding_set(out, CANNOT_TELL, "not checked: the dialog ended at its step %d: %.400s",
                (int)json_get_int(event->json, "step", 0), json_get_str(event->json, "text", ""));
}
