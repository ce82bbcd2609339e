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

/* Every dynamic program loads libwarp, also one with special rights or an empty environment. */
static int preload_everywhere(const char *libwarp, struct err *err)
{
    FILE *file = fopen("/etc/ld.so.preload", "we");
    if (file == NULL)
        return err_errno(err, "cannot write /etc/ld.so.preload of the run");
    fprintf(file, "%s\n", libwarp);
    return fclose(file) == 0 ? ERR_OK : err_errno(err, "cannot write /etc/ld.so.preload of the run");
}

int mounts_set_up(const char *folder, const char *root, const char *libwarp, struct err *err)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return err_errno(err, "cannot keep the run's mounts to itself");
    int rc = ERR_OK;
    for (size_t i = 0; i < LAYERED && rc == ERR_OK; i++)
        rc = lay_over(folder, root, layered[i], err);
    return rc == ERR_OK ? preload_everywhere(libwarp, err) : rc;
}
