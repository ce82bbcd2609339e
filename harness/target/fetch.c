#include "harness/target/fetch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/shipped/shipped.h"
#include "lib/base/mem.h"

bool fetch_needed(const struct target *target)
{
    return target->fetch.debian.count > 0 || target->fetch.npm.count > 0;
}

/* The folder for the packages, whether it exists or not; of programs that are installed, in the cache of the user. */
char *fetch_folder(const struct target *target, const char *bin)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (shipped_in_source_tree(bin))
        return mem_printf("%s/../targets/%s", bin, target->name);
    if (cache != NULL && cache[0] == '/')
        return mem_printf("%s/relaylab/targets/%s", cache, target->name);
    return mem_printf("%s/.cache/relaylab/targets/%s", home != NULL ? home : "/root", target->name);
}

char *fetch_root(const struct target *target, const char *bin)
{
    char *folder = fetch_folder(target, bin), *path = mem_printf("%s/root", folder);
    char *root = realpath(path, NULL);
    free(path);
    free(folder);
    return root;
}

char *fetch_version(const struct target *target, const char *bin)
{
    char *folder = fetch_folder(target, bin), *path = mem_printf("%s/version", folder);
    char line[128] = "";
    FILE *file = fopen(path, "re");
    bool good = file != NULL && fgets(line, sizeof line, file) != NULL;
    if (file != NULL)
        (void)fclose(file);
    line[strcspn(line, "\n")] = '\0';
    free(path);
    free(folder);
    return good && line[0] != '\0' ? mem_strdup(line) : NULL;
}

int fetch_check(const struct target *target, const char *bin, struct err *err)
{
    char *root = fetch_needed(target) ? fetch_root(target, bin) : NULL;
    bool good = !fetch_needed(target) || root != NULL;
    free(root);
    return good ? ERR_OK
                : err_set(err, ERR_NOT_FOUND, "%s has not been fetched; run `relaylab targets --fetch %s`",
                          target->name, target->name);
}

static _Noreturn void become_script(const char *script, const char *folder, const char *kind,
                                    const struct yaml_list *packages)
{
    const char **argv = mem_zalloc((packages->count + 4) * sizeof *argv);
    argv[0] = script;
    argv[1] = folder;
    argv[2] = kind;
    memcpy(argv + 3, packages->items, packages->count * sizeof *argv);
    (void)execv(script, (char *const *)(uintptr_t)argv);
    fprintf(stderr, "cannot run %s: %s\n", script, strerror(errno));
    _exit(127);
}

static int no_script(const char *bin, struct err *err)
{
    char *places = shipped_places(bin, TARGETS);
    int rc = err_set(err, ERR_NOT_FOUND, "the script that fetches packages was not found: no `fetch` in %s", places);
    free(places);
    return rc;
}

int fetch_run(const struct target *target, const char *bin, struct err *err)
{
    bool debian = target->fetch.debian.count > 0;
    /* Never the one of the working directory or of an adapter elsewhere: it often runs as root. */
    char *script = shipped_find_own(bin, TARGETS, "fetch"), *folder = fetch_folder(target, bin);
    int status = 0;
    if (script == NULL) {
        free(folder);
        return no_script(bin, err);
    }
    pid_t pid = fork();
    if (pid == 0)
        become_script(script, folder, debian ? "debian" : "npm", debian ? &target->fetch.debian : &target->fetch.npm);
    int rc = pid < 0 ? err_errno(err, "cannot fork") : ERR_OK;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (pid > 0 && status != 0)
        rc = err_set(err, ERR_SYSTEM, "%s could not be fetched", target->name);
    free(folder);
    free(script);
    return rc;
}
