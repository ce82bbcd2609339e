/*
 * The verbs of relaylab-queue. Each is one file of this folder, which defines `operator_NAME`, and one word of the list
 * here. What several of them share is in common.c.
 */
#ifndef RL_RELAY_OPERATOR_VERBS_H
#define RL_RELAY_OPERATOR_VERBS_H

#include "lib/base/err.h"
#include "lib/cli/cli.h"
#include "lib/text/json.h"
#include "relay/operator/show.h"

#define OPERATOR_VERBS(X) X(list) X(show) X(retry) X(flush) X(hold) X(release) X(drop)

enum { EXIT_DONE, EXIT_NOTHING, EXIT_USAGE, EXIT_NO_RELAY };

struct operator_settings; /* of an account: relay/operator/access/access.h */

/* The options of all verbs. */
struct operator_options {
    const char *config, *control;
    const char *id, *domain, *rcpt, *sender;
    bool all, json, body, raw, bounce, yes;
    const char *second; /* argument, after the id */
    int64_t expires_ns;
    struct operator_settings *settings;
};

struct operator_verb {
    struct cli_command cli;
    /* exit status, or err */
    int (*run)(const struct operator_verb *verb, const struct operator_options *options, struct err *err);
    const char *done;  /* "12 recipients …" */
    const char *whole; /* how to choose all recipients, for a verb that must be given some; NULL = it need not */
    bool may_refuse;   /* the relay may: EXIT_NOTHING */
};

#define OPERATOR_DECLARE(name) extern const struct operator_verb operator_##name;
OPERATOR_VERBS(OPERATOR_DECLARE)
#undef OPERATOR_DECLARE

/* ---- for the verbs ---- */

#define OPERATOR_RELAY        "(-c FILE | --control SOCKET)"
#define OPERATOR_INTO(member) .offset = offsetof(struct operator_options, member)
#define OPERATOR_EXIT_STATUS                                                                                           \
    {                                                                                                                  \
        "Exit status",                                                                                                 \
            "0\tdone\n1\tno recipient matched\n2\tbad usage or configuration\n3\tno relay answers, or it refused\n",   \
            NULL                                                                                                       \
    }
#define OPERATOR_ARGUMENTS                                                                                             \
    {                                                                                                                  \
        "Arguments",                                                                                                   \
            "ID\tthe queue id of a message: all of its recipients\n"                                                   \
            "GLOB\ttext in which `*` stands for any characters and `?` for one; case is ignored\n"                     \
            "FILTER\toptions that choose recipients; a recipient must match all of them\n",                            \
            NULL                                                                                                       \
    }
/* Of a verb that changes recipients: the first group of its options lets the user choose them. */
#define OPERATOR_CHANGES(option_groups)                                                                                \
    .groups = option_groups, .sections = operator_change_sections, .arguments = "ID", .arguments_max = 1,              \
    .run = operator_run

extern const struct cli_option operator_relay_rows[];                                 /* of all verbs */
extern const struct cli_option operator_filter_rows[], operator_filter_or_all_rows[]; /* the second with --all */
extern const struct cli_group operator_filter[], operator_filter_or_all[];
extern const struct cli_section operator_change_sections[], operator_sections[]; /* the second without arguments */

/* The run() of every verb: reads its options, finds the relay, and runs verb->run(). */
int operator_run(struct cli_call *call);
/* The same with options that were read already. */
int operator_run_with(struct cli_call *call, struct operator_options *options);

struct json *operator_request(const char *verb, const struct operator_options *options);
/* Sends a request, which it frees, and prints what it gets. EXIT_DONE, EXIT_NOTHING, or err. */
int operator_look(const struct operator_options *options, struct json *request, struct show *show, struct err *err);
/* Requests the change of this name, and prints how many recipients it changed; of the verb only `done` is used. */
int operator_request_change(const char *name, const struct operator_verb *verb, const struct operator_options *options,
                            struct err *err);
/* The same with the verb's name: a run(). */
int operator_change(const struct operator_verb *verb, const struct operator_options *options, struct err *err);

#endif
