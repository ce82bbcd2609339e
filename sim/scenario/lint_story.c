/* What the linter checks in the story apart from submissions: does each item come at a time at which it can be done? */
#include "sim/scenario/loader.h"

/* Which of the first events ended the target, or is starting it, at t_ns; NULL when it runs then. */
static const struct story_event *ended_by(const struct scenario *s, int64_t t_ns, size_t before)
{
    const struct story_event *end = NULL;
    for (size_t i = 0; i < before && s->events[i].t_ns <= t_ns; i++) {
        const struct story_event *event = &s->events[i];
        if (event->kind != STORY_TARGET)
            continue;
        if (event->action == TARGET_STOP || event->action == TARGET_KILL)
            end = event;
        else if (event->action == TARGET_RESTART)
            end = event->t_ns == t_ns ? event : NULL;
    }
    return end;
}

static void check_action(struct scenario *s, size_t i)
{
    const struct story_event *event = &s->events[i], *end = ended_by(s, event->t_ns, i);
    if (end != NULL && event->action != TARGET_RESTART)
        yaml_error(&s->doc, event->at, "story", "the target is not running at this time: see `%s` in line %u",
                   target_action_name(end->action), end->at.line);
}

bool lint_has_dialog(const struct scenario *s)
{
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].kind == STORY_SCRIPT)
            return true;
    return false;
}

static void check_script(struct scenario *s, size_t i)
{
    const struct story_event *event = &s->events[i], *end = ended_by(s, event->t_ns, s->event_count);
    const struct script *script = &event->script;
    if (end != NULL)
        yaml_error(&s->doc, event->at, "story",
                   "the target is not running at the time of this dialog: see `%s` in line %u",
                   target_action_name(end->action), end->at.line);
    if (script->line_count == 0 || script->lines[0].verb == SCRIPT_STARTTLS)
        yaml_error(&s->doc, event->at, "story", "a dialog must begin with a line that sends or expects something");
    bool half = false;
    for (size_t k = 1; k < script->line_count; k++) {
        const struct script_line *line = &script->lines[k];
        const struct script_line *before = &script->lines[k - 1];
        half = half || (before->verb == SCRIPT_CLOSE && before->close == CLOSE_HALF);
        if (before->verb == SCRIPT_CLOSE && before->close != CLOSE_HALF && line->verb != SCRIPT_CLOSE)
            yaml_error(&s->doc, line->at, "story", "this line comes after `close`, which ends the connection");
        if (half && (line->verb == SCRIPT_SEND || line->verb == SCRIPT_STARTTLS))
            yaml_error(&s->doc, line->at, "story",
                       "this line comes after `close: half`, and the client can no longer send");
        if (line->verb == SCRIPT_STARTTLS && script->port == PORT_SUBMISSIONS)
            yaml_error(&s->doc, line->at, "story", "at the submissions port, TLS is active from the start");
        if (line->verb == SCRIPT_STARTTLS && script->lines[k - 1].verb != SCRIPT_EXPECT)
            yaml_error(&s->doc, line->at, "story", "starttls must follow the expected reply to STARTTLS");
    }
}

void lint_events(struct scenario *s)
{
    for (size_t i = 0; i < s->event_count; i++) {
        if (s->events[i].t_ns > s->clock.until_ns)
            yaml_error(&s->doc, s->events[i].at, "story", "this item comes after clock.until");
        if (s->events[i].kind == STORY_TARGET)
            check_action(s, i);
        else if (s->events[i].kind == STORY_SCRIPT)
            check_script(s, i);
    }
}

void lint_submitted_while_down(struct scenario *s)
{
    for (size_t i = 0; i < s->story_count; i++) {
        bool reported = i > 0 && s->story[i].at.line == s->story[i - 1].at.line; /* of the same item */
        const struct story_event *end = ended_by(s, s->story[i].t_ns, s->event_count);
        if (end != NULL && !reported)
            yaml_error(&s->doc, s->story[i].at, "story",
                       "the target is not running when `%s` is submitted, and its connection would be refused: see "
                       "`%s` in line %u",
                       s->story[i].id, target_action_name(end->action), end->at.line);
    }
}
