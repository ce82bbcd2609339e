/* relaylab-queue: the operator's tool. Asks a running relay over its control socket. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/mem.h"
#include "lib/cli/cli.h"
#include "lib/text/json.h"
#include "relay/config/config.h"
#include "relay/operator/ask.h"
#include "relay/operator/show.h"

enum { EXIT_DONE, EXIT_NOTHING, EXIT_USAGE, EXIT_NO_RELAY };

struct options {
    const char *config, *control;
    const char *id, *domain, *rcpt, *sender;
    bool all, json, body, raw, bounce, yes;
};

struct verb {
    struct cli_command cli;
    int (*run)(const struct verb *verb, const struct options *options, struct err *err); /* exit status, or err */
    const char *done;                                                                    /* "12 recipients …" */
    const char *whole; /* how to choose all recipients, for a verb that must be given some; NULL = it need not */
};

/* ---- requests ---- */

static struct json *make_request(const char *verb, const struct options *options)
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

static int send_it(const struct options *options, struct json *request, struct show *show, struct json **end,
                   struct err *err)
{
    int rc = ask(options->control, request, show_line, show, end, err);
    json_free(request);
    return rc;
}

static int look(const struct options *options, struct json *request, struct show *show, struct err *err)
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

static int run_list(const struct verb *verb, const struct options *options, struct err *err)
{
    struct show show = {.as_json = options->json};
    int status = look(options, make_request(verb->cli.name, options), &show, err);
    bool filtered = options->id != NULL || options->domain != NULL || options->rcpt != NULL || options->sender != NULL;
    return status == EXIT_NOTHING && !filtered ? EXIT_DONE : status;
}

static int run_show(const struct verb *verb, const struct options *options, struct err *err)
{
    struct show show = {.as_json = options->json, .detailed = !options->json && !options->raw, .exact = options->raw};
    struct json *request = make_request(verb->cli.name, options);
    json_set_str(request, "content", options->json ? "none" : options->body || options->raw ? "all" : "header");
    int status = look(options, request, &show, err);
    if (status == EXIT_NOTHING)
        fprintf(stderr, "relaylab-queue: no message %s is in the queue; `list` shows those that are\n", options->id);
    return status;
}

static int run_change(const struct verb *verb, const struct options *options, struct err *err)
{
    struct json *end = NULL;
    struct show nothing = {.out = stdout};
    const char *name = options->bounce ? "bounce" : verb->cli.name;
    int rc = send_it(options, make_request(name, options), &nothing, &end, err);
    if (rc != ERR_OK)
        return rc;
    bool any = json_get_int(end, "matched", 0) > 0;
    show_change(stdout, end, verb->done);
    json_free(end);
    return any ? EXIT_DONE : EXIT_NOTHING;
}

static int run_flush(const struct verb *verb, const struct options *options, struct err *err)
{
    struct options all = *options;
    struct verb as_retry = {.cli = {.name = "retry"}, .done = verb->done};
    all.all = true;
    int status = run_change(&as_retry, &all, err);
    return status == EXIT_NOTHING ? EXIT_DONE : status;
}

/* ---- drop, which asks ---- */

static void count_line(void *arg, const struct json *line)
{
    (void)arg;
    (void)line;
}

static int confirm(const struct options *options, bool *sure, struct err *err)
{
    struct json *end = NULL, *request = make_request("list", options);
    int rc = ask(options->control, request, count_line, NULL, &end, err);
    json_free(request);
    if (rc != ERR_OK)
        return rc;
    char answer[8] = "";
    printf("Drop %lld recipients of %lld messages, %s? [y/N] ", (long long)json_get_int(end, "recipients", 0),
           (long long)json_get_int(end, "messages", 0),
           options->bounce ? "and notify the senders" : "without notifying the senders");
    (void)fflush(stdout);
    json_free(end);
    *sure = fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
    return ERR_OK;
}

