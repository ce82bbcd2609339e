#include "warp/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/control.h"
#include "lib/base/mem.h"
#include "warp/kernel_wait.h"
#include "warp/probe.h"

void tree_init(struct tree *tree)
{
    *tree = (struct tree){.threads = mem_zalloc(TREE_THREADS * sizeof *tree->threads)};
}

static void forget(struct tree_thread *threads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < TREE_FILES; k++)
            if (threads[i].files[k] >= 0)
                close(threads[i].files[k]);
        memset(threads[i].files, -1, sizeof threads[i].files);
    }
}

void tree_fini(struct tree *tree)
{
    forget(tree->threads, tree->count);
    free(tree->threads);
    *tree = (struct tree){0};
}

/* ---- reading /proc ---- */

#define CALL_SIZE   256
#define STAT_SIZE   1024
#define STATUS_SIZE 16384 /* a list of groups precedes the numbers */

/* The length, or -1; out is ended with NUL. */
static ssize_t read_at(int fd, char *out, size_t size)
{
    ssize_t n = pread(fd, out, size - 1, 0);
    out[n > 0 ? n : 0] = '\0';
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

/* The numbers that a thread has in its own PID namespace come last in its lists. Its name, in the first line, is its
 * own choice; a line feed in it is escaped. name: with the line feed before it. */
static int32_t last_of_line(const char *status, const char *name)
{
    const char *line = strstr(status, name), *end = line != NULL ? strchr(line + 1, '\n') : NULL;
    if (end == NULL)
        return 0;
    while (end > line && end[-1] != '\t')
        end--;
    return (int32_t)strtol(end, NULL, 10);
}

static void read_inner_numbers(struct tree_thread *thread)
{
    char path[64], status[STATUS_SIZE] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)thread->pid, (int)thread->tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)read_at(fd, status, sizeof status);
    close(fd);
    thread->inner_pid = last_of_line(status, "\nNStgid:");
    thread->inner_tid = last_of_line(status, "\nNSpid:");
}

/* "17 (name) S …"; a name may hold any octet. '?' when the thread is gone. */
static char state_letter(const struct tree_thread *thread)
{
    char stat[STAT_SIZE];
    (void)read_at(thread->files[TREE_STAT], stat, sizeof stat);
    const char *end = strrchr(stat, ')');
    return end != NULL && end[1] == ' ' && end[2] != '\0' ? end[2] : '?';
}

/* ---- walking ---- */

struct walk {
    const struct tree *before; /* descriptors are moved from it */
    struct tree_thread *threads;
    size_t count;
    bool too_many;
};

/* False when there are no descriptors left; files of a thread that has ended are not there. */
static bool open_files(struct tree_thread *thread)
{
    bool left = true;
    static const char *const names[] = {[TREE_CALL] = "syscall", [TREE_STAT] = "stat", [TREE_CHILDREN] = "children"};
    char path[64];
    for (size_t i = 0; i < TREE_FILES; i++) {
        (void)snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)thread->pid, (int)thread->tid, names[i]);
        thread->files[i] = open(path, O_RDONLY | O_CLOEXEC);
        left = left && (thread->files[i] >= 0 || (errno != EMFILE && errno != ENFILE));
    }
    return left;
}

static bool is_known(const struct tree_thread *known, pid_t pid, pid_t tid)
{
    return known->tid == tid && known->pid == pid && known->files[TREE_CALL] >= 0;
}

static void take(struct walk *walk, pid_t pid, pid_t tid)
{
    if (walk->count == TREE_THREADS) {
        walk->too_many = true;
        return;
    }
    struct tree_thread *out = &walk->threads[walk->count++];
    for (size_t i = 0; i < walk->before->count; i++) {
        struct tree_thread *known = &walk->before->threads[i];
        if (is_known(known, pid, tid)) {
            *out = *known;
            memset(known->files, -1, sizeof known->files);
            return;
        }
    }
    *out = (struct tree_thread){.pid = pid, .tid = tid, .call = -1};
    if (!open_files(out))
        walk->too_many = true;
    read_inner_numbers(out);
}

static void take_process(struct walk *walk, pid_t pid)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;)
        if (task->d_name[0] != '.')
            take(walk, pid, (pid_t)strtol(task->d_name, NULL, 10));
    (void)closedir(tasks);
}

/* The kernel returns a page of them at a time, each followed by a space. */
static void take_children(struct walk *walk, int children_fd)
{
    char list[4096];
    size_t kept = 0; /* the beginning of a number that the page had cut */
    off_t at = 0;
    for (ssize_t n; (n = pread(children_fd, list + kept, sizeof list - 1 - kept, at)) > 0; at += n) {
        char *word = list, *space;
        list[kept + (size_t)n] = '\0';
        for (; (space = strchr(word, ' ')) != NULL; word = space + 1)
            take_process(walk, (pid_t)strtol(word, NULL, 10));
        kept = strlen(word);
        memmove(list, word, kept);
    }
}

