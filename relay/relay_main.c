/* relaylab-relay: the command line of the SMTP relay. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cli/cli.h"
#include "lib/text/schema.h"
#include "relay/check.h"
#include "relay/config/config.h"
#include "relay/ingress/hasher.h"
#include "relay/log/event.h"
#include "relay/policy/rule.h"
#include "relay/relay.h"
#include "relay/sasl/sasl.h"

#define EXIT_USAGE 2
#define REPORT_MAX (64 * 1024)

struct values {
    const char *config, *schema;
    bool check;
};

/* Descriptors are what a relay runs out of first. */
static void raise_limits(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Descriptors 0 to 2 must be something, or a socket would become standard error. */
static void fill_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

static void print_problems(const struct config *config)
{
    struct buf report;
    buf_init(&report, REPORT_MAX);
    yaml_report(&config->doc, &report);
    fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
}

static int check(struct config *config, const char *path)
{
    bool good = check_world(config);
    print_problems(config);
    if (good)
        printf("%s is good\n", path);
    config_free(config);
    return good ? 0 : EXIT_USAGE;
}

/* Warnings are printed now, or with the other problems that --check finds. */
static int load(const char *path, bool print_warnings, struct config **out)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    int rc = config_load(out, path, &report, &err);
    if (rc != ERR_OK || print_warnings)
        fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab-relay: %s\n", err.text);
    return rc;
}

static int serve(struct config *config, const char *path)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)umask(0077); /* all that the relay makes is its own */
    fill_standard_descriptors();
    raise_limits();
    (void)sigaction(SIGPIPE, &ignore, NULL);
    return relay_run(config, path);
}

static int print_events(void)
{
    event_print(stdout);
    return 0;
}

static int print_mechanisms(void)
{
    sasl_print(stdout);
    return 0;
}

static int print_rules(void)
{
    rule_print(stdout);
    return 0;
}

/* ---- the command line ---- */

#define INTO(member) .offset = offsetof(struct values, member)
static const struct cli_option rows[] = {
    {.name = "config",
     .letter = 'c',
     .kind = CLI_TEXT,
     INTO(config),
     .value = "FILE",
     .help = "the configuration (YAML); docs/RELAY.md describes its keys"},
    {.name = "check",
     .kind = CLI_FLAG,
     INTO(check),
     .help = "look for problems and exit: read the configuration, and inspect certificates, keys, spool, hashes and "
             "addresses without touching them. Each problem is printed with its place, FILE:LINE:COLUMN. Ports of a "
             "running relay with this control socket are not a problem"},
    {.name = "events",
     .kind = CLI_DO,
     .run = print_events,
     .help = "print the table of events and their fields (Markdown)"},
    {.name = "mechanisms",
     .kind = CLI_DO,
     .run = print_mechanisms,
     .help = "print the table of SASL mechanisms that AUTH offers (Markdown)"},
    {.name = "rules",
     .kind = CLI_DO,
     .run = print_rules,
     .help = "print the table of rules that decide about MAIL, RCPT and messages (Markdown)"},
    {.name = "schema",
     .kind = CLI_CHOICE,
     INTO(schema),
     .value = "json|markdown",
     .help = "print the keys of the configuration as a JSON Schema or a reference page"},
    {0}};

static const struct cli_program program = {
    .self =
        {.name = "relaylab-relay",
         .summary = "SMTP relay",
         .synopsis = "-c FILE [--check]\n--events | --mechanisms | --rules\n--schema json|markdown",
         .about =
             "An SMTP relay: accepts mail on the ports of its configuration, replies 250 when it is on disk, "
             "delivers it to the MX hosts of its recipients, retries for days, and notifies senders of failures. It "
             "stays in the foreground and writes its event log, one JSON object a line, to standard error.\n",
         .groups = (const struct cli_group[]){{"Options", rows, 0}, {0}},
         .sections =
             (const struct cli_section[]){
                 {"Signals",
                  "SIGTERM, SIGINT\tshut down gracefully: accept no new sessions, finish messages on the wire (at "
                  "most 30 s), keep all others in the queue. A second signal ends the relay at once. A relay that "
                  "is killed, at any instant, continues after its restart where it was\n"
                  "SIGHUP\treload the configuration. A bad one is refused, with its problems in the event log. A "
                  "good one applies to new sessions and messages; present ones continue with the old one. spool, "
                  "control and resolver change only with a restart\n",
                  NULL},
                 {"Files",
                  "SPOOL/queue.db\tthe queue, accounts, API keys and bans (SQLite)\n"
                  "SPOOL/control.sock\tthe control socket, which `relaylab-queue` and others use, unless the "
                  "configuration "
                  "names another\n",
                  NULL},
                 {"Exit status",
                  "0\tshut down gracefully, or no problem found\n"
                  "1\tthe queue could not be written\n"
                  "2\tbad usage or configuration\n"
                  "3\tcould not start\n",
                  NULL},
                 {"Example",
                  "  conf=/etc/relaylab/relay.yaml\n"
                  "  relaylab-relay -c $conf --check && relaylab-relay -c $conf\n",
                  NULL},
                 {0}}},
    .see_also = "relaylab relaylab-queue relaylab-account relaylab-apikey relaylab-ban"};

static int run(struct cli_call *call)
{
    struct values values = {0};
    struct config *config;
    int code = cli_read(call, &values);
    if (code != CLI_GO_ON)
        return code;
    if (values.schema != NULL)
        return schema_print(&config_schema, values.schema, stdout) ? 0 : EXIT_USAGE;
    if (values.config == NULL)
        return cli_refuse(call, "missing configuration; give -c FILE");
    if (load(values.config, !values.check, &config) != ERR_OK)
        return EXIT_USAGE;
    return values.check ? check(config, values.config) : serve(config, values.config);
}

int main(int argc, char **argv)
{
    struct cli_call call;
    if (argc == 2 && strcmp(argv[1], HASHER_OPTION) == 0)
        return hasher_serve(STDIN_FILENO);
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? run(&call) : code);
}
