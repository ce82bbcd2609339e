#include "warp/plan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/mem.h"
#include "lib/base/open.h"
#include "lib/base/slice.h"
#include "warp/crash.h"

#define PLAN_BYTES_MAX  (1024 * 1024)
#define DEFAULT_START_S INT64_C(1893456000) /* 2030-01-01T00:00:00Z: later than any file's time */
#define NS_PER_S        INT64_C(1000000000)
#define SPIN_LIMIT_S    10

/* What a clock can start with. Counted from the last of these, the longest duration (duration.h) ends before
 * WARP_NEVER. */
#define FIRST_YEAR 1970
#define LAST_YEAR  2150

void plan_init(struct plan *plan)
{
    *plan = (struct plan){
        .start_ns = DEFAULT_START_S * NS_PER_S, .seed = 1, .spin_limit_ns = PLAN_NO_SPIN_LIMIT_NS, .root = {-1, -1}};
}

void plan_fini(struct plan *plan)
{
    free(plan->text);
    plan->text = NULL;
}

/* The 31st of February is another day for timegm(). */
static bool is_in_calendar(const struct tm *read, const struct tm *normal)
{
    return read->tm_mon == normal->tm_mon && read->tm_mday == normal->tm_mday && read->tm_hour == normal->tm_hour &&
           read->tm_min == normal->tm_min && read->tm_sec == normal->tm_sec;
}

int plan_parse_time(const char *text, int64_t *out_ns, struct err *err)
{
    struct tm tm = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (end == NULL || *end != '\0')
        return err_set(err, ERR_INVALID, "`%s` is not a time; write it like 2030-01-01T00:00:00Z", text);
    struct tm normal = tm;
    time_t seconds = timegm(&normal);
    if (!is_in_calendar(&tm, &normal))
        return err_set(err, ERR_INVALID, "`%s` is in no calendar", text);
    int year = tm.tm_year + 1900;
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return err_set(err, ERR_INVALID, "`%s` is out of range: the years %d to %d", text, FIRST_YEAR, LAST_YEAR);
    *out_ns = (int64_t)seconds * NS_PER_S;
    return ERR_OK;
}

static int parse_net(const char *text, struct warp_net *out, struct err *err)
{
    char addr[64];
    struct slice rest = slice_cstr(text);
    struct slice head = slice_cut(&rest, '/');
    struct warp_net net = {0};
    uint64_t bits;
    if (head.len >= sizeof addr)
        return err_set(err, ERR_INVALID, "`%s` is not a network such as 192.0.2.0/24", text);
    memcpy(addr, head.ptr, head.len);
    addr[head.len] = '\0';
    if (inet_pton(AF_INET, addr, net.addr) == 1)
        net.family = 4;
    else if (inet_pton(AF_INET6, addr, net.addr) == 1)
        net.family = 6;
    if (net.family == 0 || !slice_to_u64(rest, net.family == 4 ? 32 : 128, &bits))
        return err_set(err, ERR_INVALID, "`%s` is not a network such as 192.0.2.0/24", text);
    net.bits = (uint8_t)bits;
    *out = net;
    return ERR_OK;
}

const struct plan_command *plan_action(const struct plan *plan, const char *name)
{
    struct slice rest = slice_cstr(name), wanted = slice_cut(&rest, '/');
    for (size_t i = 0; i < plan->action_count; i++)
        if (slice_eq_cstr(wanted, plan->actions[i].name))
            return &plan->actions[i];
    return NULL;
}

/* ---- reading ---- */

struct reader {
    struct plan *plan;
    struct plan_command *command; /* of the present block */
    struct err *err;
};

static int want_number(struct reader *r, const char *word, uint64_t max, uint64_t *out)
{
    if (slice_to_u64(slice_cstr(word), max, out))
        return ERR_OK;
    return err_set(r->err, ERR_INVALID, "`%s` is not a number up to %llu", word, (unsigned long long)max);
}

static int on_start(struct reader *r, char **words, size_t count)
{
    (void)count;
    return plan_parse_time(words[0], &r->plan->start_ns, r->err);
}

static int on_seed(struct reader *r, char **words, size_t count)
{
    (void)count;
    return want_number(r, words[0], UINT64_MAX, &r->plan->seed);
}

