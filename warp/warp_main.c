/* relaylab-warp: runs a command tree in virtual time. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/open.h"
#include "lib/base/slice.h"
#include "lib/cli/cli.h"
#include "warp/coordinator.h"
#include "warp/crash.h"
#include "warp/guard.h"
#include "warp/loopback.h"
#include "warp/plan.h"
#include "warp/private_network.h"

#define EXIT_USAGE   2
#define EXIT_TROUBLE 3

static const char *find_libwarp(char out[4096])
{
    const char *given = getenv("RELAYLAB_LIBWARP");
    if (given != NULL)
        return given;
    ssize_t n = readlink("/proc/self/exe", out, 4000);
    if (n <= 0)
        return NULL;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    memcpy(slash + 1, "libwarp.so", sizeof "libwarp.so");
    return access(out, R_OK) == 0 ? out : NULL;
}

static void print_summary(const struct warp_outcome *outcome)
{
    char clock[DURATION_TEXT_MAX];
    fprintf(stderr, "relaylab-warp: %s of virtual time in %.0f ms, %" PRIu64 " jump%s\n",
            duration_clock(outcome->virtual_ns, clock), (double)outcome->real_ns / 1e6, outcome->jumps,
            outcome->jumps == 1 ? "" : "s");
}

/* How many calls there were, so that each can be crashed at in turn. */
static void print_crash(const struct warp_crash *crash, const struct warp_outcome *outcome)
{
    const char *name = crash_operation(crash->operation);
    if (crash->operation == WARP_CRASH_NONE)
        return;
    if (outcome->crashed)
        fprintf(stderr, "relaylab-warp: killed before call %" PRIu64 " of %s", crash->at, name);
    else
        fprintf(stderr, "relaylab-warp: %" PRIu64 " call%s of %s", outcome->crash_calls,
                outcome->crash_calls == 1 ? "" : "s", name);
    fprintf(stderr, "%s%s\n", crash->under[0] != '\0' ? " under " : "", crash->under);
}

