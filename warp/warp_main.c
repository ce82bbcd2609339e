/* relaylab-warp: runs a command tree in virtual time. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/open.h"
#include "lib/base/slice.h"
#include "lib/base/version.h"
#include "warp/coordinator.h"
#include "warp/crash.h"
#include "warp/guard.h"
#include "warp/loopback.h"
#include "warp/plan.h"
#include "warp/private_network.h"

#define EXIT_USAGE   2
#define EXIT_TROUBLE 3

static const char help[] =
    "Usage: relaylab-warp [OPTION…] -- COMMAND [ARGUMENT…]\n"
    "       relaylab-warp --plan FILE\n"
    "\n"
    "Runs a command, and all that it starts, in virtual time: the clock stands still while\n"
    "anybody has work to do, and jumps to the next deadline when nobody has. `sleep 86400`\n"
    "returns at once, and the program that called it finds itself a day older. Every wait is\n"
    "exact: what is due after 300 s happens at 300.000 s, on any machine, under any load.\n"
    "\n"
    "libwarp.so, preloaded into every process, answers clock readings from shared memory and\n"
    "turns each timed wait into a deadline there. When all threads of the tree sleep, the clock\n"
    "moves to the earliest deadline, and its owner is woken. A wait with a time limit that only\n"
    "the kernel knows (the resolver of libc has one) takes its real seconds; it is named.\n"
    "\n"
    "Static programs and programs in Go read the clock past libc: they are refused by name.\n"
    "A command may compute as long as it likes; Ctrl-C ends it.\n"
    "\n"
    "  --start TIME   the clock's first reading, as 2030-01-01T00:00:00Z (the default: later\n"
    "                 than the time stamps of any file); the years 1970 to 2150\n"
    "  --until SPAN   end the command after so much virtual time: 90s, 5d, 1h30m. All of its\n"
    "                 processes get SIGTERM then; the clock goes no further, and who waits for it\n"
    "                 all the same is killed. Where nobody has an earlier deadline, that is at once\n"
    "  --log FILE     each wait that the clock ended, a line: seconds, program, process, kind\n"
    "  --net KIND     host: the network as it is (the default); private: one of its own, with\n"
    "                 nothing in it but loopback\n"
    "  --lockstep     one process runs at a time, in a fixed order: the same programs with the\n"
    "                 same seed do the same things in the same order, to the byte. For programs\n"
    "                 with one thread whose waits are all libc's\n"
    "  --seed N       what getrandom() and arc4random() give to the programs (default 1); without\n"
    "                 --lockstep it hangs on process numbers and the time, too\n"
    "  --crash-at OP:N  kill -9 for all processes just before the N-th call of OP: write, pwrite,\n"
    "                 writev, ftruncate, fsync, fdatasync, sync_file_range, fallocate, create, rename,\n"
    "                 link, unlink, close, or any of them. The end tells how many calls there were\n"
    "  --crash-under DIR  count those on files under DIR only\n"
    "  --plan FILE    run the roles of a plan (as `relaylab run` does) instead of a command\n"
    "  --help         this text\n"
    "  --version      the version\n"
    "\n"
    "Exit status: that of the command (128 + N when signal N ended it, or this program), 0 when\n"
    "--until did; 2 for wrong usage, 3 when virtual time could not be kept up, with the reason on\n"
    "standard error\n";

static int usage(const char *text)
{
    fprintf(stderr, "relaylab-warp: %s\ntry `relaylab-warp --help`\n", text);
    return EXIT_USAGE;
}

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

/* getopt takes whatever comes next. */
static bool lacks_value(const char *name, const char *value)
{
    if (value == NULL || strncmp(value, "--", 2) != 0)
        return false;
    fprintf(stderr, "relaylab-warp: --%s lacks its value: what follows is `%s`\ntry `relaylab-warp --help`\n", name,
            value);
    return true;
}

