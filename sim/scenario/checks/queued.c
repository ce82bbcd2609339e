/* queued: recipients that are still in the target's queue at a time. */
#include <string.h>

#include "sim/scenario/checks/check.h"
#include "sim/scenario/tables.h"

static const struct yaml_field queued_fields[] = {
    NEED(check_queued, "of", yaml_str, of, "name of the submission"),
    F(check_queued, "to", yaml_str_list, to, "globs for the recipients; default: all"),
    NEED(check_queued, "at", wait, at_ns, "time of the check, since the submission"), END};
static const struct yaml_type queued = MARKED("a queue check", check_queued, queued_fields);

static void lint(struct scenario *s, const struct expect *e)
{
    const struct check_queued *check = e->check;
    check_of(s, e, check->of, &check->to);
    for (size_t i = 0; i < s->story_count; i++)
        if (strcmp(s->story[i].id, check->of) == 0 && s->story[i].t_ns + check->at_ns >= s->clock.until_ns) {
            yaml_error(&s->doc, e->at, "expect", "the time of this check is after clock.until");
            return;
        }
}

static const char *needs(const void *value)
{
    (void)value;
    return "queue";
}

const struct check check_queued = {.value = POINTER("a queue check", &queued), .lint = lint, .needs = needs};
