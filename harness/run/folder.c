#include "harness/run/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/control.h"
#include "lib/base/mem.h"
#include "lib/base/open.h"

#define MIB          (UINT64_C(1024) * 1024)
#define ROOM_WANTED  (256 * MIB)
#define ROOM_NEEDED  (64 * MIB) /* with less, relays refuse mail, and a trace may be cut off */
#define TAIL_BYTES   8192
#define DEPTH        16
#define REMOVE_TRIES 100
#define PERMISSIONS  (S_IRWXU | S_IRWXG | S_IRWXO) /* no special rights: the copy has another owner */

/* Octets; the maximum when the free space is unknown. */
static uint64_t room(const char *path)
{
    struct statvfs disk;
    return statvfs(path, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

int folder_check_room(const char *path, struct err *err)
{
    uint64_t left = room(path);
    if (left >= ROOM_NEEDED)
        return ERR_OK;
    return err_set(err, ERR_SYSTEM,
                   "the disk of %s has %" PRIu64 " MiB left, and a run needs %" PRIu64
                   " MiB: free some space, or set TMPDIR to another file system",
                   path, left / MIB, ROOM_NEEDED / MIB);
}

/*
 * A folder belongs to its owner as long as the owner holds its lock, which the kernel releases when the process ends,
 * however it ends. A new folder is not locked at once, so a folder counts as left behind only if nothing was created in
 * it for a while.
 */
#define PREFIX     "relaylab-run-"
#define LEFT_FOR_S 60

static int lock(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

static void remove_all(const char *path)
{
    (void)nftw(path, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void remove_if_left(const char *path)
{
    struct stat info;
    int fd = lock(path);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && info.st_uid == geteuid() && info.st_mtime + LEFT_FOR_S < time(NULL))
        remove_all(path); /* no run waits again for what this user cannot remove */
    close(fd);
}

/* Removes what killed runs left. */
static void sweep(const char *base)
{
    DIR *folder = opendir(base);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        char *path = mem_printf("%s/%s", base, entry->d_name);
        remove_if_left(path);
        free(path);
    }
    if (folder != NULL)
        (void)closedir(folder);
}

int folder_make(char **out, int *owner, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    const char *base = tmp != NULL && tmp[0] == '/'                                              ? tmp
                       : access("/dev/shm", W_OK | X_OK) == 0 && room("/dev/shm") >= ROOM_WANTED ? "/dev/shm"
                                                                                                 : "/tmp";
    sweep(base);
    int rc = folder_check_room(base, err);
    if (rc != ERR_OK)
        return rc;
    char *path = mem_printf("%s/" PREFIX "XXXXXX", base);
    if (mkdtemp(path) == NULL) {
        rc = err_errno(err, "cannot create a folder for the run in %s", base);
        free(path);
        return rc;
    }
    *owner = lock(path);
    *out = path;
    return ERR_OK;
}

/* Keeps errno: why it could not be made, when it is not a folder. */
static bool is_folder(const char *path)
{
    struct stat info;
    int why = errno;
    bool is = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    errno = why;
    return is;
}

int folder_make_at(const char *path, struct err *err)
{
    char *part = mem_strdup(path);
    int rc = ERR_OK;
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(part, 0755) != 0 && !is_folder(part))
            rc = err_errno(err, "cannot create the folder %s", part);
        if (slash == NULL || rc != ERR_OK)
            break;
        *slash = '/';
    }
    free(part);
    return rc;
}

/* The processes of a run that was killed die a moment later than it does, and write until then. */
void folder_remove(const char *path)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    for (int i = 0; i < REMOVE_TRIES; i++) {
        remove_all(path);
        if (access(path, F_OK) != 0)
            return;
        (void)nanosleep(&moment, NULL);
    }
}

/* A user who may not read the original may not read the copy either, also while it is written, and where an older copy
 * exists. */
static int copy_file(const char *from, const char *to, mode_t mode, struct err *err)
{
    char bytes[65536];
    (void)unlink(to);
    int rc = ERR_OK, in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        rc = err_errno(err, "cannot copy %s to %s", from, to);
    for (ssize_t n; rc == ERR_OK && (n = read(in, bytes, sizeof bytes)) != 0;)
        if (n < 0 || write(out, bytes, (size_t)n) != n)
            rc = err_errno(err, "cannot copy %s to %s", from, to);
    if (rc == ERR_OK && fchmod(out, mode & PERMISSIONS) != 0)
        rc = err_errno(err, "cannot set the mode of %s", to);
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && rc == ERR_OK)
        rc = err_errno(err, "cannot write %s", to);
    return rc;
}

/* The owner may always write it, so that it can be copied over and removed. */
static int copy_folder(const char *from, const char *to, mode_t mode, struct err *err)
{
    (void)mkdir(to, S_IRWXU);
    int rc = folder_copy(from, to, err);
    if (rc == ERR_OK && chmod(to, (mode & PERMISSIONS) | S_IRWXU) != 0)
        rc = err_errno(err, "cannot set the mode of %s", to);
    return rc;
}

int folder_copy(const char *from, const char *to, struct err *err)
{
    DIR *folder = opendir(from);
    int rc = folder != NULL ? folder_make_at(to, err) : err_errno(err, "cannot read %s", from);
    for (struct dirent *entry; rc == ERR_OK && folder != NULL && (entry = readdir(folder)) != NULL;) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *a = mem_printf("%s/%s", from, entry->d_name), *b = mem_printf("%s/%s", to, entry->d_name);
        mode_t mode = lstat(a, &info) == 0 ? info.st_mode : 0; /* it may be gone by now */
        if (S_ISDIR(mode))
            rc = copy_folder(a, b, mode, err);
        else if (S_ISREG(mode))
            rc = copy_file(a, b, mode, err);
        free(a);
        free(b);
    }
    if (folder != NULL)
        (void)closedir(folder);
    return rc;
}

/* What a program wrote steers no terminal. */
static void add_visible(struct buf *out, struct slice line)
{
    while (line.len > 0) {
        size_t octets = *line.ptr != '\t' ? control_octets(line) : 0;
        for (size_t i = 0; i < octets; i++)
            (void)buf_printf(out, "\\x%02X", (unsigned char)line.ptr[i]);
        if (octets == 0)
            (void)buf_add_char(out, *line.ptr);
        line = slice_from(line, octets > 0 ? octets : 1);
    }
}

char *folder_tail(const char *path, unsigned lines, const char *indent)
{
    struct buf out;
    char bytes[TAIL_BYTES];
    FILE *file = NULL;
    size_t len = 0;
    buf_init(&out, 8 * TAIL_BYTES);
    if (open_input(path, &file, NULL) == ERR_OK) {
        (void)fseek(file, 0, SEEK_END);
        long size = ftell(file);
        (void)fseek(file, size > TAIL_BYTES ? size - TAIL_BYTES : 0, SEEK_SET);
        len = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
    }
    size_t start = len;
    for (unsigned seen = 0; start > 0; start--)
        if (bytes[start - 1] == '\n' && start != len && ++seen == lines)
            break;
    struct slice rest = slice_make(bytes + start, len - start);
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        (void)buf_add_cstr(&out, indent);
        add_visible(&out, line);
        (void)buf_add_char(&out, '\n');
    }
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    return text;
}
