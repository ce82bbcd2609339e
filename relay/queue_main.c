/* relaylab-queue: the operator's tool. Asks a running relay over its control socket. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/duration.h"
#include "lib/base/err.h"
#include "lib/text/json.h"
#include "relay/config/config.h"

#define EXIT_USAGE 2
#define ANSWER_MAX ((size_t)256 * 1024 * 1024)

static const char usage[] =
    "Usage: relaylab-queue (-c FILE | --control SOCKET) (list | flush) [--json]\n"
    "\n"
    "  list   shows what waits in a running relay's queue: each message, its recipients, how often they\n"
    "         were tried, what the last reply was, and when the next attempt comes\n"
    "  flush  makes the relay try all of them now, once; what fails again waits for its next step\n"
    "\n"
    "  -c, --config FILE     the relay's configuration, which names its control socket\n"
    "      --control SOCKET  the control socket itself\n"
    "      --json            one JSON object, for programs: {\"messages\":[{\"id\",\"from\",\"created\",\n"
    "                        \"recipients\":[{\"rcpt\",\"state\",\"attempts\",\"next\",\"status\",\"reply\"}]}]};\n"
    "                        times in seconds since 1970; of flush {\"flushed\":N}\n"
    "      --help            show this text\n"
    "\n"
    "Exit status: 0 done, 2 bad usage or configuration, 3 no relay answers.\n";

static int connect_to(const char *path, struct err *err)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof at.sun_path)
        return err_set(err, ERR_INVALID, "the socket's path %s is too long", path);
    memcpy(at.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a socket");
    if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    int rc = err_errno(err, "no relay answers on %s", path);
    close(fd);
    return rc;
}

/* Sends the request and reads to the end of the stream. */
static int ask(int fd, const char *request, struct buf *answer, struct err *err)
{
    if (write(fd, request, strlen(request)) != (ssize_t)strlen(request))
        return err_errno(err, "cannot send the request");
    for (;;) {
        size_t room;
        char *at = buf_reserve(answer, 65536, &room);
        if (at == NULL)
            return err_set(err, ERR_TOO_BIG, "the answer is larger than %zu bytes", ANSWER_MAX);
        ssize_t n = read(fd, at, room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "the relay's answer broke off");
        if (n == 0)
            return ERR_OK;
        buf_commit(answer, (size_t)n);
    }
}

static void print_time(int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm utc;
    char text[32];
    (void)gmtime_r(&at, &utc);
    (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%SZ", &utc);
    printf("%s", text);
}

static void print_message(const struct json *message)
{
    const struct json *recipients = json_get(message, "recipients");
    printf("%s  ", json_get_str(message, "id", ""));
    print_time(json_get_int(message, "created", 0));
    printf("  from <%s>\n", json_get_str(message, "from", ""));
    for (size_t i = 0; i < json_count(recipients); i++) {
        const struct json *r = json_at(recipients, i);
        printf("    %-32s %-8s tried %lld  next ", json_get_str(r, "rcpt", ""), json_get_str(r, "state", ""),
               (long long)json_get_int(r, "attempts", 0));
        print_time(json_get_int(r, "next", 0));
        printf("  %s\n", json_get_str(r, "reply", ""));
    }
}

static int print_answer(const struct buf *answer, bool as_json, struct err *err)
{
    struct json *json;
    int rc = json_parse(buf_slice(answer), &json, err);
    if (rc != ERR_OK)
        return err_prefix(err, "the relay's answer");
    const char *error = json_get_str(json, "error", NULL);
    const struct json *messages = json_get(json, "messages");
    if (error != NULL)
        rc = err_set(err, ERR_PROTOCOL, "%s", error);
    else if (as_json)
        printf("%.*s", SLICE_ARG(buf_slice(answer)));
    for (size_t i = 0; rc == ERR_OK && !as_json && i < json_count(messages); i++)
        print_message(json_at(messages, i));
    if (rc == ERR_OK && !as_json && messages != NULL)
        printf("%zu messages\n", json_count(messages));
    else if (rc == ERR_OK && !as_json)
        printf("%lld recipients are tried now\n", (long long)json_get_int(json, "flushed", 0));
    json_free(json);
    return rc;
}

static int ask_and_print(const char *control, const char *request, bool as_json, struct err *err)
{
    int fd = connect_to(control, err);
    if (fd < 0)
        return fd;
    struct buf answer;
    buf_init(&answer, ANSWER_MAX);
    int rc = ask(fd, request, &answer, err);
    if (rc == ERR_OK)
        rc = print_answer(&answer, as_json, err);
    buf_fini(&answer);
    close(fd);
    return rc;
}

static int with_config(const char *path, const char *request, bool as_json, struct err *err)
{
    struct config *config;
    struct buf report;
    buf_init(&report, 65536);
    int rc = config_load(&config, path, &report, err);
    fprintf(stderr, "%s", buf_cstr(&report));
    buf_fini(&report);
    if (rc != ERR_OK)
        return rc;
    rc = ask_and_print(config->control, request, as_json, err);
    config_free(config);
    return rc;
}

static const char *request_of(const char *verb)
{
    static const char *const requests[][2] = {{"list", "list\n"}, {"flush", "flush\n"}};
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        if (strcmp(requests[i][0], verb) == 0)
            return requests[i][1];
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"control", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *config = NULL, *control = NULL;
    bool as_json = false;
    int c;
    while ((c = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
        if (c == 'c')
            config = optarg;
        else if (c == 's')
            control = optarg;
        else if (c == 'j')
            as_json = true;
        else {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : EXIT_USAGE;
        }
    }
    const char *request = optind + 1 == argc ? request_of(argv[optind]) : NULL;
    if ((config == NULL) == (control == NULL) || request == NULL) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    struct err err = {0};
    int rc =
        control != NULL ? ask_and_print(control, request, as_json, &err) : with_config(config, request, as_json, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab-queue: %s\n", err.text);
    return rc == ERR_OK ? 0 : rc == ERR_INVALID ? EXIT_USAGE : 3;
}