static int write_report(const char *path, const struct warp_outcome *outcome, struct err *err)
{
    FILE *file;
    int rc = open_output(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    fprintf(file,
            "result\t%s\ndetail\t%s\nvirtual_ns\t%" PRId64 "\nreal_ns\t%" PRId64 "\njumps\t%" PRIu64
            "\ncrash_calls\t%" PRIu64 "\ncrashed\t%d\n",
            warp_result_name(outcome->result), outcome->detail, outcome->virtual_ns, outcome->real_ns, outcome->jumps,
            outcome->crash_calls, outcome->crashed);
    for (size_t i = 0; i < outcome->note_count; i++)
        fprintf(file, "note\t%s\n", outcome->notes[i]);
    if (fclose(file) != 0)
        return err_errno(err, "cannot write %s", path);
    return ERR_OK;
}

static int finish(const struct plan *plan, const struct warp_outcome *outcome, struct err *err)
{
    if (plan->report != NULL) {
        if (write_report(plan->report, outcome, err) == ERR_OK)
            return EXIT_SUCCESS;
        fprintf(stderr, "relaylab-warp: %s\n", err->text);
        return EXIT_TROUBLE;
    }
    if (outcome->result != WARP_OK && outcome->result != WARP_INTERRUPTED) {
        fprintf(stderr, "relaylab-warp: %s: %s\n", warp_result_name(outcome->result), outcome->detail);
        return EXIT_TROUBLE;
    }
    print_crash(&plan->crash, outcome);
    print_summary(outcome);
    return outcome->result == WARP_INTERRUPTED ? 128 + outcome->interrupted_by : outcome->exit_status;
}

struct job {
    struct plan *plan;
    const char *libwarp;
};

static int coordinate(void *arg)
{
    const struct job *job = arg;
    struct err err = {0};
    struct warp_outcome outcome;
    if (coordinator_run(job->plan, job->libwarp, &outcome, &err) == ERR_OK)
        return finish(job->plan, &outcome, &err);
    fprintf(stderr, "relaylab-warp: %s\n", err.text);
    return EXIT_TROUBLE;
}

static int run(struct plan *plan)
{
    struct err err = {0};
    char path[4096];
    int claim; /* the guard's too, so a block is free only when all of its processes are gone */
    struct job job = {plan, find_libwarp(path)};
    if (job.libwarp == NULL) {
        fprintf(stderr, "relaylab-warp: libwarp.so is not in the folder of this program; copy it there, or set "
                        "RELAYLAB_LIBWARP to its path\n");
        return EXIT_TROUBLE;
    }
    if (plan->loopback && loopback_claim(plan, &claim, &err) != ERR_OK) {
        fprintf(stderr, "relaylab-warp: %s\n", err.text);
        return EXIT_TROUBLE;
    }
    return guard_run(coordinate, &job);
}

/* ---- the command line ---- */

struct values {
    struct plan plan;
    const char *plan_file, *network;
    bool lockstep;
};

static bool take_start(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    return plan_parse_time(value, &values->plan.start_ns, err) == ERR_OK;
}

static bool take_seed(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    return slice_to_u64(slice_cstr(value), UINT64_MAX, &values->plan.seed) ||
           err_set(err, ERR_INVALID, "--seed takes a number from 0 to %" PRIu64 ", not `%s`", UINT64_MAX, value) ==
               ERR_OK;
}

static bool take_crash(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    return crash_parse(value, &values->plan.crash, err) == ERR_OK;
}

static bool take_crash_folder(void *base, const char *value, struct err *err)
{
    struct values *values = base;
    return crash_parse_folder(value, &values->plan.crash, err) == ERR_OK;
}

#define INTO(member) .offset = offsetof(struct values, member)
static const struct cli_option rows[] = {
    {.name = "start",
     .kind = CLI_TAKE,
     .take = take_start,
     .value = "TIME",
     .help = "the first reading of the clock, such as 2030-01-01T00:00:00Z (the default: later than the time stamps of "
             "any file), from 1970 to 2150"},
    {.name = "until",
     .kind = CLI_DURATION,
     INTO(plan.until_ns),
     .value = "SPAN",
     .help = "end the command after this virtual time: 90s, 5d, 1h30m. All of its processes get SIGTERM and the clock "
             "stops; processes that are still waiting for it are killed. If no process has an earlier deadline, that "
             "happens at once"},
    {.name = "log",
     .kind = CLI_TEXT,
     INTO(plan.jump_log),
     .value = "FILE",
     .help = "write each wait that the clock ended, one a line: seconds, program, process, kind"},
    {.name = "net",
     .kind = CLI_CHOICE,
     INTO(network),
     .value = "host|private",
     .help = "host: the network of this host (the default); private: a new one that has only loopback"},
    {.name = "lockstep",
     .kind = CLI_FLAG,
     INTO(lockstep),
     .help = "run one process at a time, in a fixed order: the same programs with the same seed do the same things in "
             "the same order, byte for byte. For single-threaded programs that wait only in libc"},
    {.name = "seed",
     .kind = CLI_TAKE,
     .take = take_seed,
     .value = "N",
     .help = "seed of getrandom() and arc4random() (default 1); without `--lockstep` their output also depends on "
             "process numbers and the time"},
    {.name = "crash-at",
     .kind = CLI_TAKE,
     .take = take_crash,
     .value = "OP:N",
     .help =
         "kill -9 all processes just before the N-th call of OP: write, pwrite, writev, ftruncate, fsync, fdatasync, "
         "sync_file_range, fallocate, create, rename, link, unlink, close, or any. At the end, the number of calls "
         "is printed"},
    {.name = "crash-under",
     .kind = CLI_TAKE,
     .take = take_crash_folder,
     .value = "DIR",
     .help = "count only calls on files under DIR"},
    {.name = "plan",
     .kind = CLI_TEXT,
     INTO(plan_file),
     .value = "FILE",
     .help = "run the roles of a plan, as `relaylab run` does, instead of a command"},
    {0}};

static const struct cli_program program = {
    .self =
        {.name = "relaylab-warp",
         .summary = "run a command in virtual time",
         .synopsis = "[OPTION…] [--] COMMAND [ARGUMENT…]\n--plan FILE",
         .about =
             "Runs a command, and all processes that it starts, in virtual time: the clock stands still while any "
             "process has work to do, and otherwise jumps to the next deadline. `sleep 86400` returns at once, and "
             "the clock is one day later. Every wait is exact: a timer of 300 s fires at 300.000 s, on any machine, "
             "under any load.\n"
             "\n"
             "libwarp.so, preloaded into every process, answers clock readings from shared memory and turns each "
             "timed wait into a deadline there. When all threads of the tree sleep, the clock moves to the earliest "
             "deadline, and its owner is woken. A wait whose time limit only the kernel knows (the resolver of libc "
             "has one) takes real time; its program is named.\n"
             "\n"
             "Static programs and programs in Go read the clock without libc; they are refused by name. A command "
             "may compute for any time; Ctrl-C ends it.\n",
         .groups = (const struct cli_group[]){{"Options", rows, 0}, {0}},
         .sections = (const struct cli_section[]){{"Exit status",
                                                   "The exit status of the command; 128 + N if signal N ended it, or "
                                                   "this program; 0 if `--until` did. Else:\n"
                                                   "2\tbad usage\n"
                                                   "3\tvirtual time could not be maintained; the reason is on "
                                                   "standard error\n",
                                                   NULL},
                                                  {0}},
         .arguments = "COMMAND|FILE",
         .arguments_max = CLI_ANY_NUMBER,
         .stops_at_argument = true},
    .see_also = "relaylab relaylab-sim"};

static int take_command(struct cli_call *call, struct plan *plan)
{
    struct plan_command *role = &plan->roles[0];
    if (call->argc >= PLAN_WORDS)
        return cli_refuse(call, "the command has more than %d words", PLAN_WORDS - 1);
    role->name = "command";
    for (int i = 0; i < call->argc; i++)
        role->argv[i] = call->argv[i];
    plan->role_count = 1;
    return 0;
}

static int check_values(struct cli_call *call, const struct values *values)
{
    const struct plan *plan = &values->plan;
    if (values->plan_file == NULL && call->argc == 0)
        return cli_refuse(call, "missing command; write it after --");
    if (plan->jump_log != NULL && plan->mode == WARP_LOCKSTEP)
        return cli_refuse(call, "--log does not work with --lockstep, where every process moves the clock itself");
    struct err err = {0};
    FILE *log = NULL;
    if (plan->jump_log != NULL && open_output(plan->jump_log, &log, &err) != ERR_OK) {
        fprintf(stderr, "relaylab-warp: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (log != NULL)
        (void)fclose(log);
    return 0;
}

/* The roles: those of the plan file, or the command. */
static int take_roles(struct cli_call *call, struct values *values)
{
    struct err err = {0};
    if (values->plan_file == NULL)
        return take_command(call, &values->plan);
    if (plan_load(&values->plan, values->plan_file, &err) != ERR_OK)
        return cli_refuse(call, "%s", err.text);
    /* what the plan starts inherits none of the caller's descriptors */
    (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    return 0;
}

static int run_call(struct cli_call *call)
{
    struct values values = {.network = "host"};
    struct err err = {0};
    plan_init(&values.plan);
    int code = cli_read(call, &values);
    if (code != CLI_GO_ON)
        return code;
    bool steps = values.lockstep || values.plan_file != NULL; /* a plan may set the other mode */
    values.plan.mode = steps ? WARP_LOCKSTEP : WARP_TOLERANT;
    if (check_values(call, &values) != 0 || take_roles(call, &values) != 0)
        return EXIT_USAGE;
    if (strcmp(values.network, "private") == 0 && private_network(&err) != ERR_OK) {
        fprintf(stderr, "relaylab-warp: %s\n", err.text);
        return EXIT_TROUBLE;
    }
    int status = run(&values.plan);
    plan_fini(&values.plan);
    return status;
}

int main(int argc, char **argv)
{
    struct cli_call call;
    int code = cli_begin(&call, &program, argc, argv);
    return code == CLI_GO_ON ? run_call(&call) : cli_end(&program, code);
}
