/* relaylab-queue: the operator's tool. Asks a running relay over its control socket. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/mem.h"
#include "lib/base/nearest.h"
#include "lib/base/version.h"
#include "lib/text/json.h"
#include "relay/config/config.h"
#include "relay/operator/ask.h"
#include "relay/operator/help.h"
#include "relay/operator/show.h"

enum { EXIT_DONE, EXIT_NOTHING, EXIT_USAGE, EXIT_NO_RELAY };

struct options {
    const char *config, *control;
    const char *id, *domain, *rcpt, *sender;
    bool all, json, body, raw, bounce, yes, help;
};

/* What a verb may be told besides the filter. */
enum { MAY_FILTER = 1, MAY_ALL = 2, MAY_JSON = 4, MAY_BODY = 8, MAY_DROP = 16, NEEDS_ID = 32, NEEDS_FILTER = 64 };

struct verb {
    const char *name;
    int (*run)(const struct verb *verb, const struct options *options, struct err *err); /* exit status, or err */
    unsigned may;
    const char *help;
    const char *done; /* "12 recipients …" */
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
    int status = look(options, make_request(verb->name, options), &show, err);
    bool filtered = options->id != NULL || options->domain != NULL || options->rcpt != NULL || options->sender != NULL;
    return status == EXIT_NOTHING && !filtered ? EXIT_DONE : status;
}

static int run_show(const struct verb *verb, const struct options *options, struct err *err)
{
    struct show show = {.as_json = options->json, .detailed = !options->json && !options->raw, .exact = options->raw};
    struct json *request = make_request(verb->name, options);
    json_set_str(request, "content", options->json ? "none" : options->body || options->raw ? "all" : "header");
    int status = look(options, request, &show, err);
    if (status == EXIT_NOTHING)
        fprintf(stderr, "relaylab-queue: no message %s is in the queue; `list` shows what is\n", options->id);
    return status;
}