static int on_mode(struct reader *r, char **words, size_t count)
{
    (void)count;
    bool tolerant = strcmp(words[0], "tolerant") == 0;
    if (!tolerant && strcmp(words[0], "lockstep") != 0)
        return err_set(r->err, ERR_INVALID, "`%s` is neither lockstep nor tolerant", words[0]);
    r->plan->mode = tolerant ? WARP_TOLERANT : WARP_LOCKSTEP;
    return ERR_OK;
}

static int on_spin_limit(struct reader *r, char **words, size_t count)
{
    uint64_t seconds;
    (void)count;
    int rc = want_number(r, words[0], 3600, &seconds);
    if (rc == ERR_OK)
        r->plan->spin_limit_ns = (int64_t)seconds * NS_PER_S;
    return rc;
}

static int on_world(struct reader *r, char **words, size_t count)
{
    (void)count;
    if (r->plan->world_count == WARP_WORLD)
        return err_set(r->err, ERR_TOO_BIG, "more than %d networks", WARP_WORLD);
    int rc = parse_net(words[0], &r->plan->world[r->plan->world_count], r->err);
    if (rc == ERR_OK)
        r->plan->world_count++;
    return rc;
}

static int on_home(struct reader *r, char **words, size_t count)
{
    struct in_addr addr;
    (void)count;
    if (inet_pton(AF_INET, words[0], &addr) != 1)
        return err_set(r->err, ERR_INVALID, "`%s` is not an address such as 203.0.113.1", words[0]);
    r->plan->home = ntohl(addr.s_addr);
    return ERR_OK;
}

static int on_network(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->plan->loopback = strcmp(words[0], "loopback") == 0;
    if (r->plan->loopback || strcmp(words[0], "own") == 0)
        return ERR_OK;
    return err_set(r->err, ERR_INVALID, "`%s` is not a network: own or loopback", words[0]);
}

static int on_crash_at(struct reader *r, char **words, size_t count)
{
    (void)count;
    return crash_parse(words[0], &r->plan->crash, r->err);
}

static int on_crash_under(struct reader *r, char **words, size_t count)
{
    (void)count;
    return crash_parse_folder(words[0], &r->plan->crash, r->err);
}

static int on_report(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->plan->report = words[0];
    return ERR_OK;
}

static int on_syslog(struct reader *r, char **words, size_t count)
{
    if (count != 2)
        return err_set(r->err, ERR_INVALID, "`syslog` needs a file and a socket");
    r->plan->syslog = words[0];
    r->plan->syslog_at = words[1];
    return ERR_OK;
}

static int on_root(struct reader *r, char **words, size_t count)
{
    uint64_t mounts = 0, user = 0;
    int rc = want_number(r, words[0], INT32_MAX, &mounts);
    if (rc == ERR_OK && count > 1)
        rc = want_number(r, words[1], INT32_MAX, &user);
    if (rc == ERR_OK)
        r->plan->root = (struct enter){(int)mounts, count > 1 ? (int)user : -1};
    return rc;
}

static int on_cwd(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->command->cwd = words[0];
    return ERR_OK;
}

static int on_role(struct reader *r, char **words, size_t count)
{
    (void)count;
    if (r->plan->role_count == PLAN_ROLES)
        return err_set(r->err, ERR_TOO_BIG, "more than %d roles", PLAN_ROLES);
    r->command = &r->plan->roles[r->plan->role_count++];
    r->command->name = words[0];
    return ERR_OK;
}

static int on_action(struct reader *r, char **words, size_t count)
{
    (void)count;
    if (r->plan->action_count == PLAN_ACTIONS)
        return err_set(r->err, ERR_TOO_BIG, "more than %d actions", PLAN_ACTIONS);
    r->command = &r->plan->actions[r->plan->action_count++];
    r->command->name = words[0];
    return ERR_OK;
}

static int on_log(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->command->log = words[0];
    return ERR_OK;
}

static int on_out(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->command->out = words[0];
    return ERR_OK;
}

static int on_requests(struct reader *r, char **words, size_t count)
{
    (void)count;
    r->command->requests = words[0];
    return ERR_OK;
}

static int on_env(struct reader *r, char **words, size_t count)
{
    (void)count;
    if (r->command->env_count == PLAN_WORDS || strchr(words[0], '=') == NULL)
        return err_set(r->err, ERR_INVALID, "`%s` is not NAME=VALUE, or there are too many", words[0]);
    r->command->env[r->command->env_count++] = words[0];
    return ERR_OK;
}

