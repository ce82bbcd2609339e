#include "relay/queue/store_files.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/mem.h"

#define KEPT_MAX 100                     /* logs of lost databases in one folder */
#define LITTLE   ((uint64_t)1024 * 1024) /* octets left on a disk that count as none */

static const char *const names[] = {"queue.db", "queue.db-wal", "queue.db-shm", "queue.db-journal"};

/* Removes the rights of other users; 0 also when there is no such file. */
static int make_private(const char *path, mode_t mode, struct err *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno == ENOENT ? ERR_OK : err_errno(err, "cannot inspect %s", path);
    if (info.st_uid != geteuid())
        return err_set(err, ERR_SYSTEM, "%s belongs to user %u, and the relay runs as user %u; chown it", path,
                       (unsigned)info.st_uid, (unsigned)geteuid());
    if ((info.st_mode & 07777u & ~mode) != 0 && chmod(path, mode) != 0)
        return err_errno(err, "cannot remove other users' permissions from %s", path);
    return ERR_OK;
}

int store_files_prepare(const char *folder, struct err *err)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_errno(err, "cannot create the spool %s", folder);
    int rc = make_private(folder, 0700, err);
    for (size_t i = 0; rc == ERR_OK && i < sizeof names / sizeof names[0]; i++) {
        char *path = mem_printf("%s/%s", folder, names[i]);
        rc = make_private(path, 0600, err);
        free(path);
    }
    return rc;
}

static bool has_octets(const char *folder, const char *name)
{
    struct stat info;
    char *path = mem_printf("%s/%s", folder, name);
    bool some = stat(path, &info) == 0 && info.st_size > 0;
    free(path);
    return some;
}

bool store_files_have_log(const char *folder)
{
    return has_octets(folder, "queue.db-wal");
}

/* A name that is free: PATH.WORD, PATH.WORD.1 and so on. */
static char *free_name(const char *path, const char *word)
{
    char *name = mem_printf("%s.%s", path, word);
    for (int n = 1; access(name, F_OK) == 0 && n < KEPT_MAX; n++) {
        free(name);
        name = mem_printf("%s.%s.%d", path, word, n);
    }
    return name;
}

static int keep(const char *path, const char *word, char **kept, struct err *err)
{
    char *name = free_name(path, word);
    if (rename(path, name) == 0) {
        *kept = name;
        return ERR_OK;
    }
    int rc = err_errno(err, "cannot keep %s as %s", path, name);
    free(name);
    return rc;
}

int store_files_keep_lost_log(const char *folder, char **kept, struct err *err)
{
    *kept = NULL;
    if (!store_files_have_log(folder) || has_octets(folder, "queue.db"))
        return ERR_OK;
    char *path = mem_printf("%s/queue.db-wal", folder);
    int rc = keep(path, "lost", kept, err);
    free(path);
    return rc;
}

int store_files_swap(const char *path, const char *copy, char **kept, struct err *err)
{
    int rc = keep(path, "damaged", kept, err);
    if (rc == ERR_OK && rename(copy, path) != 0)
        rc = err_errno(err, "cannot rename %s to %s", copy, path);
    return rc;
}

void store_files_disk_state(const char *folder, char *out, size_t size)
{
    struct statvfs disk;
    out[0] = '\0';
    if (statvfs(folder, &disk) != 0)
        (void)snprintf(out, size, "; %s: %s", folder, strerror(errno));
    else if ((disk.f_flag & ST_RDONLY) != 0)
        (void)snprintf(out, size, "; the file system of %s is read-only: mount it read-write", folder);
    else if ((uint64_t)disk.f_bavail * disk.f_frsize < LITTLE)
        (void)snprintf(out, size, "; the file system of %s is full: free some space", folder);
    else if (disk.f_files > 0 && disk.f_favail == 0)
        (void)snprintf(out, size, "; the file system of %s has no free inodes: remove files", folder);
}
