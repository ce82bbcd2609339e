#include "harness/suite/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/run.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

#define RESULT_MAX ((off_t)64 * 1024 * 1024)

/* ---- in the worker ---- */

static int do_piece(const struct pool_work *work, int result, size_t piece)
{
    struct err err = {0};
    int fd = ftruncate(result, 0) == 0 && lseek(result, 0, SEEK_SET) == 0 ? fcntl(result, F_DUPFD_CLOEXEC, 0) : -1;
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (out == NULL)
        return ERR_SYSTEM;
    int rc = work->work(work->ctx, piece, out, &err);
    if (rc != ERR_OK) {
        rewind(out);
        (void)!ftruncate(result, 0);
        fprintf(out, "%s", err.text);
    }
    bool written = fclose(out) == 0;
    return rc == ERR_OK && written ? ERR_OK : ERR_SYSTEM;
}

/* True with a whole message; false when the other side is gone. */
static bool receive(int channel, void *to, size_t size)
{
    ssize_t n;
    do
        n = recv(channel, to, size, 0);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

/* A signal was meant to end the worker: later requests would get empty results. */
static void die_of(int signo)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    (void)sigaction(signo, &action, NULL);
    (void)raise(signo);
}

static _Noreturn void serve(const struct pool_work *work, int channel, int result)
{
    size_t piece;
    while (receive(channel, &piece, sizeof piece)) {
        int rc = do_piece(work, result, piece);
        if (run_interrupted())
            die_of(run_interrupted());
        if (send(channel, &rc, sizeof rc, MSG_NOSIGNAL) != sizeof rc)
            break;
    }
    _exit(0);
}

static void stay_on(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0)
        return;
    CPU_SET((unsigned)cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

/* ---- in the pool ---- */

static int open_channels(int ends[2], int *result, struct err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(err, "cannot create a pipe to a worker");
    *result = memfd_create("relaylab-result", MFD_CLOEXEC);
    if (*result >= 0)
        return ERR_OK;
    (void)err_errno(err, "cannot allocate memory for results");
    close(ends[0]);
    close(ends[1]);
    return ERR_SYSTEM;
}

int worker_start(struct worker *out, const struct pool_work *work, int cpu, const sigset_t *signals, struct err *err)
{
    int ends[2], result = -1;
    if (open_channels(ends, &result, err) != ERR_OK)
        return ERR_SYSTEM;
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)sigprocmask(SIG_SETMASK, signals, NULL);
        close(ends[0]);
        stay_on(cpu);
        serve(work, ends[1], result);
    }
    close(ends[1]);
    if (pid < 0) {
        (void)err_errno(err, "cannot start a worker");
        close(ends[0]);
        close(result);
        return ERR_SYSTEM;
    }
    *out = (struct worker){.pid = pid, .channel = ends[0], .result = result, .cpu = cpu};
    return ERR_OK;
}

bool worker_lives(const struct worker *worker)
{
    siginfo_t info = {0};
    return worker->pid != 0 && waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

/* One that has died is found out when it is to answer. */
void worker_order(struct worker *worker, size_t piece)
{
    rl_assert(worker->pid != 0 && !worker->busy);
    worker->busy = true;
    worker->piece = piece;
    (void)send(worker->channel, &piece, sizeof piece, MSG_NOSIGNAL);
}

static int bury(struct worker *worker)
{
    int status = 0;
    (void)shutdown(worker->channel, SHUT_RDWR); /* later workers have copies of it */
    close(worker->channel);
    close(worker->result);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    *worker = (struct worker){0};
    return status;
}

static void read_result(int fd, struct worker_answer *out)
{
    struct stat info;
    size_t size = fstat(fd, &info) == 0 && info.st_size <= RESULT_MAX ? (size_t)info.st_size : 0;
    out->result = mem_alloc(size + 1);
    for (ssize_t n = 1; out->len < size && n > 0; out->len += n > 0 ? (size_t)n : 0)
        n = pread(fd, out->result + out->len, size - out->len, (off_t)out->len);
    out->result[out->len] = '\0';
}

void worker_answer(struct worker *worker, struct worker_answer *out)
{
    rl_assert(worker->busy);
    *out = (struct worker_answer){0};
    worker->busy = false;
    if (receive(worker->channel, &out->rc, sizeof out->rc)) {
        read_result(worker->result, out);
        if (out->len == 0 && out->rc == ERR_OK)
            out->problem = mem_strdup("the harness's worker returned no result, or one larger than 64 MiB");
        return;
    }
    int status = bury(worker);
    out->problem = WIFSIGNALED(status) ? mem_printf("the harness's worker was ended by signal %d (%s)",
                                                    WTERMSIG(status), strsignal(WTERMSIG(status)))
                                       : mem_printf("the harness's worker exited with status %d", WEXITSTATUS(status));
}

void worker_end(struct worker *worker)
{
    if (worker->pid != 0)
        (void)bury(worker);
}
