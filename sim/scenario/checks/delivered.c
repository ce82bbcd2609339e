/* delivered: which copies arrive, how many, and when. */
#include "sim/scenario/checks/check.h"
#include "sim/scenario/tables.h"

static const struct yaml_type glob_map = MAP("header fields", &yaml_str);
static const struct yaml_field delivered_fields[] = {
    NEED(check_delivered, "of", yaml_str, of, "name of the submission"),
    F(check_delivered, "to", yaml_str_list, to, "globs for the recipients; default: all"),
    F(check_delivered, "each", yaml_bool, each, "checks each submission separately (always the case)"),
    DEFAULT(check_delivered, "times", count_range, times, "1", "number of copies for each recipient"),
    F(check_delivered, "within", time_range, within, "time from the submission to the first copy"),
    F(check_delivered, "host", yaml_str, host, "glob for the host; only copies delivered there count"),
    SEEN(check_delivered, "tls", yaml_bool, tls, tls_seen,
         "only copies that arrive over TLS (true) or unencrypted (false) count"),
    F(check_delivered, "unchanged", yaml_bool, unchanged, "only copies that arrive unchanged count"),
    F(check_delivered, "header", glob_map, header, "only copies with these header fields count: {Subject: glob}"),
    END};
static const struct yaml_type delivered = MARKED("a delivery check", check_delivered, delivered_fields);

static void lint(struct scenario *s, const struct expect *e)
{
    const struct check_delivered *check = e->check;
    check_of(s, e, check->of, &check->to);
}

const struct check check_delivered = {.value = POINTER("a delivery check", &delivered), .lint = lint};
