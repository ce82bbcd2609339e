#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/buf.h"
#include "relay/config/config.h"
#include "relay/operator/ask.h"
#include "relay/operator/verbs/verbs.h"

/* ---- options ---- */

const struct cli_option operator_relay_rows[] = {
    {.name = "config",
     .letter = 'c',
     .kind = CLI_TEXT,
     OPERATOR_INTO(config),
     .value = "FILE",
     .help = "the relay's configuration, which names its control socket"},
    {.name = "control",
     .kind = CLI_TEXT,
     OPERATOR_INTO(control),
     .value = "SOCKET",
     .help = "the control socket itself: SPOOL/control.sock, unless the configuration names another"},
    {0}};

#define FILTER_ROWS                                                                                                    \
    {.name = "domain",                                                                                                 \
     .kind = CLI_TEXT,                                                                                                 \
     OPERATOR_INTO(domain),                                                                                            \
     .value = "GLOB",                                                                                                  \
     .help = "recipients in this domain: dest.example, \"*.example\""},                                                \
        {.name = "rcpt",                                                                                               \
         .kind = CLI_TEXT,                                                                                             \
         OPERATOR_INTO(rcpt),                                                                                          \
         .value = "GLOB",                                                                                              \
         .help = "recipients with this address: bob@dest.example, \"*@dest.example\""},                                \
    {                                                                                                                  \
        .name = "sender", .kind = CLI_TEXT, OPERATOR_INTO(sender), .value = "GLOB", .any_value = true,                 \
        .help = "recipients of messages with this reverse-path; \"\" is that of bounces"                               \
    }
const struct cli_option operator_filter_rows[] = {FILTER_ROWS, {0}};
const struct cli_option operator_filter_or_all_rows[] = {
    FILTER_ROWS, {.name = "all", .kind = CLI_FLAG, OPERATOR_INTO(all), .help = "all recipients"}, {0}};

const struct cli_group operator_filter[] = {{"Choosing recipients", operator_filter_rows, 0}, {0}};
const struct cli_group operator_filter_or_all[] = {{"Choosing recipients", operator_filter_or_all_rows, 0}, {0}};
const struct cli_section operator_change_sections[] = {OPERATOR_ARGUMENTS, OPERATOR_EXIT_STATUS, {0}};
const struct cli_section operator_sections[] = {OPERATOR_EXIT_STATUS, {0}};

/* ---- requests ---- */

struct json *operator_request(const char *verb, const struct operator_options *options)
{
    struct json *request = json_new_object();
    const char *rcpt = options->domain != NULL ? options->domain : options->rcpt;
    json_set_str(request, "verb", verb);
    if (options->id != NULL)
        json_set_str(request, "id", options->id);
    if (options->sender != NULL)
        json_set_str(request, "sender", options->sender);
    if (rcpt != NULL)
        json_set_str(request, "rcpt", rcpt);
    if (options->all)
        json_set_bool(request, "all", true);
    return request;
}

static int send_it(const struct operator_options *options, struct json *request, struct show *show, struct json **end,
                   struct err *err)
{
    int rc = ask(options->control, request, show_line, show, end, err);
    json_free(request);
    return rc;
}

int operator_look(const struct operator_options *options, struct json *request, struct show *show, struct err *err)
{
    struct json *end = NULL;
    show->out = stdout;
    show->now_s = (int64_t)time(NULL);
    show_begin(show);
    int rc = send_it(options, request, show, &end, err);
    if (rc != ERR_OK)
        return rc;
    show_end(show, end);
    bool any = json_get_int(end, "messages", 0) > 0;
    json_free(end);
    if (fflush(stdout) != 0)
        return err_errno(err, "cannot write");
    return any ? EXIT_DONE : EXIT_NOTHING;
}

int operator_request_change(const char *name, const struct operator_verb *verb, const struct operator_options *options,
                            struct err *err)
{
    struct json *end = NULL;
    struct show nothing = {.out = stdout};
    int rc = send_it(options, operator_request(name, options), &nothing, &end, err);
    if (rc != ERR_OK)
        return rc;
    bool any = json_get_int(end, "matched", 0) > 0;
    show_change(stdout, end, verb->done);
    json_free(end);
    return any ? EXIT_DONE : EXIT_NOTHING;
}

int operator_change(const struct operator_verb *verb, const struct operator_options *options, struct err *err)
{
    return operator_request_change(verb->cli.name, verb, options, err);
}

/* ---- running a verb ---- */

static int check(const struct operator_verb *verb, const struct operator_options *o, struct err *err)
{
    bool some = o->domain != NULL || o->rcpt != NULL || o->sender != NULL || o->id != NULL || o->all;
    if (o->config != NULL && o->control != NULL)
        return err_set(err, ERR_INVALID, "-c and --control exclude each other");
    if (o->domain != NULL && (o->rcpt != NULL || strchr(o->domain, '@') != NULL))
        return err_set(err, ERR_INVALID, "--domain takes only a domain; for an address use --rcpt");
    if (verb->whole != NULL && !some)
        return err_set(err, ERR_INVALID, "missing recipients; give an ID, --domain, --rcpt or --sender%s", verb->whole);
    if (o->config == NULL && o->control == NULL)
        return err_set(err, ERR_INVALID, "missing relay; give -c FILE or --control SOCKET");
    return ERR_OK;
}

static int run_with_config(const struct operator_verb *verb, struct operator_options *options, struct err *err)
{
    struct config *config;
    struct buf report;
    if (options->control != NULL)
        return verb->run(verb, options, err);
    buf_init(&report, 65536);
    int rc = config_load(&config, options->config, &report, err);
    fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
    if (rc != ERR_OK)
        return ERR_INVALID;
    options->control = config->control;
    rc = verb->run(verb, options, err);
    config_free(config);
    return rc;
}

int operator_run_with(struct cli_call *call, struct operator_options *options)
{
    const struct operator_verb *verb = (const struct operator_verb *)call->command; /* its first member */
    struct err err = {0};
    options->id = call->argc > 0 ? call->argv[0] : NULL;
    options->second = call->argc > 1 ? call->argv[1] : NULL;
    if (check(verb, options, &err) != ERR_OK)
        return cli_refuse(call, "%s", err.text);
    int status = run_with_config(verb, options, &err);
    if (status >= 0)
        return status;
    fprintf(stderr, "%s: %s\n", call->program->self.name, err.text);
    return status == ERR_INVALID                        ? EXIT_USAGE
           : status == ERR_PROTOCOL && verb->may_refuse ? EXIT_NOTHING
                                                        : EXIT_NO_RELAY;
}

int operator_run(struct cli_call *call)
{
    struct operator_options options = {0};
    int status = cli_read(call, &options);
    return status == CLI_GO_ON ? operator_run_with(call, &options) : status;
}
