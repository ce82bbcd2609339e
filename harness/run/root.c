#include "harness/run/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/run/root_list.h"
#include "lib/base/mem.h"

char *root_files(const char *folder)
{
    return mem_printf("%s/files", folder);
}

/* ---- outside, before the run ---- */

/* TMPDIR names a folder inside, too: an empty one. */
static int make_temporary(const char *folder, struct err *err)
{
    const char *name = getenv("TMPDIR");
    if (name == NULL || name[0] != '/' || strstr(name, "..") != NULL)
        return ERR_OK;
    char *path = mem_printf("%s/files%s", folder, name);
    int rc = folder_make_at(path, err);
    if (rc == ERR_OK && chmod(path, 01777) != 0)
        rc = err_errno(err, "cannot open %s to all", path);
    free(path);
    return rc;
}

int root_prepare(const char *folder, struct err *err)
{
    static const struct {
        const char *name;
        mode_t mode;
    } folders[] = {{"files", 0755},           {"files/dev", 0755},       {"files/dev/shm", 01777},
                   {"files/etc", 0755},       {"files/proc", 0555},      {"files/root", 0700},
                   {"files/run", 0755},       {"files/run/lock", 01777}, {"files/sys", 0555},
                   {"files/tmp", 01777},      {"files/var", 0755},       {"files/var/cache", 0755},
                   {"files/var/lib", 0755},   {"files/var/log", 0755},   {"files/var/mail", 02775},
                   {"files/var/spool", 0755}, {"files/var/tmp", 01777},  {"pki", 0755}};
    static const char *const links[][2] = {{"dev/fd", "/proc/self/fd"},         {"dev/stdin", "/proc/self/fd/0"},
                                           {"dev/stdout", "/proc/self/fd/1"},   {"dev/stderr", "/proc/self/fd/2"},
                                           {"etc/mtab", "../proc/self/mounts"}, {"var/run", "../run"},
                                           {"var/lock", "../run/lock"}};
    int rc = ERR_OK;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && rc == ERR_OK; i++) {
        char *path = mem_printf("%s/%s", folder, folders[i].name);
        if ((mkdir(path, 0755) != 0 && errno != EEXIST) || chmod(path, folders[i].mode) != 0)
            rc = err_errno(err, "cannot create the folder %s", path);
        free(path);
    }
    for (size_t i = 0; i < sizeof links / sizeof links[0] && rc == ERR_OK; i++) {
        char *at = mem_printf("%s/files/%s", folder, links[i][0]);
        if (symlink(links[i][1], at) != 0)
            rc = err_errno(err, "cannot make %s", at);
        free(at);
    }
    return rc == ERR_OK ? make_temporary(folder, err) : rc;
}

/* ---- in the mount namespace ---- */

static int set_read_only(int fd, const char *path, unsigned flags)
{
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
    return (int)syscall(SYS_mount_setattr, fd, path, flags | AT_RECURSIVE, &attributes, sizeof attributes);
}

