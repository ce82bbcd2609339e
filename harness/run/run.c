#include "harness/run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/run/ending.h"
#include "harness/run/folder.h"
#include "harness/run/machine.h"
#include "harness/run/network.h"
#include "harness/run/plan.h"
#include "harness/run/root.h"
#include "harness/run/system_files.h"
#include "harness/target/fetch.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

#define REAL_LIMIT_NS (20 * 60 * NS_PER_S) /* of a run that makes no progress, when nothing else has noticed */
#define GRACE_NS      (5 * NS_PER_S)       /* after an interrupt, before SIGKILL */

static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
    caught = signo;
}

void run_catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART: waits end */
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaction(signals[i], &action, NULL);
}

int run_interrupted(void)
{
    return caught;
}

/* ---- the folder ---- */

static int prepare_root(const struct run_settings *s, const char *folder, const struct target_values *values,
                        struct err *err)
{
    if (s->root == ROOT_HOST)
        return ERR_OK;
    int rc = root_prepare(folder, err);
    if (rc == ERR_OK)
        rc = system_files_write(s->target, values->given, values->pki, err);
    return rc == ERR_OK && target_is_layered(s->target) ? system_files_preload(values->given, s->bin, err) : rc;
}

static int prepare(const struct run_settings *s, const char *folder, struct err *err)
{
    char *dir = mem_printf("%s/target", folder), *pki = mem_printf("%s/pki", folder);
    char *root = fetch_root(s->target, s->bin), *given = root_files(folder);
    struct target_values values = {
        .dir = dir, .bin = s->bin, .pki = pki, .root = root, .given = given, .scenario = s->scenario, .seed = s->seed};
    int rc = folder_make_at(dir, err);
    if (rc == ERR_OK)
        rc = prepare_root(s, folder, &values, err);
    if (rc == ERR_OK)
        rc = target_write_files(s->target, &values, err);
    if (rc == ERR_OK)
        rc = plan_write(s, folder, &values, err);
    free(given);
    free(root);
    free(dir);
    free(pki);
    return rc;
}

/* ---- the process ---- */

static void make_root(const struct run_settings *s, const char *folder, const char *packages, struct err *err)
{
    struct root_plan plan = {.kind = s->root,
                             .folder = folder,
                             .bin = s->bin,
                             .packages = packages,
                             .target = s->target,
                             .own_processes = s->network == NETWORK_NAMESPACE};
    if (err->code == ERR_OK && s->root != ROOT_HOST)
        (void)root_make(&plan, err);
}

/* A run does the same for every user who starts it: of the environment it keeps only what finds programs and sets up
 * their sanitizers. */
static void reset_environment(bool layered)
{
    static const char *const kept[] = {"PATH",         "TMPDIR",        "RELAYLAB_LIBWARP",
                                       "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    char *values[sizeof kept / sizeof kept[0]];
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        values[i] = getenv(kept[i]) != NULL ? mem_strdup(getenv(kept[i])) : NULL;
    (void)clearenv();
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (values[i] != NULL)
            (void)setenv(kept[i], values[i], 1);
    if (layered) /* a host's own version managers do not know the programs there */
        (void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin", 1);
    (void)setenv("HOME", "/", 1);
    (void)setenv("LANG", "C.UTF-8", 1);
    (void)umask(022);
}

/* Of the caller's descriptors none, whatever it has open; of the harness's those that lead into the root. */
static void inherit_nothing(void)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
}

/* What the child reports when it cannot start; a successful exec closes the pipe. */
static _Noreturn void child(const struct run_settings *s, const char *folder, int problem, struct err *err)
{
    char *program = mem_printf("%s/relaylab-warp", s->bin), *plan = mem_printf("%s/warp.plan", folder);
    char option[] = "--plan";
    char *argv[] = {program, option, plan, NULL};
    char *packages = fetch_root(s->target, s->bin); /* before the environment that says where they are is gone */
    reset_environment(target_is_layered(s->target));
    inherit_nothing();
    if (err->code == ERR_OK && s->network == NETWORK_NAMESPACE)
        (void)machine_set_up(s->seed, err);
    make_root(s, folder, packages, err);
    if (err->code == ERR_OK) {
        char *log = mem_printf("%s/warp.log", folder);
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        (void)setsid(); /* Ctrl-C reaches only the harness, which ends the run gracefully; the run has no terminal */
        if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0)
            (void)execv(program, argv);
        (void)err_errno(err, "cannot start %s", program);
    }
    (void)!write(problem, err->text, strlen(err->text));
    _exit(127);
}