static int take_command(struct plan *plan, char **argv, int argc)
{
    struct plan_command *role = &plan->roles[0];
    if (argc >= PLAN_WORDS)
        return usage("the command has too many words");
    role->name = "command";
    for (int i = 0; i < argc; i++)
        role->argv[i] = argv[i];
    plan->role_count = 1;
    return 0;
}

static int take_option(struct plan *plan, int option, const char *value, bool *private_net)
{
    struct err err = {0};
    if (option == 's')
        return plan_parse_time(value, &plan->start_ns, &err) == ERR_OK ? 0 : usage(err.text);
    if (option == 'r')
        return slice_to_u64(slice_cstr(value), UINT64_MAX, &plan->seed) ? 0 : usage("--seed wants a number");
    if (option == 'u')
        return duration_parse(slice_cstr(value), &plan->until_ns) && plan->until_ns > 0
                   ? 0
                   : usage("--until wants a length of time, such as 90s or 5d");
    if (option == 'n') {
        *private_net = strcmp(value, "private") == 0;
        return *private_net || strcmp(value, "host") == 0 ? 0 : usage("--net wants host or private");
    }
    if (option == 'c')
        return crash_parse(value, &plan->crash, &err) == ERR_OK ? 0 : usage(err.text);
    if (option == 'd')
        return crash_parse_folder(value, &plan->crash, &err) == ERR_OK ? 0 : usage(err.text);
    if (option == 'l')
        plan->jump_log = value;
    else if (option == 'L')
        plan->mode = WARP_LOCKSTEP;
    else
        return usage("unknown option, or one without its value");
    return 0;
}

static int check_options(const struct plan *plan, const char *plan_file, bool command)
{
    if (plan_file == NULL && !command)
        return usage("no command; write it behind --");
    if (plan->jump_log != NULL && plan->mode == WARP_LOCKSTEP)
        return usage("--log is not for --lockstep, where every process moves the clock itself");
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

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"start", required_argument, NULL, 's'},    {"seed", required_argument, NULL, 'r'},
        {"plan", required_argument, NULL, 'p'},     {"until", required_argument, NULL, 'u'},
        {"log", required_argument, NULL, 'l'},      {"net", required_argument, NULL, 'n'},
        {"crash-at", required_argument, NULL, 'c'}, {"crash-under", required_argument, NULL, 'd'},
        {"lockstep", no_argument, NULL, 'L'},       {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},        {NULL, 0, NULL, 0}};
    struct plan plan;
    struct err err = {0};
    const char *plan_file = NULL;
    bool private_net = false;
    plan_init(&plan);
    plan.mode = WARP_TOLERANT;
    int at = 0;
    for (int opt; (opt = getopt_long(argc, argv, "+h", options, &at)) != -1;) {
        if (lacks_value(options[at].name, optarg))
            return EXIT_USAGE;
        if (opt == 'h') {
            (void)fputs(help, stdout);
            return EXIT_SUCCESS;
        }
        if (opt == 'V')
            return printf("relaylab-warp %s\n", RELAYLAB_VERSION) < 0;
        if (opt == 'p') {
            plan_file = optarg;
            plan.mode = WARP_LOCKSTEP; /* unless it says otherwise */
        } else if (take_option(&plan, opt, optarg, &private_net) != 0)
            return EXIT_USAGE;
    }
    if (check_options(&plan, plan_file, optind < argc) != 0)
        return EXIT_USAGE;
    if (plan_file != NULL && plan_load(&plan, plan_file, &err) != ERR_OK)
        return usage(err.text);
    if (plan_file != NULL) /* of the caller's descriptors none goes on to what the plan starts */
        (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (plan_file == NULL && take_command(&plan, argv + optind, argc - optind) != 0)
        return EXIT_USAGE;
    if (private_net && private_network(&err) != ERR_OK) {
        fprintf(stderr, "relaylab-warp: %s\n", err.text);
        return EXIT_TROUBLE;
    }
    int status = run(&plan);
    plan_fini(&plan);
    return status;
}