static int on_ports(struct reader *r, char **words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t port;
        int rc = want_number(r, words[i], 65535, &port);
        if (rc != ERR_OK)
            return rc;
        if (r->command->port_count == WARP_PORTS)
            return err_set(r->err, ERR_TOO_BIG, "more than %d ports", WARP_PORTS);
        r->command->ports[r->command->port_count++] = (uint16_t)port;
    }
    return ERR_OK;
}

static int on_argv(struct reader *r, char **words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        r->command->argv[i] = words[i];
    r->command->argv[count] = NULL;
    return ERR_OK;
}

static int on_signo(struct reader *r, char **words, size_t count)
{
    uint64_t signo = 0;
    (void)count;
    int rc = want_number(r, words[0], 64, &signo);
    if (rc == ERR_OK && signo == 0)
        rc = err_set(r->err, ERR_INVALID, "0 is not a signal");
    if (rc == ERR_OK)
        r->command->signo = (int)signo;
    return rc;
}

static const struct directive {
    const char *name;
    bool in_block;
    int (*apply)(struct reader *r, char **words, size_t count);
} directives[] = {
    {"start", false, on_start},
    {"mode", false, on_mode},
    {"root", false, on_root},
    {"syslog", false, on_syslog},
    {"seed", false, on_seed},
    {"spin-limit", false, on_spin_limit},
    {"world", false, on_world},
    {"report", false, on_report},
    {"role", false, on_role},
    {"action", false, on_action},
    {"log", true, on_log},
    {"out", true, on_out},
    {"env", true, on_env},
    {"cwd", true, on_cwd},
    {"ports", true, on_ports},
    {"argv", true, on_argv},
    {"requests", true, on_requests},
    {"signal", true, on_signo},
    {"home", false, on_home},
    {"network", false, on_network},
    {"crash-at", false, on_crash_at},
    {"crash-under", false, on_crash_under},
};

static int apply_line(struct reader *r, char *line)
{
    char *words[PLAN_WORDS];
    size_t count = 0;
    for (char *at = line; at != NULL && count < PLAN_WORDS;) {
        words[count++] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        const struct directive *d = &directives[i];
        if (strcmp(d->name, words[0]) != 0)
            continue;
        if (count < 2 || count == PLAN_WORDS)
            return err_set(r->err, ERR_INVALID, "`%s` has %s words", words[0], count < 2 ? "no" : "too many");
        if (d->in_block && r->command == NULL)
            return err_set(r->err, ERR_INVALID, "`%s` stands before any role or action", words[0]);
        return d->apply(r, words + 1, count - 1);
    }
    return err_set(r->err, ERR_INVALID, "unknown directive `%s`", words[0]);
}

static int check_complete(const struct plan *plan, struct err *err)
{
    if (plan->role_count == 0)
        return err_set(err, ERR_INVALID, "the plan has no role");
    for (size_t i = 0; i < plan->role_count; i++)
        if (plan->roles[i].argv[0] == NULL)
            return err_set(err, ERR_INVALID, "role `%s` has no argv", plan->roles[i].name);
    for (size_t i = 0; i < plan->action_count; i++)
        if ((plan->actions[i].argv[0] == NULL) == (plan->actions[i].signo == 0))
            return err_set(err, ERR_INVALID, "action `%s` needs one of argv and signal", plan->actions[i].name);
    return ERR_OK;
}

static int read_file(const char *path, char **out, struct err *err)
{
    FILE *file;
    int rc = open_input(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    char *text = mem_alloc(PLAN_BYTES_MAX + 1);
    size_t len = fread(text, 1, PLAN_BYTES_MAX + 1, file);
    bool bad = ferror(file) != 0;
    (void)fclose(file);
    if (bad || len > PLAN_BYTES_MAX || memchr(text, '\0', len) != NULL) {
        free(text);
        return err_set(err, ERR_INVALID, "%s is not a plan: unreadable, too long, or not text", path);
    }
    text[len] = '\0';
    *out = text;
    return ERR_OK;
}

int plan_load(struct plan *plan, const char *path, struct err *err)
{
    struct reader r = {.plan = plan, .err = err};
    int rc = read_file(path, &plan->text, err);
    plan->spin_limit_ns = SPIN_LIMIT_S * NS_PER_S; /* no user watches the run who could stop it */
    unsigned number = 0;
    for (char *line = plan->text; rc == ERR_OK && line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        number++;
        if (*line != '\0' && (rc = apply_line(&r, line)) != ERR_OK)
            return err_prefix(err, "%s:%u", path, number);
        line = end;
    }
    return rc == ERR_OK ? check_complete(plan, err) : rc;
}