static int run_drop(const struct verb *verb, const struct options *options, struct err *err)
{
    bool sure = options->yes || isatty(STDIN_FILENO) == 0;
    int rc = sure ? ERR_OK : confirm(options, &sure, err);
    if (rc != ERR_OK)
        return rc;
    if (sure)
        return run_change(verb, options, err);
    printf("nothing dropped\n");
    return EXIT_NOTHING;
}

/* ---- options ---- */

#define INTO(member) .offset = offsetof(struct options, member)

static const struct cli_option relay_rows[] = {
    {.name = "config",
     .letter = 'c',
     .kind = CLI_TEXT,
     INTO(config),
     .value = "FILE",
     .help = "the relay's configuration, which names its control socket"},
    {.name = "control",
     .kind = CLI_TEXT,
     INTO(control),
     .value = "SOCKET",
     .help = "the control socket itself: SPOOL/control.sock, unless the configuration names another"},
    {0}};

#define FILTER_ROWS                                                                                                    \
    {.name = "domain",                                                                                                 \
     .kind = CLI_TEXT,                                                                                                 \
     INTO(domain),                                                                                                     \
     .value = "GLOB",                                                                                                  \
     .help = "recipients in this domain: dest.example, \"*.example\""},                                                \
        {.name = "rcpt",                                                                                               \
         .kind = CLI_TEXT,                                                                                             \
         INTO(rcpt),                                                                                                   \
         .value = "GLOB",                                                                                              \
         .help = "recipients with this address: bob@dest.example, \"*@dest.example\""},                                \
    {                                                                                                                  \
        .name = "sender", .kind = CLI_TEXT, INTO(sender), .value = "GLOB", .any_value = true,                          \
        .help = "recipients of messages with this reverse-path; \"\" is that of bounces"                               \
    }
static const struct cli_option filter_rows[] = {FILTER_ROWS, {0}};
static const struct cli_option filter_or_all_rows[] = {
    FILTER_ROWS, {.name = "all", .kind = CLI_FLAG, INTO(all), .help = "all recipients"}, {0}};

static const struct cli_option list_rows[] = {
    {.name = "json", .kind = CLI_FLAG, INTO(json), .help = "print one JSON object, for programs; see JSON below"}, {0}};

static const struct cli_option show_rows[] = {
    {.name = "body", .kind = CLI_FLAG, INTO(body), .help = "print the whole message instead of its header section"},
    {.name = "raw",
     .kind = CLI_FLAG,
     INTO(raw),
     .help = "print only the message, octet for octet, for redirection to a file; otherwise octets that are not "
             "printable are shown as \\xNN"},
    {.name = "json", .kind = CLI_FLAG, INTO(json), .help = "print envelope and recipients as `list --json` does"},
    {0}};

static const struct cli_option drop_rows[] = {
    {.name = "bounce",
     .kind = CLI_FLAG,
     INTO(bounce),
     .help = "notify the sender, as when delivery fails; a bounce is never bounced"},
    {.name = "yes", .kind = CLI_FLAG, INTO(yes), .help = "do not ask; without it, a user at a terminal is asked first"},
    {0}};

/* ---- verbs ---- */

#define RELAY "(-c FILE | --control SOCKET)"
#define EXIT_WORDS                                                                                                     \
    {                                                                                                                  \
        "Exit status",                                                                                                 \
            "0\tdone\n1\tno recipient matched\n2\tbad usage or configuration\n3\tno relay answers, or it refused\n",   \
            NULL                                                                                                       \
    }
#define FILTER_SECTION                                                                                                 \
    {                                                                                                                  \
        "Arguments",                                                                                                   \
            "ID\tthe queue id of a message: all of its recipients\n"                                                   \
            "GLOB\ttext in which `*` stands for any characters and `?` for one; case is ignored\n"                     \
            "FILTER\toptions that choose recipients; a recipient must match all of them\n",                            \
            NULL                                                                                                       \
    }
