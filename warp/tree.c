#include "warp/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "warp/kernel_wait.h"
#include "warp/probe.h"

void tree_init(struct tree *tree)
{
    *tree = (struct tree){.threads = mem_zalloc(TREE_THREADS * sizeof *tree->threads)};
}

static void forget(struct tree_thread *threads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (threads[i].call_fd >= 0)
            close(threads[i].call_fd);
}

void tree_fini(struct tree *tree)
{
    forget(tree->threads, tree->count);
    free(tree->threads);
    *tree = (struct tree){0};
}

/* ---- reading /proc ---- */

/* The length, or -1; out is ended with NUL. */
static ssize_t read_at(int fd, char *out, size_t size)
{
    ssize_t n = pread(fd, out, size - 1, 0);
    out[n > 0 ? n : 0] = '\0';
    return n;
}

static ssize_t read_file(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read_at(fd, out, size) : -1;
    if (fd >= 0)
        close(fd);
    if (fd < 0)
        out[0] = '\0';
    return n;
}

/* The last word of /proc/loadavg: the number of the newest process or thread of this PID namespace. */
static void read_last_number(char out[32])
{
    static int fd = -1;
    char text[128];
    if (fd < 0)
        fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
    (void)read_at(fd, text, sizeof text);
    const char *space = strrchr(text, ' ');
    (void)snprintf(out, 32, "%.31s", space != NULL ? space + 1 : "");
}

/* The numbers that a thread has in its own PID namespace stand last in its lists. */
static int32_t last_of_line(const char *status, const char *name)
{
    const char *line = strstr(status, name), *end = line != NULL ? strchr(line, '\n') : NULL;
    if (end == NULL)
        return 0;
    while (end > line && end[-1] != '\t')
        end--;
    return (int32_t)strtol(end, NULL, 10);
}

static void read_inner_numbers(struct tree_thread *thread)
{
    char path[64], status[16384]; /* a list of groups stands before the numbers */
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)thread->pid, (int)thread->tid);
    (void)read_file(path, status, sizeof status);
    thread->inner_pid = last_of_line(status, "NStgid:");
    thread->inner_tid = last_of_line(status, "NSpid:");
}

static char state_letter(const struct tree_thread *thread)
{
    char path[64], text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)thread->pid, (int)thread->tid);
    (void)read_file(path, text, sizeof text);
    const char *behind_name = strrchr(text, ')');
    return behind_name != NULL && behind_name[1] == ' ' ? behind_name[2] : '?';
}

/* ---- walking ---- */

struct walk {
    const struct tree *before; /* descriptors are taken over from it */
    struct tree_thread *threads;
    size_t count;
};

static void take(struct walk *walk, pid_t pid, pid_t tid)
{
    if (walk->count == TREE_THREADS)
        return;
    struct tree_thread *out = &walk->threads[walk->count++];
    for (size_t i = 0; i < walk->before->count; i++) {
        struct tree_thread *known = &walk->before->threads[i];
        if (known->tid == tid && known->call_fd >= 0) {
            *out = *known;
            known->call_fd = -1;
            return;
        }
    }
    char path[64];
    *out = (struct tree_thread){.pid = pid, .tid = tid, .call = -1};
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/syscall", (int)pid, (int)tid);
    out->call_fd = open(path, O_RDONLY | O_CLOEXEC);
    read_inner_numbers(out);
}

static void walk_process(struct walk *walk, const char *pid, bool own);

static void walk_children(struct walk *walk, const char *pid, const char *tid)
{
    char path[96], list[16384], *rest = list;
    (void)snprintf(path, sizeof path, "/proc/%s/task/%s/children", pid, tid);
    (void)read_file(path, list, sizeof list);
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        if (*word != '\0')
            walk_process(walk, word, false);
}

static void walk_process(struct walk *walk, const char *pid, bool own)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%s/task", pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
        if (task->d_name[0] == '.')
            continue;
        if (!own)
            take(walk, (pid_t)strtol(pid, NULL, 10), (pid_t)strtol(task->d_name, NULL, 10));
        walk_children(walk, pid, task->d_name);
    }
    (void)closedir(tasks);
}

