/* relaylab-sim: the simulated internet of one scenario. Puts the servers together, plays the story, ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/cli/cli.h"
#include "sim/client/clients.h"
#include "sim/connects.h"
#include "sim/context.h"
#include "sim/dns/server.h"
#include "sim/mx/hosts.h"
#include "sim/scenario/loader.h"
#include "sim/story/story.h"
#include "sim/target/queue.h"
#include "sim/target/target.h"
#include "warp/shm.h"

#define EXIT_USAGE   2
#define EXIT_TROUBLE 3
#define REPORT_MAX   65536
#define SUBMIT_WORDS 1024

struct options {
    const char *scenario, *case_name, *dir, *target;
    int64_t seed; /* -1 = the scenario's */
    uint16_t ports[TARGET_PORTS];
    const char *submit[SUBMIT_WORDS]; /* of the command that accepts mail */
    size_t submit_count;
    bool queue;
    struct queue_form form; /* of its listing */
};

struct program {
    struct options options;
    struct sim sim;
    struct scenario *scenario;
    struct dns_server *dns;
    struct hosts_of_world *hosts;
    struct clients *clients;
    struct dialogs *dialogs;
    struct connects connects;
    struct timer end_timer;
    struct target_link *target; /* NULL: by itself, in real time */
    struct target_queue *queue;
    struct story *story;
    bool ending;
    const char *end_reason;
};

/* ---- the end ---- */

static void end_run(struct program *p)
{
    struct json *extra = json_new_object();
    json_set_str(extra, "reason", p->end_reason);
    trace_emit(p->sim.trace, TRACE_RUN_END, &(struct trace_fields){0}, extra);
    loop_stop(p->sim.loop);
}

static void on_listed_at_end(void *arg)
{
    end_run(arg);
}

static void finish(struct program *p, const char *reason)
{
    if (p->ending)
        return;
    p->ending = true;
    p->end_reason = reason;
    connects_drain(&p->connects);
    if (strcmp(reason, "until") == 0)
        target_queue_list_last(p->queue, on_listed_at_end, p);
    else
        end_run(p);
}

static void on_until(void *arg)
{
    finish(arg, "until");
}

static void on_silent(void *arg)
{
    finish(arg, "target-silent");
}

static void on_stop_signal(void *arg)
{
    finish(arg, "interrupted");
}

/* The listings that checks of this submission need, at times that count from now. */
static void on_handed(void *arg, const struct submission *submission)
{
    struct program *p = arg;
    for (size_t i = 0; i < p->scenario->expect_count; i++) {
        const struct check_queued *check = expect_of(&p->scenario->expects[i], CHECK_QUEUED);
        if (check != NULL && strcmp(check->of, submission->id) == 0)
            target_queue_list_after(p->queue, check->at_ns);
    }
}

/* ---- the start, and the end of the target ---- */

static void start_story(void *arg)
{
    struct program *p = arg;
    timer_set_after(&p->end_timer, p->scenario->clock.until_ns);
    clients_start(p->clients);
    story_start(p->story, p->dialogs);
}

static void on_unasked_end(void *arg)
{
    struct program *p = arg;
    if (p->ending) /* it was to list its queue, which cannot come any more */
        end_run(p);
    else
        finish(p, "target-exit");
}

static void on_lost(void *arg)
{
    finish(arg, "interrupted");
}

static void on_listed(void *arg, bool good)
{
    struct program *p = arg;
    target_queue_listed(p->queue, good);
}

static void on_submitted(void *arg, unsigned n, int status)
{
    struct program *p = arg;
    clients_command_ended(p->clients, n, status);
}

static void drain_connects(void *arg)
{
    connects_drain(arg);
}

static void make_run_token(struct sim *sim, uint64_t seed)
{
    struct prng root, run;
    prng_init_seed(&root, seed);
    prng_fork(&run, &root, "run");
    prng_token(&run, sim->run, SIM_RUN_TOKEN);
}

static int64_t wall_now(void *arg)
{
    return loop_wall_ns(arg);
}

static int open_trace(struct program *p, uint64_t seed, struct err *err)
{
    char *path = mem_printf("%s/trace.jsonl", p->options.dir);
    struct trace_header header = {.scenario = p->scenario->id,
                                  .case_name = p->scenario->case_name,
                                  .target = p->options.target,
                                  .seed = seed,
                                  .start_ns = p->scenario->clock.start_ns,
                                  .until_ns = p->scenario->clock.until_ns};
    int rc = trace_open(&p->sim.trace, path, &header, wall_now, p->sim.loop, err);
    free(path);
    return rc;
}

static int write_pki(struct program *p, struct err *err)
{
    char *folder = mem_printf("%s/pki", p->options.dir);
    int rc = mkdir(folder, 0755) != 0 && errno != EEXIST ? err_errno(err, "cannot make %s", folder) : ERR_OK;
    if (rc == ERR_OK)
        rc = pki_new(&p->sim.pki, p->scenario->clock.start_ns, err);
    if (rc == ERR_OK)
        rc = pki_write_target(p->sim.pki, folder, WORLD_TARGET_NAME, err);
    free(folder);
    return rc;
}

