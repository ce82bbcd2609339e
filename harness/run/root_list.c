#include "harness/run/root_list.h"

#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "lib/base/mem.h"

/* docs/TARGETS.md has this list. Names and patterns of glob(7); what this machine does not have is left out. */
static const struct {
    const char *pattern;
    bool writable, yields;
} of_this_machine[] = {
    /* devices without a state */
    {"/dev/null", true, false},
    {"/dev/zero", true, false},
    {"/dev/full", true, false},
    {"/dev/random", true, false},
    {"/dev/urandom", true, false},
    /* number and kind of the CPUs */
    {"/sys/devices/system", false, false},
    /* shared libraries, and which program a generic name means */
    {"/etc/ld.so.cache", false, true},
    {"/etc/ld.so.conf", false, true},
    {"/etc/ld.so.conf.d", false, true},
    {"/etc/alternatives", false, true},
    /* names of protocols, ports, locales, kinds of files */
    {"/etc/protocols", false, true},
    {"/etc/services", false, true},
    {"/etc/rpc", false, true},
    {"/etc/gai.conf", false, true},
    {"/etc/locale.alias", false, true},
    {"/etc/magic", false, true},
    {"/etc/magic.mime", false, true},
    {"/etc/mime.types", false, true},
    {"/etc/debian_version", false, true},
    {"/etc/os-release", false, true},
    {"/etc/terminfo", false, true},
    /* settings of TLS libraries, and Java's form of the certificates; the run's root is the bundle */
    {"/etc/ssl/openssl.cnf", false, true},
    {"/etc/ssl/certs/java", false, true},
    {"/etc/crypto-policies", false, true},
    {"/etc/pki/tls/openssl.cnf", false, true},
    /* interpreters */
    {"/etc/java*", false, true},
    {"/etc/perl", false, true},
    {"/etc/php*", false, true},
    {"/etc/python*", false, true},
    {"/etc/ruby*", false, true},
};

static const char *const links_into_usr[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

static int add(struct root_list *list, const char *path, bool writable, bool yields, struct err *err)
{
    if (list->count == ROOT_GRANTS_MAX)
        return err_set(err, ERR_TOO_BIG, "a target's root has more than %d folders and files of this machine",
                       ROOT_GRANTS_MAX);
    list->grants[list->count++] = (struct root_grant){mem_strdup(path), writable, yields, -1};
    return ERR_OK;
}

static int add_pattern(struct root_list *list, const char *pattern, bool writable, bool yields, struct err *err)
{
    glob_t found;
    int rc = ERR_OK;
    if (glob(pattern, 0, NULL, &found) != 0)
        return ERR_OK;
    for (size_t i = 0; i < found.gl_pathc && rc == ERR_OK; i++)
        rc = add(list, found.gl_pathv[i], writable, yields, err);
    globfree(&found);
    return rc;
}

static int add_programs(struct root_list *list, bool usr, struct err *err)
{
    struct stat info;
    int rc = usr ? add(list, "/usr", false, false, err) : ERR_OK;
    for (size_t i = 0; i < sizeof links_into_usr / sizeof *links_into_usr && rc == ERR_OK; i++)
        if (lstat(links_into_usr[i], &info) == 0)
            rc = add(list, links_into_usr[i], false, true, err);
    return rc;
}

static int add_paths(struct root_list *list, const struct yaml_list *paths, bool writable, struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; i < paths->count && rc == ERR_OK; i++)
        rc = add(list, ((const char *const *)paths->items)[i], writable, false, err);
    return rc;
}

static int add_run(struct root_list *list, const struct root_plan *plan, struct err *err)
{
    char *own = mem_printf("%s/target", plan->folder), *pki = mem_printf("%s/pki", plan->folder);
    char *libwarp = getenv("RELAYLAB_LIBWARP"), *bin = realpath(plan->bin, NULL);
    int rc = add(list, plan->bin, false, false, err);
    if (rc == ERR_OK && bin != NULL && strcmp(bin, plan->bin) != 0)
        rc = add(list, bin, false, false, err);
    if (rc == ERR_OK && libwarp != NULL && libwarp[0] == '/')
        rc = add(list, libwarp, false, false, err);
    if (rc == ERR_OK)
        rc = add(list, plan->target->folder, false, false, err);
    if (rc == ERR_OK && plan->packages != NULL)
        rc = add(list, plan->packages, false, false, err);
    if (rc == ERR_OK)
        rc = add(list, own, true, false, err);
    if (rc == ERR_OK)
        rc = add(list, pki, false, false, err);
    free(bin);
    free(pki);
    free(own);
    return rc;
}

