#include "harness/run/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "lib/base/mem.h"

static const char *const layered[] = {"etc", "usr", "var"};
#define LAYERED (sizeof layered / sizeof layered[0])

static const char *const kinds[] = {"given", "written", "work"};

int mounts_prepare(const char *folder, struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; i < LAYERED; i++) {
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0] && rc == ERR_OK; k++) {
            char *path = mem_printf("%s/layers/%s/%s", folder, kinds[k], layered[i]);
            rc = folder_make_at(path, err);
            free(path);
        }
    }
    return rc;
}

char *mounts_given(const char *folder)
{
    return mem_printf("%s/layers/given", folder);
}

/* "given:packages:host", without a layer that is not there. */
static char *lower_layers(const char *folder, const char *root, const char *name)
{
    struct stat info;
    char *packages = root != NULL ? mem_printf("%s/%s", root, name) : NULL;
    bool there = packages != NULL && stat(packages, &info) == 0 && S_ISDIR(info.st_mode);
    char *lower = mem_printf("%s/layers/given/%s:%s%s/%s", folder, name, there ? packages : "", there ? ":" : "", name);
    free(packages);
    return lower;
}

static int lay_over(const char *folder, const char *root, const char *name, struct err *err)
{
    char *lower = lower_layers(folder, root, name), *at = mem_printf("/%s", name);
    char *options = mem_printf("lowerdir=%s,upperdir=%s/layers/written/%s,workdir=%s/layers/work/%s", lower, folder,
                               name, folder, name);
    int rc = mount("overlay", at, "overlay", 0, options) == 0
                 ? ERR_OK
                 : err_errno(err, "cannot lay the target's files over %s (an overlay mount)", at);
    free(options);
    free(at);
    free(lower);
    return rc;
}

/* Of /dev only what every program may want, and room for /dev/log. */
static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "shm", "pts"};

static const char *const device_links[][2] = {{"fd", "/proc/self/fd"},
                                              {"stdin", "/proc/self/fd/0"},
                                              {"stdout", "/proc/self/fd/1"},
                                              {"stderr", "/proc/self/fd/2"}};

static int bind_device(const char *dev, const char *name, struct err *err)
{
    struct stat info;
    char *from = mem_printf("/dev/%s", name), *to = mem_printf("%s/%s", dev, name);
    int rc = ERR_OK;
    if (stat(from, &info) == 0) {
        int fd = S_ISDIR(info.st_mode) ? mkdir(to, 0755) : open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd > 0)
            close(fd);
        if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) != 0)
            rc = err_errno(err, "cannot bring %s into the run", from);
    }
    free(from);
    free(to);
    return rc;
}

static int mount_dev(const char *folder, struct err *err)
{
    char *dev = mem_printf("%s/layers/dev", folder);
    int rc = folder_make_at(dev, err);
    if (rc == ERR_OK && mount("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=755") != 0)
        rc = err_errno(err, "cannot make /dev of the run");
    for (size_t i = 0; i < sizeof devices / sizeof devices[0] && rc == ERR_OK; i++)
        rc = bind_device(dev, devices[i], err);
    for (size_t i = 0; i < sizeof device_links / sizeof device_links[0] && rc == ERR_OK; i++) {
        char *at = mem_printf("%s/%s", dev, device_links[i][0]);
        if (symlink(device_links[i][1], at) != 0)
            rc = err_errno(err, "cannot make %s", at);
        free(at);
    }
    if (rc == ERR_OK && mount(dev, "/dev", NULL, MS_BIND | MS_REC, NULL) != 0)
        rc = err_errno(err, "cannot lay a /dev over that of the host");
    free(dev);
    return rc;
}

static int mount_run(struct err *err)
{
    return mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0
               ? ERR_OK
               : err_errno(err, "cannot make /run of the run");
}

int mounts_set_up(const char *folder, const char *root, struct err *err)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return err_errno(err, "cannot keep the run's mounts to itself");
    int rc = ERR_OK;
    for (size_t i = 0; i < LAYERED && rc == ERR_OK; i++)
        rc = lay_over(folder, root, layered[i], err);
    if (rc == ERR_OK)
        rc = mount_run(err);
    return rc == ERR_OK ? mount_dev(folder, err) : rc;
}