static int run_change(const struct verb *verb, const struct options *options, struct err *err)
{
    struct json *end = NULL;
    struct show nothing = {.out = stdout};
    const char *name = options->bounce ? "bounce" : verb->name;
    int rc = send_it(options, make_request(name, options), &nothing, &end, err);
    if (rc != ERR_OK)
        return rc;
    long long matched = json_get_int(end, "matched", 0), changed = json_get_int(end, "changed", 0),
              busy = json_get_int(end, "busy", 0);
    json_free(end);
    printf("%lld recipient%s %s", changed, changed == 1 ? "" : "s", verb->done);
    if (matched > changed)
        printf(", %lld left as %s", matched - changed, matched - changed == 1 ? "it was" : "they were");
    if (busy > 0)
        printf("; %lld of them on the wire: %s if this attempt fails", busy, verb->done);
    printf("\n");
    return matched > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int run_flush(const struct verb *verb, const struct options *options, struct err *err)
{
    static const struct verb retry = {.name = "retry"};
    struct options all = *options;
    struct verb as_retry = retry;
    all.all = true;
    as_retry.done = verb->done;
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
           options->bounce ? "and tell the senders" : "without telling the senders");
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

/* ---- verbs and options ---- */

static const struct verb verbs[] = {
    {"list", run_list, MAY_FILTER | MAY_JSON, help_list, NULL},
    {"show", run_show, NEEDS_ID | MAY_JSON | MAY_BODY, help_show, NULL},
    {"retry", run_change, MAY_FILTER | NEEDS_FILTER, help_retry, "due now"},
    {"flush", run_flush, 0, help_flush, "due now"},
    {"hold", run_change, MAY_FILTER | MAY_ALL | NEEDS_FILTER, help_hold, "held"},
    {"release", run_change, MAY_FILTER | MAY_ALL | NEEDS_FILTER, help_release, "released"},
    {"drop", run_drop, MAY_FILTER | MAY_ALL | MAY_DROP | NEEDS_FILTER, help_drop, "dropped"},
};
#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static const char *nearest_verb(const char *name)
{
    struct nearest nearest;
    nearest_init(&nearest, name);
    for (size_t i = 0; i < VERB_COUNT; i++)
        nearest_offer(&nearest, verbs[i].name);
    return nearest.best;
}

static int check(const struct verb *verb, const struct options *o, struct err *err)
{
    bool filtered = o->domain != NULL || o->rcpt != NULL || o->sender != NULL;
    bool named = filtered || o->id != NULL || o->all;
    if (o->config != NULL && o->control != NULL)
        return err_set(err, ERR_INVALID, "-c and --control name the same thing: give one of them");
    if (o->domain != NULL && (o->rcpt != NULL || strchr(o->domain, '@') != NULL))
        return err_set(err, ERR_INVALID, "--domain is a domain alone; for an address use --rcpt");
    if ((filtered && (verb->may & MAY_FILTER) == 0) || (o->all && (verb->may & MAY_ALL) == 0) ||
        (o->json && (verb->may & MAY_JSON) == 0) || ((o->body || o->raw) && (verb->may & MAY_BODY) == 0) ||
        ((o->bounce || o->yes) && (verb->may & MAY_DROP) == 0) ||
        (o->id != NULL && (verb->may & (MAY_FILTER | NEEDS_ID)) == 0))
        return err_set(err, ERR_INVALID, "%s does not take that; see `relaylab-queue %s --help`", verb->name,
                       verb->name);
    if ((verb->may & NEEDS_ID) != 0 && o->id == NULL)
        return err_set(err, ERR_INVALID, "%s needs the id of a message; `list` shows them", verb->name);
    if ((verb->may & NEEDS_FILTER) != 0 && !named)
        return err_set(err, ERR_INVALID, "what to %s? Give an id, --domain, --rcpt or --sender%s", verb->name,
                       (verb->may & MAY_ALL) != 0 ? ", or --all" : "; for all of it, flush");
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

enum {
    OPT_CONTROL = 256,
    OPT_DOMAIN,
    OPT_RCPT,
    OPT_SENDER,
    OPT_ALL,
    OPT_JSON,
    OPT_BODY,
    OPT_RAW,
    OPT_BOUNCE,
    OPT_YES,
    OPT_VERSION
};

static bool take_option(struct options *o, int c)
{
    switch (c) {
    case 'c':
        o->config = optarg;
        break;
    case 'h':
        o->help = true;
        break;
    case OPT_CONTROL:
        o->control = optarg;
        break;
    case OPT_DOMAIN:
        o->domain = optarg;
        break;
    case OPT_RCPT:
        o->rcpt = optarg;
        break;
    case OPT_SENDER:
        o->sender = optarg;
        break;
    case OPT_ALL:
        o->all = true;
        break;
    case OPT_JSON:
        o->json = true;
        break;
    case OPT_BODY:
        o->body = true;
        break;
    case OPT_RAW:
        o->raw = true;
        break;
    case OPT_BOUNCE:
        o->bounce = true;
        break;
    case OPT_YES:
        o->yes = true;
        break;
    default:
        return false;
    }
    return true;
}

static int usage_error(void)
{
    fprintf(stderr, "Try `relaylab-queue --help`.\n");
    return EXIT_USAGE;
}

static int run_verb(const struct verb *verb, struct options *options)
{
    struct err err = {0};
    int status = check(verb, options, &err);
    if (status == ERR_OK && options->config == NULL && options->control == NULL)
        status = err_set(&err, ERR_INVALID, "which relay? Give -c CONFIGURATION or --control SOCKET");
    if (status == ERR_OK)
        status = run_with_config(verb, options, &err);
    if (status >= 0)
        return status;
    fprintf(stderr, "relaylab-queue: %s\n", err.text);
    return status == ERR_INVALID ? EXIT_USAGE : EXIT_NO_RELAY;
}

int main(int argc, char **argv)
{
    static const struct option long_options[] = {{"config", required_argument, NULL, 'c'},
                                                 {"control", required_argument, NULL, OPT_CONTROL},
                                                 {"domain", required_argument, NULL, OPT_DOMAIN},
                                                 {"rcpt", required_argument, NULL, OPT_RCPT},
                                                 {"sender", required_argument, NULL, OPT_SENDER},
                                                 {"all", no_argument, NULL, OPT_ALL},
                                                 {"json", no_argument, NULL, OPT_JSON},
                                                 {"body", no_argument, NULL, OPT_BODY},
                                                 {"raw", no_argument, NULL, OPT_RAW},
                                                 {"bounce", no_argument, NULL, OPT_BOUNCE},
                                                 {"yes", no_argument, NULL, OPT_YES},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {"version", no_argument, NULL, OPT_VERSION},
                                                 {0}};
    struct options options = {0};
    for (int c; (c = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1;) {
        if (c == OPT_VERSION)
            return printf("relaylab-queue %s\n", RELAYLAB_VERSION) < 0;
        if (!take_option(&options, c))
            return usage_error();
    }
    const char *name = optind < argc ? argv[optind] : NULL;
    const struct verb *verb = name != NULL ? find_verb(name) : NULL;
    if (options.help)
        return fputs(verb != NULL ? verb->help : help_queue, stdout) < 0;
    if (name == NULL) {
        fprintf(stderr, "relaylab-queue: what to do? list, show, retry, flush, hold, release or drop\n");
        return usage_error();
    }
    if (verb == NULL) {
        const char *meant = nearest_verb(name);
        fprintf(stderr, "relaylab-queue: unknown verb `%s`%s%s%s\n", name, meant != NULL ? "; did you mean `" : "",
                meant != NULL ? meant : "", meant != NULL ? "`?" : "");
        return usage_error();
    }
    options.id = optind + 1 < argc ? argv[optind + 1] : NULL;
    if (optind + 2 < argc) {
        fprintf(stderr, "relaylab-queue: one id at a time; `%s` is too much\n", argv[optind + 2]);
        return usage_error();
    }
    return run_verb(verb, &options);
}