/* A copy of the mount of a path, with all below it, that has no place yet. */
static int take_tree(const char *path, bool writable)
{
    int fd = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (fd < 0 || writable || set_read_only(fd, "", AT_EMPTY_PATH) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Outside, as long as the path leads there. Links of the system's list stay links. */
static int take(struct root_grant *grant, struct err *err)
{
    struct stat info;
    if (grant->yields && lstat(grant->path, &info) == 0 && S_ISLNK(info.st_mode))
        return ERR_OK;
    grant->tree = take_tree(grant->path, grant->writable);
    return grant->tree >= 0 ? ERR_OK : err_errno(err, "cannot mount %s in the target's root", grant->path);
}

static int make_place(const char *path, bool folder, struct err *err)
{
    char *above = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
    int rc = above[0] != '\0' ? folder_make_at(above, err) : ERR_OK;
    free(above);
    if (rc != ERR_OK || folder)
        return rc != ERR_OK ? rc : folder_make_at(path, err);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (fd >= 0)
        close(fd);
    return fd >= 0 || errno == EROFS ? ERR_OK : err_errno(err, "cannot create %s in the target's root", path);
}

static int place_tree(int tree, const char *path, struct err *err)
{
    struct stat info;
    int rc = fstat(tree, &info) == 0 ? make_place(path, S_ISDIR(info.st_mode), err) : err_errno(err, "%s", path);
    if (rc == ERR_OK && syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        rc = err_errno(err, "cannot mount %s in the target's root", path);
    return rc;
}

/* Inside; `outside` leads to what was the root. */
static int place(const struct root_grant *grant, int outside, struct err *err)
{
    struct stat info;
    char to[PATH_MAX];
    if (grant->yields && lstat(grant->path, &info) == 0)
        return ERR_OK;
    if (grant->tree >= 0)
        return place_tree(grant->tree, grant->path, err);
    ssize_t len = readlinkat(outside, grant->path + 1, to, sizeof to - 1);
    if (len < 0)
        return ERR_OK; /* it was there a moment ago */
    to[len] = '\0';
    char *above = mem_strndup(grant->path, (size_t)(strrchr(grant->path, '/') - grant->path));
    int rc = above[0] != '\0' ? folder_make_at(above, err) : ERR_OK;
    free(above);
    return rc == ERR_OK && symlink(to, grant->path) != 0
               ? err_errno(err, "cannot create %s in the target's root", grant->path)
               : rc;
}

/* ---- packages ---- */

/* "packages:hidden:/usr", without what is not there; NULL when there is nothing to lay over. */
static char *lower_layers(const struct root_plan *plan, const char *name, const char *upper, struct err *err)
{
    char *packages = plan->packages != NULL ? mem_printf("%s/%s", plan->packages, name) : mem_strdup("");
    char *hidden = mem_printf("%s/hidden", plan->folder), *lower = NULL;
    bool there = packages[0] != '\0' && is_folder(packages), usr = strcmp(name, "usr") == 0;
    if (usr && (there || is_folder(upper))) {
        int rc = folder_make_at(hidden, err);
        if (rc == ERR_OK)
            rc = root_list_hide(hidden, plan->target, err);
        if (rc == ERR_OK)
            lower = mem_printf("%s%s%s:/usr", there ? packages : "", there ? ":" : "", hidden);
    } else if (there) {
        lower = mem_strdup(packages);
    }
    free(hidden);
    free(packages);
    return lower;
}

/* What the target writes comes to FOLDER/files, where the run's configuration is. */
static int lay_over(const struct root_plan *plan, const char *name, bool *laid, struct err *err)
{
    char *upper = mem_printf("%s/files/%s", plan->folder, name), *work = mem_printf("%s/work/%s", plan->folder, name);
    char *lower = lower_layers(plan, name, upper, err);
    int rc = err->code;
    *laid = lower != NULL;
    if (rc == ERR_OK && lower != NULL) {
        rc = folder_make_at(work, err);
        if (rc == ERR_OK)
            rc = folder_make_at(upper, err);
        char *options = mem_printf("lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);
        if (rc == ERR_OK && mount("overlay", upper, "overlay", 0, options) != 0)
            rc = err_errno(err, "cannot mount the packages of %s over /%s (overlay)", plan->target->name, name);
        free(options);
    }
    free(lower);
    free(work);
    free(upper);
    return rc;
}

/* ---- the whole ---- */

static int enter_root(const char *files, int *outside, struct err *err)
{
    *outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*outside >= 0 && chdir(files) == 0 && syscall(SYS_pivot_root, ".", ".") == 0)
        return ERR_OK;
    return err_errno(err, "cannot enter the target's root");
}

/* Read-only: what would change the kernel for all processes. */
static int mount_proc(bool own, struct err *err)
{
    static const char *const shared[] = {"/proc/sys", "/proc/sysrq-trigger"};
    if (own && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return err_errno(err, "cannot mount /proc of the run");
    int rc = ERR_OK;
    for (size_t i = 0; i < sizeof shared / sizeof shared[0] && rc == ERR_OK && access(shared[i], F_OK) == 0; i++) {
        int tree = take_tree(shared[i], false);
        rc = tree >= 0 ? place_tree(tree, shared[i], err) : err_errno(err, "cannot make %s read-only", shared[i]);
        if (tree >= 0)
            close(tree);
    }
    return rc;
}

static int furnish(const struct root_plan *plan, struct root_list *list, struct err *err)
{
    char *files = root_files(plan->folder);
    int outside = -1, rc = ERR_OK;
    for (size_t i = 0; i < list->count && rc == ERR_OK; i++)
        rc = take(&list->grants[i], err);
    if (rc == ERR_OK)
        rc = enter_root(files, &outside, err);
    for (size_t i = 0; i < list->count && rc == ERR_OK; i++)
        rc = place(&list->grants[i], outside, err);
    if (rc == ERR_OK)
        rc = mount_proc(plan->own_processes, err);
    if (rc == ERR_OK && umount2(".", MNT_DETACH) != 0)
        rc = err_errno(err, "cannot leave this machine's root");
    if (rc == ERR_OK && chdir("/") != 0)
        rc = err_errno(err, "cannot enter the target's root");
    if (outside >= 0)
        close(outside);
    free(files);
    return rc;
}

static int build(const struct root_plan *plan, struct err *err)
{
    static const char *const layered[] = {"usr", "etc", "var"};
    char *files = root_files(plan->folder);
    bool laid[3] = {false};
    struct root_list list;
    int rc = ERR_OK;
    for (size_t i = 0; i < 3 && rc == ERR_OK; i++)
        rc = lay_over(plan, layered[i], &laid[i], err);
    if (rc == ERR_OK && mount(files, files, NULL, MS_BIND | MS_REC, NULL) != 0)
        rc = err_errno(err, "cannot mount %s", files);
    if (rc == ERR_OK)
        rc = root_list_make(&list, plan, !laid[0], err);
    if (rc == ERR_OK) {
        rc = furnish(plan, &list, err);
        root_list_free(&list);
    }
    free(files);
    return rc;
}

/* ---- its namespaces ---- */

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return good;
}

static bool stay_the_same_user(uid_t uid, gid_t gid)
{
    char users[64], groups[64];
    (void)snprintf(users, sizeof users, "%d %d 1\n", (int)uid, (int)uid);
    (void)snprintf(groups, sizeof groups, "%d %d 1\n", (int)gid, (int)gid);
    return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", users) &&
           write_file("/proc/self/gid_map", groups);
}

static int enter_namespaces(enum root_kind kind, struct err *err)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    bool as_user = kind == ROOT_OWN_AS_USER;
    if (unshare(CLONE_NEWNS | (as_user ? CLONE_NEWUSER : 0)) != 0 || (as_user && !stay_the_same_user(uid, gid)))
        return err_errno(err, "cannot create a mount namespace");
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return err_errno(err, "cannot make the run's mounts private");
    return ERR_OK;
}

static int keep_open(const char *namespace, int as, struct err *err)
{
    int fd = open(namespace, O_RDONLY | O_CLOEXEC);
    int rc = fd >= 0 && dup2(fd, as) == as ? ERR_OK : err_errno(err, "cannot hold %s", namespace);
    if (fd >= 0)
        close(fd);
    return rc;
}

/* In the child, which shares its descriptors with the run's first process. */
static int make_in_child(const struct root_plan *plan, struct err *err)
{
    int rc = enter_namespaces(plan->kind, err);
    if (rc == ERR_OK)
        rc = build(plan, err);
    if (rc == ERR_OK)
        rc = keep_open("/proc/self/ns/mnt", ROOT_MOUNTS_FD, err);
    if (rc == ERR_OK && plan->kind == ROOT_OWN_AS_USER)
        rc = keep_open("/proc/self/ns/user", ROOT_USER_FD, err);
    return rc;
}

/* Runs make(arg) in a child that shares the table of descriptors; what it reports comes back. */
static int in_child(int (*make)(const struct root_plan *plan, struct err *err), const struct root_plan *plan,
                    struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "cannot create a pipe");
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        int rc = make(plan, err);
        (void)!write(ends[1], err, rc == ERR_OK ? 0 : sizeof *err);
        _exit(rc == ERR_OK ? 0 : 1);
    }
    int status = 1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    close(ends[1]);
    int rc = ERR_OK;
    if (pid < 0 || status != 0)
        rc = read(ends[0], err, sizeof *err) == (ssize_t)sizeof *err ? (int)err->code
                                                                     : err_set(err, ERR_SYSTEM, "cannot create a root");
    close(ends[0]);
    return rc;
}

