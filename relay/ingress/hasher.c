#include "relay/ingress/hasher.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/text/password.h"
#include "relay/log/event.h"
#include "relay/tls/digest.h"

#define NICENESS 10

/* The protocol: packets of a SOCK_SEQPACKET pair, one question, then its answer. Both ends are one program. */
struct question {
    char password[HASHER_TEXT_MAX + 1];
    char hash[HASHER_TEXT_MAX + 1];
};

struct answer {
    int64_t cpu_ns;
    int32_t verdict;
};

struct hasher {
    struct loop *loop;
    struct log *log;
    hasher_spawn_fn *spawn;
    void (*on_verdict)(void *, enum hasher_verdict, int64_t);
    void *arg;
    pid_t pid; /* 0 = there is no helper */
    int fd;
    struct watch watch;
    struct timer patience;
    bool busy;
    int64_t asked_ns;
};

/* ---- the helper ---- */

static int64_t cpu_ns(void)
{
    struct timespec used;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * NS_PER_S + used.tv_nsec;
}

static bool is_equal(const char *password, const char *hash)
{
    char *got = password_hash(password, hash);
    bool equal = got != NULL && strlen(got) == strlen(hash) && digest_equal(got, hash, strlen(hash));
    if (got != NULL)
        explicit_bzero(got, strlen(got));
    free(got);
    return equal;
}

/* It outlives the signals that shut a relay down gracefully: sessions that are open may still log in. */
static void set_up_process(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct rlimit none = {0, 0};
    closefrom(STDERR_FILENO + 1); /* what the relay itself was started with */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    (void)sigaction(SIGTERM, &ignore, NULL);
    (void)sigaction(SIGINT, &ignore, NULL);
    (void)sigaction(SIGHUP, &ignore, NULL);
}

int hasher_serve(int fd)
{
    struct question question;
    if (fd != STDIN_FILENO && dup2(fd, STDIN_FILENO) < 0)
        return 1;
    set_up_process();
    for (;;) {
        ssize_t len = recv(STDIN_FILENO, &question, sizeof question, 0);
        if (len < 0 && errno == EINTR)
            continue;
        if (len != (ssize_t)sizeof question)
            return len == 0 ? 0 : 1;
        question.password[HASHER_TEXT_MAX] = question.hash[HASHER_TEXT_MAX] = '\0';
        int64_t before = cpu_ns();
        bool equal = is_equal(question.password, question.hash);
        struct answer answer = {cpu_ns() - before, equal ? HASHER_EQUAL : HASHER_DIFFERENT};
        explicit_bzero(&question, sizeof question);
        if (send(STDIN_FILENO, &answer, sizeof answer, MSG_NOSIGNAL) != (ssize_t)sizeof answer)
            return 1;
    }
}

/* /proc/self/exe is this program also after an upgrade has replaced its file. */
pid_t hasher_spawn(int fd)
{
    static char name[] = "relaylab-relay", option[] = HASHER_OPTION;
    static char *const argv[] = {name, option, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
        if (error == 0)
            error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
        if (error == 0)
            error = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    errno = error;
    return error == 0 ? pid : -1;
}

/* ---- its life, as the relay sees it ---- */

static void end_helper(struct hasher *hasher)
{
    if (hasher->pid == 0)
        return;
    timer_stop(&hasher->patience);
    watch_stop(&hasher->watch);
    (void)close(hasher->fd);
    (void)kill(hasher->pid, SIGKILL);
    while (waitpid(hasher->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    hasher->pid = 0;
}

static void tell(struct hasher *hasher, enum hasher_verdict verdict, int64_t cost_ns)
{
    hasher->busy = false;
    hasher->on_verdict(hasher->arg, verdict, cost_ns);
}

static void replace_helper(struct hasher *hasher, const char *why)
{
    event_log(hasher->log, EVENT_HASHER_FAILED, log_str("error", why));
    end_helper(hasher);
    if (hasher->busy)
        tell(hasher, HASHER_FAILED, loop_now_ns(hasher->loop) - hasher->asked_ns);
}

static void on_answer(void *arg, unsigned ready)
{
    struct hasher *hasher = arg;
    struct answer answer;
    (void)ready;
    ssize_t len = recv(hasher->fd, &answer, sizeof answer, MSG_DONTWAIT);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len != (ssize_t)sizeof answer || !hasher->busy) {
        replace_helper(hasher, "the process ended");
        return;
    }
    int64_t passed_ns = loop_now_ns(hasher->loop) - hasher->asked_ns;
    timer_stop(&hasher->patience);
    tell(hasher, answer.verdict == HASHER_EQUAL ? HASHER_EQUAL : HASHER_DIFFERENT,
         answer.cpu_ns < passed_ns ? answer.cpu_ns : passed_ns);
}

static void on_patience(void *arg)
{
    replace_helper(arg, "one password took longer than 20 s; use a cheaper hash");
}

static bool start_helper(struct hasher *hasher)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        event_log(hasher->log, EVENT_HASHER_FAILED, log_str("error", strerror(errno)));
        return false;
    }
    pid_t pid = hasher->spawn(ends[1]);
    if (pid < 0)
        event_log(hasher->log, EVENT_HASHER_FAILED, log_str("error", strerror(errno)));
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return false;
    }
    hasher->pid = pid;
    hasher->fd = ends[0];
    watch_init(&hasher->watch, hasher->loop, hasher->fd, on_answer, hasher);
    watch_set(&hasher->watch, LOOP_READ);
    return true;
}

static bool ask(struct hasher *hasher, const char *password, const char *hash)
{
    struct question question = {0};
    if (strlen(password) > HASHER_TEXT_MAX || strlen(hash) > HASHER_TEXT_MAX)
        hash = "*"; /* which nothing matches */
    else
        memcpy(question.password, password, strlen(password));
    memcpy(question.hash, hash, strlen(hash));
    bool sent = send(hasher->fd, &question, sizeof question, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof question;
    explicit_bzero(&question, sizeof question);
    return sent;
}

bool hasher_compare(struct hasher *hasher, const char *password, const char *hash)
{
    rl_assert(!hasher->busy);
    bool had_one = hasher->pid != 0;
    if (!had_one && !start_helper(hasher))
        return false;
    if (!ask(hasher, password, hash)) {
        replace_helper(hasher, "the process ended");
        if (!had_one || !start_helper(hasher) || !ask(hasher, password, hash))
            return false;
    }
    hasher->busy = true;
    hasher->asked_ns = loop_now_ns(hasher->loop);
    timer_set_after(&hasher->patience, HASHER_PATIENCE);
    return true;
}

bool hasher_busy(const struct hasher *hasher)
{
    return hasher->busy;
}

struct hasher *hasher_new(struct loop *loop, struct log *log, hasher_spawn_fn *spawn,
                          void (*on_verdict)(void *, enum hasher_verdict, int64_t), void *arg)
{
    struct hasher *hasher = mem_zalloc(sizeof *hasher);
    *hasher = (struct hasher){.loop = loop, .log = log, .spawn = spawn, .on_verdict = on_verdict, .arg = arg};
    timer_init(&hasher->patience, loop, on_patience, hasher);
    return hasher;
}

void hasher_free(struct hasher *hasher)
{
    if (hasher == NULL)
        return;
    end_helper(hasher);
    free(hasher);
}