int root_list_make(struct root_list *out, const struct root_plan *plan, bool usr, struct err *err)
{
    out->count = 0;
    int rc = add_programs(out, usr, err);
    if (rc == ERR_OK && !plan->own_processes)
        rc = add(out, "/proc", true, false, err);
    for (size_t i = 0; i < sizeof of_this_machine / sizeof of_this_machine[0] && rc == ERR_OK; i++)
        rc = add_pattern(out, of_this_machine[i].pattern, of_this_machine[i].writable, of_this_machine[i].yields, err);
    if (rc == ERR_OK)
        rc = add_paths(out, &plan->target->paths.read, false, err);
    if (rc == ERR_OK)
        rc = add_paths(out, &plan->target->paths.write, true, err);
    if (rc == ERR_OK)
        rc = add_run(out, plan, err);
    if (rc != ERR_OK)
        root_list_free(out);
    return rc;
}

void root_list_free(struct root_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->grants[i].tree >= 0)
            close(list->grants[i].tree);
        free(list->grants[i].path);
    }
    list->count = 0;
}

/* ---- packages that are installed here as well ---- */

#define USR         "/usr/"
#define PACKAGE_MAX 65536 /* files of one */

/* "/sbin/x" -> "/usr/sbin/x", where one is a link to the other; NULL when it is not below /usr. */
static char *below_usr(const char *path)
{
    if (strncmp(path, USR, sizeof USR - 1) == 0)
        return mem_strdup(path + sizeof USR - 1);
    for (size_t i = 0; i < sizeof links_into_usr / sizeof *links_into_usr; i++) {
        size_t len = strlen(links_into_usr[i]);
        struct stat info;
        if (strncmp(path, links_into_usr[i], len) == 0 && path[len] == '/' && lstat(links_into_usr[i], &info) == 0 &&
            S_ISLNK(info.st_mode))
            return mem_strdup(path + 1);
    }
    return NULL;
}

static int hide_file(const char *layer, const char *path, struct err *err)
{
    struct stat info;
    char *name = lstat(path, &info) == 0 && !S_ISDIR(info.st_mode) ? below_usr(path) : NULL;
    if (name == NULL || strstr(name, "..") != NULL) {
        free(name);
        return ERR_OK;
    }
    char *at = mem_printf("%s/%s", layer, name), *folder = mem_strndup(at, (size_t)(strrchr(at, '/') - at));
    int rc = folder_make_at(folder, err);
    if (rc == ERR_OK && lstat(at, &info) != 0 && mknod(at, S_IFCHR, makedev(0, 0)) != 0)
        rc = err_errno(err, "cannot hide %s from the target", path);
    free(folder);
    free(at);
    free(name);
    return rc;
}

/* dpkg's list of a package's files, a path a line. */
static int hide_listed(const char *layer, const char *list, struct err *err)
{
    char line[4096];
    int rc = ERR_OK;
    FILE *file = fopen(list, "re");
    for (size_t i = 0; file != NULL && rc == ERR_OK && i < PACKAGE_MAX && fgets(line, sizeof line, file) != NULL; i++) {
        line[strcspn(line, "\n")] = '\0';
        rc = hide_file(layer, line, err);
    }
    if (file != NULL)
        (void)fclose(file);
    return rc;
}

int root_list_hide(const char *layer, const struct target *target, struct err *err)
{
    int rc = ERR_OK;
    for (size_t i = 0; i < target->fetch.debian.count && rc == ERR_OK; i++) {
        const char *package = ((const char *const *)target->fetch.debian.items)[i];
        char *patterns[] = {mem_printf("/var/lib/dpkg/info/%s.list", package),
                            mem_printf("/var/lib/dpkg/info/%s:*.list", package)};
        for (size_t k = 0; k < 2; k++) {
            glob_t found;
            if (rc == ERR_OK && glob(patterns[k], 0, NULL, &found) == 0) {
                for (size_t n = 0; n < found.gl_pathc && rc == ERR_OK; n++)
                    rc = hide_listed(layer, found.gl_pathv[n], err);
                globfree(&found);
            }
            free(patterns[k]);
        }
    }
    return rc;
}
