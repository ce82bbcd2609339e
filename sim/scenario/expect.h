/* The expectations of a scenario: each a sentence, its clauses, and one check of the trace. A part of model.h. */
#ifndef RL_SIM_SCENARIO_EXPECT_H
#define RL_SIM_SCENARIO_EXPECT_H

#include "lib/text/yaml.h"
#include "sim/scenario/checks/list.h"
#include "sim/scenario/range.h"
#include "sim/trace/vocabulary.h"

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };
const char *level_name(enum level level);

/* Still in the target's queue, at a time since the submission. */
struct check_queued {
    struct yaml_mark at;
    const char *of;
    struct yaml_list to; /* const char *, globs; empty = all */
    int64_t at_ns;
};

struct check_dialog {
    unsigned dialog, line; /* from 1 */
    const char *wanted;
};

struct check_delivered {
    struct yaml_mark at;
    const char *of;
    struct yaml_list to; /* const char *, globs; empty = all */
    struct range times, within;
    bool unchanged;         /* only copies that are as they were submitted count */
    struct yaml_map header; /* field name -> const char **, a glob that its value fits */
    bool each;              /* said aloud: each submission by itself, which is how it is always counted */
    const char *host;
    bool tls, tls_seen;
};

struct window {
    struct range window; /* of times since the submission */
    struct range count;
};

struct check_attempts {
    struct yaml_mark at;
    const char *of;
    struct yaml_list to; /* const char *, globs */
    struct range count, gap, first, last;
    struct yaml_list in; /* struct window */
};

struct dsn_recipient_check {
    const char *action;
    const char *orcpt;                   /* glob */
    struct yaml_list status, diagnostic; /* globs; one must fit */
    const char *remote_mta;
    struct range retry_until; /* of times since the submission */
};

struct check_dsn {
    struct yaml_mark at;
    const char *of;
    struct range times, between;
    const char *action, *envelope_from, *to;
    const char *envid, *returns;     /* globs */
    struct yaml_map recipients;      /* address -> struct dsn_recipient_check */
    struct yaml_list not_recipients; /* const char * */
    struct yaml_list contains;       /* const char *, globs over the human part */
};

/* {event: smtp.reply, code: 421, host: "mx*"}: globs and ranges over trace fields */
struct pattern {
    enum trace_field *fields;
    const char **values;
    size_t count;
};

struct check_never {
    struct pattern pattern;
    struct pattern *after, *before;
    struct pattern *except;
    size_t except_count;
};

struct check_count {
    struct pattern pattern;
    int64_t window_ns; /* 0 = the whole run */
    struct range is;
};

struct check_ratio {
    struct pattern pattern, over;
    double min, max;
    bool min_seen, max_seen;
};

/* Events in this order. */
struct timeline_step {
    struct pattern pattern;
    struct range after; /* time since the step before */
};

struct check_timeline {
    struct timeline_step *steps;
    size_t count;
};

#define OVER_SEEDS_VALUES 16 /* in `among` */

/* How the values of a field are shared out over many runs, in percent. */
struct check_over_seeds {
    struct pattern pattern;
    enum trace_field by;
    struct range each;
    struct yaml_list among; /* const char * */
};

/* Whether one of the globs fits; an empty list fits all. */
bool globs_fit(const struct yaml_list *globs, const char *text);

enum invariant { INVARIANT_QUEUE_EMPTY, INVARIANT_NO_LOSS, INVARIANT_NO_DUPLICATE, INVARIANTS };

struct expect {
    struct yaml_mark at;
    int level; /* enum level */
    const char *sentence;
    struct yaml_list spec; /* const char *, "RFC5321#4.5.4.1" */
    const char *id, *only_case, *why;
    struct yaml_list needs; /* const char *, capabilities */
    enum check_kind kind;
    const void *check; /* a struct check_NAME of that kind; CHECK_INVARIANT: an int, enum invariant */
};

/* What it asks if it is of this kind, or NULL. */
static inline const void *expect_of(const struct expect *expect, enum check_kind kind)
{
    return expect->kind == kind ? expect->check : NULL;
}

#endif