static void listen_to_coordinator(struct program *p)
{
    struct target_callbacks callbacks = {start_story, on_unasked_end, on_lost, on_listed, on_submitted, p};
    p->connects.shm = warp_shm_attach();
    p->target = target_link_new(&p->sim, p->connects.shm, &callbacks);
    p->queue = target_queue_new(&p->sim, p->options.queue ? p->target : NULL, p->options.dir, &p->options.form);
    p->story = story_new(&p->sim, p->target);
}

/* The order in which watches are made is the order in which they are served. */
static int start(struct program *p, struct err *err)
{
    struct sim *sim = &p->sim;
    struct client_settings settings = {.on_silent = on_silent, .on_handed = on_handed, .arg = p};
    const struct yaml_entry *user = p->scenario->given.users.entries;
    struct ip_port dns = {ip_of(WORLD_DNS_ADDR), WORLD_DNS_PORT};
    uint64_t seed = (uint64_t)(p->options.seed >= 0 ? p->options.seed : p->scenario->seed);
    settings.target = ip_of(WORLD_TARGET_ADDR);
    settings.source = ip_of(WORLD_CLIENT_ADDR);
    memcpy(settings.ports, p->options.ports, sizeof settings.ports);
    settings.user = user->key;
    settings.password = *(const char *const *)user->value;
    sim->scenario = p->scenario;
    make_run_token(sim, seed);
    int rc = loop_new(&sim->loop, err);
    if (rc != ERR_OK)
        return rc;
    sim->world = world_new(sim->scenario, seed);
    sim->rounds = rounds_new(sim->scenario);
    timer_init(&p->end_timer, sim->loop, on_until, p);
    listen_to_coordinator(p);
    rc = open_trace(p, seed, err);
    if (rc == ERR_OK)
        rc = write_pki(p, err);
    if (rc == ERR_OK)
        rc = dns_server_start(&p->dns, sim, dns, err);
    if (rc == ERR_OK)
        rc = hosts_start(&p->hosts, sim, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(sim->loop, SIGTERM, on_stop_signal, p, err);
    if (rc == ERR_OK)
        rc = loop_on_signal(sim->loop, SIGINT, on_stop_signal, p, err);
    if (rc != ERR_OK)
        return rc;
    p->connects.sim = sim;
    p->connects.hosts = p->hosts;
    settings.link = p->target;
    settings.command = (struct command){p->options.dir, p->options.submit_count > 0 ? p->options.submit : NULL,
                                        p->options.submit_count};
    p->clients = clients_new(sim, &settings);
    p->dialogs = dialogs_new(sim, &settings);
    trace_set_before(sim->trace, drain_connects, &p->connects);
    loop_in_phase(sim->loop, LOOP_END, drain_connects, &p->connects);
    return ERR_OK;
}

static int stop(struct program *p, struct err *err)
{
    int rc = ERR_OK;
    clients_free(p->clients);
    dialogs_free(p->dialogs);
    if (p->sim.trace != NULL)
        trace_set_before(p->sim.trace, NULL, NULL);
    hosts_stop(p->hosts);
    dns_server_stop(p->dns);
    if (p->sim.trace != NULL)
        rc = trace_close(p->sim.trace, err);
    rounds_free(p->sim.rounds);
    world_free(p->sim.world);
    pki_free(p->sim.pki);
    timer_stop(&p->end_timer);
    story_free(p->story);
    target_queue_free(p->queue);
    target_link_free(p->target);
    if (p->sim.loop != NULL)
        loop_free(p->sim.loop);
    scenario_free(p->scenario);
    return rc;
}

static int run(struct program *p, struct err *err)
{
    int rc = start(p, err);
    if (rc != ERR_OK)
        return rc;
    if (p->target == NULL) {
        trace_set_zero(p->sim.trace, loop_wall_ns(p->sim.loop));
        trace_emit(p->sim.trace, TRACE_TARGET_START, &(struct trace_fields){0}, NULL);
        start_story(p);
    }
    return loop_run(p->sim.loop, err);
}

/* ---- the command line ---- */

static bool take_port(struct options *options, struct slice port, struct err *err)
{
    struct slice name = slice_cut(&port, '=');
    uint64_t n;
    if (!slice_to_u64(port, 65535, &n) || n == 0)
        return err_set(err, ERR_INVALID, "--ports takes NAME=N,… with ports from 1 to 65535") == ERR_OK;
    for (int i = 0; i < TARGET_PORTS; i++)
        if (slice_eq_cstr(name, target_port_name((enum target_port)i)))
            options->ports[i] = (uint16_t)n;
    return true;
}

static bool take_ports(void *base, const char *value, struct err *err)
{
    struct options *options = base;
    struct slice rest = slice_cstr(value);
    memset(options->ports, 0, sizeof options->ports);
    while (rest.len > 0)
        if (!take_port(options, slice_cut(&rest, ','), err))
            return false;
    return true;
}

static bool take_submit_word(void *base, const char *value, struct err *err)
{
    struct options *options = base;
    if (options->submit_count == SUBMIT_WORDS)
        return err_set(err, ERR_TOO_BIG, "the submit command has more than %d words", SUBMIT_WORDS) == ERR_OK;
    options->submit[options->submit_count++] = value;
    return true;
}

static int print_vocabulary(void)
{
    trace_vocabulary_print(stdout);
    return 0;
}

#define INTO(member) .offset = offsetof(struct options, member)
static const struct cli_option rows[] = {
    {.name = "scenario", .kind = CLI_TEXT, INTO(scenario), .value = "FILE", .required = true, .help = "the scenario"},
    {.name = "case",
     .kind = CLI_TEXT,
     INTO(case_name),
     .value = "NAME",
     .help = "one of its cases (default: the first)"},
    {.name = "seed",
     .kind = CLI_NUMBER,
     INTO(seed),
     .value = "N",
     .max = INT64_MAX,
     .help = "seed of everything random (default: the scenario's)"},
    {.name = "dir",
     .kind = CLI_TEXT,
     INTO(dir),
     .value = "DIR",
     .required = true,
     .help = "the folder for trace and certificates"},
    {.name = "target",
     .kind = CLI_TEXT,
     INTO(target),
     .value = "NAME",
     .any_value = true,
     .help = "the target's name, for the trace"},
    {.name = "ports",
     .kind = CLI_TAKE,
     .take = take_ports,
     .value = "NAME=N,…",
     .any_value = true,
     .help = "the ports on which the target accepts mail: submission, submissions, smtp (default submission=587)"},
    {.name = "submit",
     .kind = CLI_TAKE,
     .take = take_submit_word,
     .value = "WORD",
     .any_value = true,
     .help = "a word of the command that submits mail, after its program (repeat it for each word; ${from} and ${rcpt} "
             "are replaced)"},
    {.name = "queue", .kind = CLI_FLAG, INTO(queue), .help = "list the target's queue at the end"},
    {.name = "queue-message",
     .kind = CLI_TEXT,
     INTO(form.message),
     .value = "RE",
     .any_value = true,
     .help = "a pattern of the lines that begin a message in a listing that is not JSON"},
    {.name = "queue-recipient",
     .kind = CLI_TEXT,
     INTO(form.recipient),
     .value = "RE",
     .any_value = true,
     .help = "a pattern of its recipients; the last (…) of each match is the address"},
    {.name = "vocabulary",
     .kind = CLI_DO,
     .run = print_vocabulary,
     .help = "print the events and fields of a trace, as in docs/TRACE.md"},
    {0}};

static const struct cli_program program = {
    .self = {.name = "relaylab-sim",
             .summary = "simulated internet of one scenario",
             .synopsis = "--scenario FILE --dir DIR [OPTION…]",
             .about = "Runs the simulated internet of one scenario: DNS, MX hosts and the submitting client on real "
                      "sockets. Writes DIR/trace.jsonl and the certificates of the run (DIR/pki). Usually `relaylab "
                      "run` starts it; by itself it plays the story in real time, and needs the addresses of the "
                      "world on this host.\n",
             .groups = (const struct cli_group[]){{"Options", rows, 0}, {0}},
             .sections = (const struct cli_section[]){{"Exit status",
                                                       "0\tplayed to the end\n"
                                                       "2\tbad usage or scenario\n"
                                                       "3\tthe simulation failed\n",
                                                       NULL},
                                                      {0}}},
    .see_also = "relaylab relaylab-warp"};

static int play(struct cli_call *call)
{
    struct program p = {.options = {.seed = -1, .target = "target", .ports = {[PORT_SUBMISSION] = 587}}};
    struct err err = {0};
    struct buf report;
    int code = cli_read(call, &p.options);
    if (code != CLI_GO_ON)
        return code;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    buf_init(&report, REPORT_MAX);
    int rc = scenario_load(&p.scenario, p.options.scenario, p.options.case_name, &report, &err);
    if (rc != ERR_OK) {
        fprintf(stderr, "%srelaylab-sim: %s\n", buf_cstr(&report), err.text);
        buf_fini(&report);
        return EXIT_USAGE;
    }
    buf_fini(&report);
    rc = run(&p, &err);
    struct err late = {0};
    int closed = stop(&p, &late);
    if (rc == ERR_OK && closed != ERR_OK) {
        rc = closed;
        err = late;
    }
    if (rc != ERR_OK)
        fprintf(stderr, "relaylab-sim: %s\n", err.text);
    return rc == ERR_OK ? 0 : EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return cli_end(&program, code == CLI_GO_ON ? play(&call) : code);
}
