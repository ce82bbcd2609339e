/* attempts: how often a recipient is tried, and when. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/tables.h"

static const struct yaml_field window_fields[] = {
    NEED(window, "window", time_range, window, "range of times since the submission"),
    NEED(window, "count", count_range, count, "number of attempts in the window"), END};
static const struct yaml_type window_type = STRUCT("a window", window, window_fields);
static const struct yaml_type window_list = LIST("a list of windows", &window_type);

static const struct yaml_field attempts_fields[] = {
    NEED(check_attempts, "of", yaml_str, of, "name of the submission"),
    NEED(check_attempts, "to", yaml_str_list, to, "globs for the recipients"),
    F(check_attempts, "count", count_range, count, "number of attempts"),
    F(check_attempts, "gap", time_range, gap, "time from the start of each attempt to the start of the next"),
    F(check_attempts, "first", time_range, first, "time from the submission to the first attempt"),
    F(check_attempts, "last", time_range, last, "time from the submission to the last attempt"),
    F(check_attempts, "in", window_list, in, "number of attempts in windows of time"),
    END};
static const struct yaml_type attempts = MARKED("an attempts check", check_attempts, attempts_fields);

static void lint(struct scenario *s, const struct expect *e)
{
    const struct check_attempts *check = e->check;
    check_of(s, e, check->of, &check->to);
}

const struct check check_attempts = {.value = POINTER("an attempts check", &attempts), .lint = lint};
