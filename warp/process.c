#include "warp/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/mem.h"

static int open_log(const char *path, int flags)
{
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
}

static int redirect(const struct plan_command *command)
{
    if (command->log != NULL || command->out != NULL || command->in != NULL) {
        int fd = open(command->in != NULL ? command->in : "/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || dup2(fd, 0) < 0)
            return -1;
    }
    if (command->log != NULL) {
        int fd = open_log(command->log, O_APPEND);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            return -1;
    }
    if (command->out != NULL) {
        int fd = open_log(command->out, O_TRUNC);
        if (fd < 0 || dup2(fd, 1) < 0)
            return -1;
    }
    return 0;
}

/* The list is put before what the user preloads already. */
static void set_environment(const struct plan_command *command, const struct process_setup *setup)
{
    char number[16];
    const char *preload = getenv("LD_PRELOAD");
    char *both = mem_printf("%s%s%s", setup->libwarp, preload != NULL ? ":" : "", preload != NULL ? preload : "");
    const char *asan = getenv("ASAN_OPTIONS");
    char *asan_both = mem_printf("verify_asan_link_order=0%s%s", asan != NULL ? ":" : "", asan != NULL ? asan : "");
    (void)snprintf(number, sizeof number, "%d", WARP_FD);
    (void)setenv("LD_PRELOAD", both, 1);
    (void)setenv("ASAN_OPTIONS", asan_both, 1);
    (void)setenv("EVENT_NOEPOLL", "1", 1); /* libevent's epoll backend wakes every 35 minutes */
    (void)setenv(WARP_ENV, number, 1);
    if (setup->control_fd >= 0) {
        (void)snprintf(number, sizeof number, "%d", setup->control_fd);
        (void)setenv(WARP_CONTROL_ENV, number, 1);
    } else {
        (void)unsetenv(WARP_CONTROL_ENV);
    }
    for (size_t i = 0; i < command->env_count; i++)
        (void)putenv((char *)(uintptr_t)command->env[i]);
}

static struct rlimit files_before; /* 0 = unchanged */

void process_raise_file_limit(void)
{
    if (getrlimit(RLIMIT_NOFILE, &files_before) != 0)
        return;
    struct rlimit all = {files_before.rlim_max, files_before.rlim_max};
    (void)setrlimit(RLIMIT_NOFILE, &all);
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    for (int signo = 1; signo < NSIG; signo++) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        (void)sigaction(signo, &plain, NULL);
    }
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What the program inherits. */
static void choose_files(const struct process_setup *setup)
{
    const int kept[] = {WARP_FD, WARP_PROBE_FD, setup->control_fd};
    if (!setup->with_all_files)
        (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (kept[i] >= 0)
            (void)fcntl(kept[i], F_SETFD, 0);
}

/* What the child finds before it runs the command. */
struct finding {
    enum image_kind image;
    int error; /* errno; 0 = none */
};

/* The files of the command are those of the coordinator, the program is that of its root. */
static void prepare(const struct plan_command *command, const struct process_setup *setup, struct finding *found)
{
    *found = (struct finding){.image = IMAGE_GOOD};
    set_environment(command, setup);
    if (redirect(command) != 0 || !enter_root(&setup->enter) || (command->cwd != NULL && chdir(command->cwd) != 0))
        found->error = errno;
    else
        found->image = image_look_for(command->argv[0]);
}

static _Noreturn void become(const struct plan_command *command, const struct process_setup *setup, int release)
{
    char go;
    struct finding found;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_TIMERSLACK, 0); /* the default again */
    prepare(command, setup, &found);
    if (write(release, &found, sizeof found) != sizeof found || found.error != 0 || found.image != IMAGE_GOOD)
        _exit(127);
    ssize_t n;
    do
        n = read(release, &go, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        _exit(127);
    close(release);
    reset_signals();
    if (files_before.rlim_cur != 0)
        (void)setrlimit(RLIMIT_NOFILE, &files_before);
    choose_files(setup);
    execvp(command->argv[0], command->argv);
    fprintf(stderr, "relaylab-warp: cannot run %s: %s\n", command->argv[0], strerror(errno));
    _exit(127);
}

static int await(const struct plan_command *command, pid_t child, int release, enum image_kind *image, struct err *err)
{
    struct finding found = {.error = ECHILD};
    ssize_t n;
    do
        n = read(release, &found, sizeof found);
    while (n < 0 && errno == EINTR);
    *image = found.image;
    if (n == (ssize_t)sizeof found && found.error == 0 && found.image == IMAGE_GOOD)
        return ERR_OK;
    (void)waitpid(child, NULL, 0);
    errno = found.error;
    return found.image != IMAGE_GOOD
               ? err_set(err, ERR_SYSTEM, "%s %s", command->argv[0], image_reason(found.image))
               : err_errno(err, "cannot open the files of %s, or enter its root", command->argv[0]);
}

int process_fork(const struct plan_command *command, const struct process_setup *setup, pid_t *pid, int *release_fd,
                 enum image_kind *image, struct err *err)
{
    int ends[2];
    *image = IMAGE_GOOD;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, "cannot create a socket pair");
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return err_errno(err, "cannot fork");
    }
    if (child == 0) {
        close(ends[1]);
        become(command, setup, ends[0]);
    }
    close(ends[0]);
    int rc = await(command, child, ends[1], image, err);
    if (rc != ERR_OK) {
        close(ends[1]);
        return rc;
    }
    *pid = child;
    *release_fd = ends[1];
    return ERR_OK;
}

int64_t process_cpu_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return -1;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}