#define SECTIONS(...)                                                                                                  \
    (const struct cli_section[])                                                                                       \
    {                                                                                                                  \
        __VA_ARGS__, EXIT_WORDS,                                                                                       \
        {                                                                                                              \
            0                                                                                                          \
        }                                                                                                              \
    }
#define GROUPS(...)                                                                                                    \
    (const struct cli_group[])                                                                                         \
    {                                                                                                                  \
        __VA_ARGS__,                                                                                                   \
        {                                                                                                              \
            0                                                                                                          \
        }                                                                                                              \
    }

static int run_command(struct cli_call *call);

static const struct verb list = {
    .cli = {.name = "list",
            .summary = "list waiting messages, recipients, last replies and next attempts",
            .synopsis = RELAY " [FILTER] [--json] [ID]",
            .about = "Lists waiting messages, oldest first: queue id, age, size and sender of a message; below it each "
                     "recipient with the number of its attempts, the time of the next one, and the last reply. Without "
                     "a filter, all recipients are listed. Of a message, only matching recipients are shown.\n"
                     "\n"
                     "A message is damaged when its body or its database rows are not as the relay wrote them. It is "
                     "not tried, and `show` reports what is wrong.\n"
                     "\n"
                     "The relay continues to work meanwhile: a long listing does not show the queue of one instant. An "
                     "empty queue is status 0.\n",
            .groups = GROUPS({"Choosing recipients", filter_rows, 0}, {"Output", list_rows, 0}),
            .sections = SECTIONS(FILTER_SECTION,
                                 {"JSON",
                                  "  {\"messages\":[{\"id\",\"from\",\"created\",\"size\",\"recipients\":[{\"rcpt\",\n"
                                  "    \"state\",\"attempts\",\"last\",\"next\",\"status\",\"reply\",\"host\"}]}]}\n"
                                  "\n"
                                  "The state is waiting (never tried), deferred, ready (due, but no connection is "
                                  "free), active (on the wire), held or damaged. Times are seconds since 1970.\n",
                                  NULL}),
            .arguments = "ID",
            .arguments_max = 1,
            .run = run_command},
    .run = run_list};

static const struct verb show = {
    .cli = {.name = "show",
            .summary = "show one message: envelope, each recipient, header section or all of it",
            .synopsis = RELAY " ID [--body | --raw | --json]",
            .about = "Shows one message: its envelope; of each recipient the state, the last and the next attempt and "
                     "the last reply; then the header section.\n",
            .groups = GROUPS({"Output", show_rows, 0}),
            .sections = (const struct cli_section[]){EXIT_WORDS, {0}},
            .arguments = "ID, the queue id of a message; `list` shows them",
            .arguments_min = 1,
            .arguments_max = 1,
            .run = run_command},
    .run = run_show};

static const struct verb retry = {
    .cli = {.name = "retry",
            .summary = "try recipients now",
            .synopsis = RELAY " ID|FILTER",
            .about =
                "Tries recipients now, in spite of any back-off: also at hosts that are known not to answer. If "
                "such an attempt fails, the schedule continues as planned before; this attempt is not counted. (If "
                "the planned attempt would follow at once, the first wait of the schedule comes before it.) "
                "Recipients that are held or on the wire are not changed.\n",
            .groups = GROUPS({"Choosing recipients", filter_rows, 0}),
            .sections = SECTIONS(FILTER_SECTION),
            .arguments = "ID",
            .arguments_max = 1,
            .run = run_command},
    .run = run_change,
    .done = "due now",
    .whole = "; `flush` retries all"};

static const struct verb flush = {
    .cli = {.name = "flush",
            .summary = "try all recipients now",
            .synopsis = RELAY,
            .about = "Tries all recipients now, as `retry` does with some. Limits on connections apply: a recipient "
                     "without a free connection is ready, and follows.\n",
            .sections = (const struct cli_section[]){EXIT_WORDS, {0}},
            .run = run_command},
    .run = run_flush,
    .done = "due now"};