/* How often this process was switched away from, or gave way. */
static long switches(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* The kernel's lists of children may lack some while others end: a walk is good when nobody else ran meanwhile. */
void tree_walk(struct tree *tree)
{
    long before = switches();
    struct walk walk = {tree, mem_zalloc(TREE_THREADS * sizeof *walk.threads), 0};
    read_last_number(tree->last_number); /* before: what is made meanwhile asks for another walk */
    walk_process(&walk, "self", true);
    forget(tree->threads, tree->count);
    free(tree->threads);
    tree->threads = walk.threads;
    tree->count = walk.count;
    tree->holder = NULL; /* it stood in the list that is gone */
    tree->certain = switches() == before;
}

/* ---- looking ---- */

static enum tree_state look_at(struct tree_thread *thread, bool *gone)
{
    char text[256];
    if (thread->call_fd < 0 || read_at(thread->call_fd, text, sizeof text) <= 0) {
        if (state_letter(thread) == 'Z')
            return TREE_IDLE; /* most files of the dead belong to root */
        *gone = true;
        return TREE_BUSY;
    }
    switch (kernel_wait_read(text, &thread->call)) {
    case KERNEL_WAITS:
        return TREE_IDLE;
    case KERNEL_WAITS_OR_WORKS:
        return state_letter(thread) == 'S' ? TREE_IDLE : TREE_BUSY;
    case KERNEL_NO_CALL:
        return state_letter(thread) == 'Z' ? TREE_IDLE : TREE_BUSY;
    case KERNEL_TIMED:
        return TREE_HELD;
    default:
        return TREE_BUSY;
    }
}

/* The one that was busy at the last look comes first: it most likely still is. */
static enum tree_state look_once(struct tree *tree, bool *gone)
{
    enum tree_state state = tree->count > 0 ? TREE_IDLE : TREE_EMPTY;
    size_t first = tree->busy < tree->count ? tree->busy : 0;
    for (size_t i = 0; i < tree->count; i++) {
        size_t at = (first + i) % tree->count;
        enum tree_state one = look_at(&tree->threads[at], gone);
        if (one == TREE_IDLE)
            continue;
        tree->holder = &tree->threads[at];
        tree->busy = at;
        state = one;
        if (one == TREE_BUSY)
            break;
    }
    return state;
}

static bool is_stale(const struct tree *tree)
{
    char now[32];
    read_last_number(now);
    return strcmp(now, tree->last_number) != 0;
}

/* Most looks come too early: whoever was just woken, or kept the clock before, has not gone to sleep yet. */
static bool still_busy(struct tree *tree)
{
    bool gone = false;
    if (tree->busy >= tree->count || look_at(&tree->threads[tree->busy], &gone) != TREE_BUSY || gone)
        return false;
    tree->holder = &tree->threads[tree->busy];
    return true;
}

enum tree_state tree_look(struct tree *tree)
{
    bool gone = false;
    tree->holder = NULL;
    if (!tree->certain)
        tree_walk(tree);
    if (still_busy(tree))
        return TREE_BUSY;
    long before = switches();
    bool quiet = probe_quiet();
    enum tree_state state = look_once(tree, &gone);
    if (state != TREE_IDLE && state != TREE_EMPTY && !gone)
        return state;
    bool stale = is_stale(tree);
    if (gone || stale)
        tree_walk(tree);
    if (gone)
        return tree->count > 0 || !tree->certain ? TREE_BUSY : TREE_EMPTY;
    return stale || !quiet || !tree->certain || switches() != before ? TREE_BUSY : state;
}

const struct tree_thread *tree_find(const struct tree *tree, int32_t inner_tid)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->threads[i].inner_tid == inner_tid)
            return &tree->threads[i];
    return NULL;
}

void tree_program(const struct tree_thread *thread, char *out, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)thread->pid);
    if (read_file(path, out, size) > 0)
        out[strcspn(out, "\n")] = '\0';
}