/* This process has one thread. */
static void take_own_children(struct walk *walk)
{
    int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    take_children(walk, fd);
    if (fd >= 0)
        close(fd);
}

/* How often this process was switched away from, or gave way. */
static long switches(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* The kernel's lists of children may omit some while others end: a walk is valid when no other process ran meanwhile.
 */
void tree_walk(struct tree *tree)
{
    long before = switches();
    struct walk walk = {tree, mem_zalloc(TREE_THREADS * sizeof *walk.threads), 0, false};
    read_last_number(tree->last_number); /* before: threads that are made meanwhile need another walk */
    take_own_children(&walk);
    for (size_t i = 0; i < walk.count; i++)
        take_children(&walk, walk.threads[i].files[TREE_CHILDREN]);
    forget(tree->threads, tree->count);
    free(tree->threads);
    tree->threads = walk.threads;
    tree->count = walk.count;
    tree->too_many = walk.too_many;
    tree->holder = NULL; /* it was in the list that is gone */
    tree->certain = switches() == before;
}

/* ---- looking ---- */

/* In a call that waits, or works; one that is ready to run by now is in none. */
static bool sleeps(struct tree_thread *thread)
{
    char letter = state_letter(thread);
    if (letter == 'R')
        thread->call = -1;
    return letter == 'S';
}

static enum tree_state look_at(struct tree_thread *thread, bool *gone)
{
    char text[CALL_SIZE];
    if (read_at(thread->files[TREE_CALL], text, sizeof text) <= 0) {
        if (state_letter(thread) == 'Z')
            return TREE_IDLE; /* most files of the dead belong to root */
        forget(thread, 1);    /* a process that gets its number has its own files */
        *gone = true;
        return TREE_BUSY;
    }
    switch (kernel_wait_read(text, &thread->call)) {
    case KERNEL_WAITS:
        return TREE_IDLE;
    case KERNEL_WAITS_OR_WORKS:
        return sleeps(thread) ? TREE_IDLE : TREE_BUSY;
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

/* A process that a signal ends may sleep on its way out, uninterruptibly, while its file still shows its last call: its
 * parent is about to be woken. To be checked when all seem to sleep. The first thread represents all. */
static bool somebody_ends(struct tree *tree)
{
    pid_t ended = 0;
    for (size_t i = 0; i < tree->count; i++) {
        struct tree_thread *one = &tree->threads[i];
        if (one->tid != one->pid && one->pid != ended)
            continue;
        char letter = state_letter(one);
        if (letter == 'Z')
            ended = one->pid;
        if (letter != 'D' && letter != 'R')
            continue;
        one->call = letter == 'R' ? -1 : one->call;
        tree->holder = one;
        return true;
    }
    return false;
}

static bool is_stale(const struct tree *tree)
{
    char now[32];
    read_last_number(now);
    return strcmp(now, tree->last_number) != 0;
}

/* Most looks come too early: a thread that was just woken, or kept the clock before, has not gone to sleep yet. */
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
    if (state == TREE_IDLE && !gone && somebody_ends(tree))
        return TREE_BUSY;
    bool stale = is_stale(tree);
    if (gone || stale)
        tree_walk(tree);
    if (gone)
        return tree->count > 0 || !tree->certain ? TREE_BUSY : TREE_EMPTY;
    return stale || !quiet || !tree->certain || switches() != before ? TREE_BUSY : state;
}

bool tree_runs(const struct tree *tree, int32_t inner_pid)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->threads[i].inner_pid == inner_pid && state_letter(&tree->threads[i]) == 'R')
            return true;
    return false;
}

const struct tree_thread *tree_find(const struct tree *tree, int32_t inner_tid)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->threads[i].inner_tid == inner_tid)
            return &tree->threads[i];
    return NULL;
}

void tree_call(const struct tree_thread *thread, char *out, size_t size)
{
    char text[CALL_SIZE];
    long number = -1;
    if (read_at(thread->files[TREE_CALL], text, sizeof text) > 0)
        (void)kernel_wait_read(text, &number);
    const char *name = number >= 0 ? kernel_wait_name(number) : "?";
    if (name != NULL)
        (void)snprintf(out, size, "%s", name);
    else
        (void)snprintf(out, size, "number %ld", number);
}

void tree_program(const struct tree_thread *thread, char *out, size_t size)
{
    char stat[STAT_SIZE];
    if (read_at(thread->files[TREE_STAT], stat, sizeof stat) <= 0)
        return;
    char *name = strchr(stat, '('), *end = strrchr(stat, ')');
    if (name == NULL || end == NULL)
        return;
    *end = '\0';
    (void)snprintf(out, size, "%s", name + 1);
    control_replace(out, '?');
}
