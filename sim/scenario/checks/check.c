#include "sim/scenario/checks/check.h"

#include <string.h>

#include "lib/base/nearest.h"

static const struct {
    const char *name;
    const struct check *check;
} registry[CHECK_DIALOG] = {
#define ROW(id, name, help) {#name, &check_##name},
    CHECKS(ROW)
#undef ROW
};

const struct check *check_row(enum check_kind kind)
{
    return registry[kind].check;
}

const char *check_names(struct arena *arena)
{
    const char *names = registry[0].name;
    for (int kind = 1; kind < CHECK_DIALOG; kind++)
        names = arena_printf(arena, "%s%s%s", names, kind + 1 < CHECK_DIALOG ? ", " : " or ", registry[kind].name);
    return names;
}

const struct submission *check_submission_of(const struct scenario *s, const char *of)
{
    for (size_t i = 0; i < s->story_count; i++)
        if (strcmp(s->story[i].id, of) == 0)
            return &s->story[i];
    return NULL;
}

/* Each glob must fit a recipient of the submission. */
static bool names_recipient(const struct scenario *s, const char *of, const char *glob)
{
    struct yaml_list one = {&glob, 1};
    for (size_t i = 0; i < s->story_count; i++)
        for (size_t k = 0; strcmp(s->story[i].id, of) == 0 && k < s->story[i].to_count; k++)
            if (globs_fit(&one, s->story[i].to[k]))
                return true;
    return false;
}

void check_of(struct scenario *s, const struct expect *e, const char *of, const struct yaml_list *to)
{
    struct nearest near;
    const struct submission *one = check_submission_of(s, of);
    nearest_init(&near, of);
    for (size_t i = 0; i < s->story_count; i++)
        nearest_offer(&near, s->story[i].id);
    if (one == NULL) {
        yaml_error(&s->doc, e->at, "expect", "there is no submission `%s`%s", of, nearest_hint(&near));
        return;
    }
    for (size_t i = 0; to != NULL && i < to->count; i++)
        if (!names_recipient(s, of, ((const char **)to->items)[i]))
            yaml_error(&s->doc, e->at, "expect", "%s is not a recipient of `%s`", ((const char **)to->items)[i], of);
}

bool check_is_of_bounces(const struct pattern *pattern)
{
    for (size_t i = 0; pattern != NULL && i < pattern->count; i++)
        if (pattern->fields[i] == FIELD_EVENT && strcmp(pattern->values[i], trace_event_rows[TRACE_DSN_SEEN].name) == 0)
            return true;
    return false;
}
