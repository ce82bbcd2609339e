/* relaylab-relay: the command line of the SMTP relay. */
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/version.h"
#include "lib/text/schema.h"
#include "relay/check.h"
#include "relay/config/config.h"
#include "relay/ingress/hasher.h"
#include "relay/log/event.h"
#include "relay/relay.h"

#define EXIT_USAGE 2
#define REPORT_MAX (64 * 1024)

static const char usage[] =
    "Usage: relaylab-relay -c FILE [--check] | --events | --schema " SCHEMA_FORMS " | --help | --version\n";

static const char help[] =
    "\n"
    "An SMTP relay: takes mail on the ports of its configuration, answers 250 when it is on disk,\n"
    "delivers it to the MX hosts of its recipients, retries for days, and tells senders of failures.\n"
    "It stays in the foreground and writes its event log, one JSON object a line, to standard error.\n"
    "\n"
    "  -c, --config FILE  the configuration (YAML); docs/RELAY.md has its keys\n"
    "      --check        look for problems, and end: the configuration is read; certificates, keys,\n"
    "                     spool, hashes and addresses are looked at, as far as that is possible without\n"
    "                     touching them. Each problem is told with its place, FILE:LINE:COLUMN. Ports\n"
    "                     of a relay that runs with this control socket are no problem\n"
    "      --events       print the table of events and their fields (Markdown)\n"
    "      --schema FORM  print the keys of the configuration: json (a JSON Schema) or markdown\n"
    "      --help         show this text\n"
    "      --version      show the version\n"
    "\n"
    "Signals:\n"
    "  SIGTERM, SIGINT    end in order: no new sessions, messages on the wire are finished (at most\n"
    "                     30 s), all else stays in the queue. A second one ends at once. Killed at any\n"
    "                     instant, it goes on where it was\n"
    "  SIGHUP             read the configuration anew. A bad one is refused, with its problems in the\n"
    "                     event log; a good one holds for what is new: sessions and messages that are\n"
    "                     there go on. spool, control and resolver change only with a restart\n"
    "\n"
    "Files: SPOOL/queue.db, the queue (SQLite); SPOOL/control.sock, where `relaylab queue` asks,\n"
    "unless the configuration names another.\n"
    "\n"
    "Exit status: 0 ended in order, or nothing is wrong; 1 the queue could not be written; 2 bad usage\n"
    "or configuration; 3 could not start.\n"
    "\n"
    "Example:\n"
    "  relaylab relay -c /etc/relaylab/relay.yaml --check && relaylab relay -c /etc/relaylab/relay.yaml\n";

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

static int usage_error(const char *what)
{
    fprintf(stderr, "%s%srelaylab-relay --help tells more.\n", what, usage);
    return EXIT_USAGE;
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

/* Warnings are told now, or with what --check finds besides. */
static int load(const char *path, bool tell_warnings, struct config **out)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    int rc = config_load(out, path, &report, &err);
    if (rc != ERR_OK || tell_warnings)
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

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"check", no_argument, NULL, 'k'},
                                            {"events", no_argument, NULL, 'e'},
                                            {"schema", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    const char *path = NULL;
    bool only_check = false;
    struct config *config;
    if (argc == 2 && strcmp(argv[1], HASHER_OPTION) == 0)
        return hasher_serve(STDIN_FILENO);
    for (int c; (c = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        switch (c) {
        case 'c':
            path = optarg;
            break;
        case 'k':
            only_check = true;
            break;
        case 'e':
            event_print(stdout);
            return 0;
        case 's':
            return schema_print(&config_schema, optarg, stdout)
                       ? 0
                       : usage_error("relaylab-relay: --schema takes " SCHEMA_FORMS "\n");
        case 'h':
            printf("%s%s", usage, help);
            return 0;
        case 'V':
            printf("relaylab-relay %s\n", RELAYLAB_VERSION);
            return 0;
        default:
            return usage_error("");
        }
    }
    if (path == NULL || optind < argc)
        return usage_error(path == NULL ? "relaylab-relay: which configuration? Give -c FILE\n" : "");
    if (load(path, !only_check, &config) != ERR_OK)
        return EXIT_USAGE;
    return only_check ? check(config, path) : serve(config, path);
}