int root_make(const struct root_plan *plan, struct err *err)
{
    return in_child(make_in_child, plan, err);
}

/* ---- what is available ---- */

static int try_mounts(const struct root_plan *plan, struct err *err)
{
    int rc = enter_namespaces(plan->kind, err);
    int tree = rc == ERR_OK ? take_tree("/usr", false) : -1;
    if (rc == ERR_OK && tree < 0)
        rc = err_errno(err, "cannot mount /usr read-only (this needs Linux 5.12)");
    if (tree >= 0)
        close(tree);
    if (rc == ERR_OK && plan->own_processes && mount("proc", "/proc", "proc", 0, NULL) != 0)
        rc = err_errno(err, "cannot mount /proc of the run");
    return rc;
}

/* In the namespaces of a run. */
static int try_in_network(enum network network, enum root_kind kind, struct err *err)
{
    int ends[2];
    pid_t pid = -1;
    struct root_plan plan = {.kind = kind, .own_processes = network == NETWORK_NAMESPACE};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(err, "cannot create a pipe");
    int rc = network_fork(network, &pid, err);
    if (pid == 0) {
        if (rc == ERR_OK)
            rc = in_child(try_mounts, &plan, err);
        (void)!write(ends[1], err, rc == ERR_OK ? 0 : sizeof *err);
        _exit(0);
    }
    close(ends[1]);
    if (rc == ERR_OK && read(ends[0], err, sizeof *err) == (ssize_t)sizeof *err)
        rc = (int)err->code;
    close(ends[0]);
    if (pid > 0)
        (void)waitpid(pid, NULL, 0);
    return rc;
}

enum root_kind root_choose(enum network network, struct err *why)
{
    enum root_kind kind = network == NETWORK_NAMESPACE || network_has_powers() ? ROOT_OWN : ROOT_OWN_AS_USER;
    return try_in_network(network, kind, why) == ERR_OK ? kind : ROOT_HOST;
}