static const struct verb hold = {
    .cli = {.name = "hold",
            .summary = "keep recipients in the queue without trying them",
            .synopsis = RELAY " ID|FILTER|--all",
            .about =
                "Keeps recipients in the queue without trying them, across restarts, until `release`. Their "
                "lifetime continues: if it ends meanwhile, a release gives them one last attempt. A recipient that "
                "is on the wire is held if this attempt is deferred. New messages are not held.\n",
            .groups = GROUPS({"Choosing recipients", filter_or_all_rows, 0}),
            .sections = SECTIONS(FILTER_SECTION),
            .arguments = "ID",
            .arguments_max = 1,
            .run = run_command},
    .run = run_change,
    .done = "held",
    .whole = ", or --all"};

static const struct verb release = {
    .cli = {.name = "release",
            .summary = "end a hold",
            .synopsis = RELAY " ID|FILTER|--all",
            .about = "Ends a hold: recipients that became due meanwhile are tried now, all others as planned.\n",
            .groups = GROUPS({"Choosing recipients", filter_or_all_rows, 0}),
            .sections = SECTIONS(FILTER_SECTION),
            .arguments = "ID",
            .arguments_max = 1,
            .run = run_command},
    .run = run_change,
    .done = "released",
    .whole = ", or --all"};

static const struct verb drop = {
    .cli = {.name = "drop",
            .summary = "remove recipients from the queue, with or without notifying the sender",
            .synopsis = RELAY " ID|FILTER|--all [--bounce] [--yes]",
            .about = "Removes recipients from the queue permanently. A message is removed with its last recipient. A "
                     "recipient that is on the wire may still be delivered; if not, it is dropped when its attempt "
                     "ends.\n",
            .groups = GROUPS({"Dropping", drop_rows, 0}, {"Choosing recipients", filter_or_all_rows, 0}),
            .sections = SECTIONS(FILTER_SECTION),
            .arguments = "ID",
            .arguments_max = 1,
            .run = run_command},
    .run = run_drop,
    .done = "dropped",
    .whole = ", or --all"};

static const struct cli_command *const verbs[] = {&list.cli, &show.cli,    &retry.cli, &flush.cli,
                                                  &hold.cli, &release.cli, &drop.cli,  NULL};

static const struct cli_program program = {
    .self = {.name = "relaylab-queue",
             .summary = "show and change the queue of a running relay",
             .synopsis = RELAY " COMMAND [OPTION…] [ID]\nhelp COMMAND",
             .about = "Shows the queue of a running relay, and changes it. A change is on disk when this program exits "
                      "with status 0.\n",
             .groups = GROUPS({"The relay", relay_rows, 0}),
             .sections = (const struct cli_section[]){EXIT_WORDS, {0}}},
    .commands = verbs,
    .see_also = "relaylab relaylab-relay"};

/* ---- running a verb ---- */

static int check(const struct verb *verb, const struct options *o, struct err *err)
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

static int run_with_config(const struct verb *verb, struct options *options, struct err *err)
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

static int run_command(struct cli_call *call)
{
    const struct verb *verb = (const struct verb *)call->command; /* its first member */
    struct options options = {0};
    struct err err = {0};
    int status = cli_read(call, &options);
    if (status != CLI_GO_ON)
        return status;
    options.id = call->argc > 0 ? call->argv[0] : NULL;
    if (check(verb, &options, &err) != ERR_OK)
        return cli_refuse(call, "%s", err.text);
    status = run_with_config(verb, &options, &err);
    if (status >= 0)
        return status;
    fprintf(stderr, "relaylab-queue: %s\n", err.text);
    return status == ERR_INVALID ? EXIT_USAGE : EXIT_NO_RELAY;
}

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? call.command->run(&call) : code);
}
