/* What the story did must have worked: a command that failed, or a dialog cut short, leaves nothing to judge. */
#include <stdio.h>
#include <string.h>

#include "harness/judge/judge.h"

static struct verdict *add(struct judgement *out, const char *sentence, size_t at)
{
    struct verdict *verdict = judgement_add(out);
    verdict->kind = RESULT_INCONCLUSIVE;
    verdict->level = "";
    verdict->sentence = sentence;
    verdict->at = at;
    return verdict;
}

/* Whether the dialog has a sentence after this step, which itself reports that it was not reached. */
static bool has_sentence_behind(const struct facts *facts, int64_t dialog, int64_t step)
{
    for (size_t i = 0; i < facts->scenario->event_count; i++) {
        const struct story_event *event = &facts->scenario->events[i];
        for (size_t k = (size_t)step;
             event->kind == STORY_SCRIPT && event->script.n == dialog && k < event->script.line_count; k++)
            if (event->script.lines[k].sentence != NULL)
                return true;
    }
    return false;
}

/* Whether an optional reply (`may`) did not come before this step. The steps after it rest on that option. */
static bool option_declined(const struct facts *facts, int64_t dialog, int64_t step)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DIALOG_EXPECT, NULL, 0, &at)) != NULL) {
        int64_t line = trace_int(event->json, FIELD_STEP, 0);
        if (trace_int(event->json, FIELD_DIALOG, 0) != dialog || line >= step ||
            trace_bool(event->json, FIELD_MET, false))
            continue;
        for (size_t i = 0; i < facts->scenario->expect_count; i++) {
            const struct expect *expect = &facts->scenario->expects[i];
            const struct check_dialog *check = expect_of(expect, CHECK_DIALOG);
            if (check != NULL && expect->level == LEVEL_MAY && check->dialog == dialog && check->line == line)
                return true;
        }
    }
    return false;
}

static void judge_dialogs(const struct facts *facts, struct judgement *out)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_DIALOG_END, NULL, 0, &at)) != NULL) {
        int64_t dialog = trace_int(event->json, FIELD_DIALOG, 0), step = trace_int(event->json, FIELD_STEP, 0);
        if (strcmp(trace_str(event->json, FIELD_REASON, ""), "over") == 0 || has_sentence_behind(facts, dialog, step) ||
            option_declined(facts, dialog, step))
            continue;
        struct verdict *verdict = add(out, "Every dialog is played to its end", at - 1);
        (void)snprintf(verdict->wanted, sizeof verdict->wanted, "dialog %d to its end", (int)dialog);
        (void)snprintf(verdict->seen, sizeof verdict->seen, "it ended at its step %d, %s: %.300s", (int)step,
                       trace_str(event->json, FIELD_REASON, ""), trace_str(event->json, FIELD_TEXT, ""));
    }
}

static void judge_commands(const struct facts *facts, struct judgement *out)
{
    const struct trace_event *event;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_TARGET_RESULT, NULL, 0, &at)) != NULL) {
        int64_t status = trace_int(event->json, FIELD_STATUS, -1);
        if (status == 0)
            continue;
        struct verdict *verdict = add(out, "What the story asks of the target is done", at - 1);
        (void)snprintf(verdict->wanted, sizeof verdict->wanted, "the adapter's command ends with status 0");
        (void)snprintf(verdict->seen, sizeof verdict->seen, "`%s` ended with %s %d; see target.log",
                       trace_str(event->json, FIELD_ACTION, ""), status >= 0 ? "status" : "signal",
                       (int)(status >= 0 ? status : trace_int(event->json, FIELD_SIGNAL, 0)));
    }
}

void judge_story(const struct facts *facts, struct judgement *out)
{
    judge_commands(facts, out);
    judge_dialogs(facts, out);
}