static int start(const struct run_settings *s, const char *folder, pid_t *pid, int *problem, struct err *err)
{
    int ends[2];
    struct err trouble = {0};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "cannot create a pipe");
    int rc = network_fork(s->network, pid, &trouble);
    if (*pid == 0)
        child(s, folder, ends[1], &trouble);
    close(ends[1]);
    *problem = ends[0];
    if (rc == ERR_OK)
        return ERR_OK;
    close(ends[0]);
    return err_set(err, trouble.code, "%s", trouble.text);
}

static int64_t real_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Waits for the end of the run; an interrupt or the limit ends it. True when it went by itself. */
static bool wait_for_end(pid_t pid, struct run *out)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    int64_t limit = real_now_ns() + REAL_LIMIT_NS, kill_at = 0;
    for (;;) {
        struct pollfd end = {.fd = pidfd, .events = POLLIN};
        int64_t now = real_now_ns();
        if (poll(&end, 1, kill_at != 0 ? 100 : 1000) > 0)
            break;
        if (caught != 0 && kill_at == 0) {
            (void)kill(pid, SIGTERM);
            kill_at = now + GRACE_NS;
        }
        if (now > limit && kill_at == 0) {
            (void)snprintf(out->what, sizeof out->what, "the run did not end within %" PRId64 " minutes of real time",
                           REAL_LIMIT_NS / NS_PER_S / 60);
            kill_at = now;
        }
        if (kill_at != 0 && now >= kill_at)
            (void)kill(pid, SIGKILL);
    }
    if (pidfd >= 0)
        close(pidfd);
    (void)waitpid(pid, NULL, 0);
    return kill_at == 0;
}

/* ---- how it went ---- */

/* A target whose disk is full is not to blame for what it refused, nor for how it ended. */
static void judge_disk(struct run *out)
{
    struct err err;
    if (folder_check_room(out->folder, &err) == ERR_OK)
        return;
    out->state = RUN_TROUBLE;
    (void)snprintf(out->what, sizeof out->what, "%s", err.text);
}

static int read_problem(int fd, struct err *err)
{
    char text[ERR_TEXT_MAX];
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return ERR_OK;
    text[n] = '\0';
    return err_set(err, ERR_SYSTEM, "%s", text);
}

static int play(const struct run_settings *s, struct run *out, struct err *err)
{
    pid_t pid = -1;
    int problem = -1;
    int64_t began = real_now_ns();
    int rc = start(s, out->folder, &pid, &problem, err);
    if (rc != ERR_OK)
        return rc;
    rc = read_problem(problem, err); /* ends at exec, or with the child */
    bool by_itself = wait_for_end(pid, out);
    out->real_ns = real_now_ns() - began;
    if (rc != ERR_OK)
        return rc;
    if (caught != 0)
        out->state = RUN_INTERRUPTED;
    else if (by_itself)
        ending_read(out);
    else
        out->state = RUN_TROUBLE;
    if (caught == 0)
        judge_disk(out);
    return ERR_OK;
}

int run_once(const struct run_settings *settings, struct run *out, struct err *err)
{
    *out = (struct run){.state = RUN_TROUBLE};
    int rc = folder_make(&out->folder, &out->owner, err);
    if (rc == ERR_OK)
        rc = prepare(settings, out->folder, err);
    if (rc == ERR_OK)
        rc = play(settings, out, err);
    if (rc != ERR_OK)
        run_fini(out);
    return rc;
}

void run_fini(struct run *run)
{
    if (run->folder != NULL) {
        folder_remove(run->folder);
        if (run->owner >= 0)
            close(run->owner);
    }
    free(run->folder);
    run->folder = NULL;
}
