#include "harness/suite/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/nearest.h"

#define ROOT      "scenarios"
#define FILES_MAX 10000
#define DEPTH_MAX 16

static int add(struct scenario_files *out, char *path, struct err *err)
{
    if (out->count == FILES_MAX) {
        free(path);
        return err_set(err, ERR_TOO_BIG, "more than %d scenario files", FILES_MAX);
    }
    out->paths = mem_realloc(out->paths, out->count + 1, sizeof(char *));
    out->paths[out->count++] = path;
    return ERR_OK;
}

static bool is_yaml(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

static int find(const char *path, int depth, struct scenario_files *out, struct err *err);

static int find_below(const char *path, int depth, struct scenario_files *out, struct err *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort), rc = ERR_OK;
    if (count < 0)
        return err_errno(err, "cannot read %s", path);
    for (int i = 0; i < count; i++) {
        char *below = mem_printf("%s/%s", path, entries[i]->d_name);
        struct stat info;
        bool hidden = entries[i]->d_name[0] == '.';
        if (rc == ERR_OK && !hidden && stat(below, &info) == 0 &&
            (S_ISDIR(info.st_mode) ? depth < DEPTH_MAX : is_yaml(below)))
            rc = find(below, depth + 1, out, err);
        free(below);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

static int find(const char *path, int depth, struct scenario_files *out, struct err *err)
{
    struct stat info;
    if (strpbrk(path, "\t\n") != NULL)
        return err_set(err, ERR_INVALID, "a path with a tab or a line end in it is not taken");
    if (stat(path, &info) != 0)
        return err_errno(err, "cannot read %s", path);
    return S_ISDIR(info.st_mode) ? find_below(path, depth, out, err) : add(out, mem_strdup(path), err);
}

/* ---- what an argument means ---- */

/* Of an id without its area, the whole is meant. */
static const char *find_nearest(const char *arg, struct scenario_files *all)
{
    struct nearest near;
    nearest_init(&near, arg);
    (void)find_below(ROOT, 0, all, NULL);
    for (size_t i = 0; i < all->count; i++) {
        char *id = all->paths[i] + strlen(ROOT "/");
        id[strlen(id) - strlen(".yaml")] = '\0';
        const char *name = strrchr(id, '/');
        if (name != NULL && strcmp(name + 1, arg) == 0)
            return id;
        nearest_offer(&near, id);
    }
    return near.best;
}

static int unknown(const char *arg, struct err *err)
{
    struct scenario_files all = {0};
    if (access(ROOT, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "no scenario `%s`: no such file or folder, and no " ROOT "/ here", arg);
    const char *best = find_nearest(arg, &all);
    int rc = err_set(err, ERR_NOT_FOUND, "no scenario `%s`: neither a file or folder, nor an id in " ROOT "/%s%s%s",
                     arg, best != NULL ? "; did you mean `" : "", best != NULL ? best : "", best != NULL ? "`?" : "");
    scenario_files_free(&all);
    return rc;
}

/* A path as it is, else an id or an area below scenarios/; the caller's. NULL = neither. */
static char *path_of(const char *arg)
{
    char *tries[] = {mem_strdup(arg), mem_printf(ROOT "/%s.yaml", arg), mem_printf(ROOT "/%s", arg)};
    char *found = NULL;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        if (found == NULL && access(tries[i], F_OK) == 0)
            found = tries[i];
        else
            free(tries[i]);
    }
    for (size_t len = found != NULL ? strlen(found) : 0; len > 1 && found[len - 1] == '/'; len--)
        found[len - 1] = '\0';
    return found;
}

int scenario_files_find(char *const *args, size_t arg_count, struct scenario_files *out, struct err *err)
{
    static char root[] = ROOT;
    static char *all[] = {root};
    int rc = ERR_OK;
    *out = (struct scenario_files){0};
    if (arg_count == 0 && access(ROOT, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "which scenarios? There is no folder " ROOT "/ here: name files or folders");
    if (arg_count == 0) {
        args = all;
        arg_count = 1;
    }
    for (size_t i = 0; i < arg_count && rc == ERR_OK; i++) {
        char *path = path_of(args[i]);
        rc = path != NULL ? find(path, 0, out, err) : unknown(args[i], err);
        free(path);
    }
    if (rc != ERR_OK)
        scenario_files_free(out);
    return rc;
}

bool scenario_files_are_all(char *const *args, size_t arg_count)
{
    bool all = arg_count == 0;
    for (size_t i = 0; i < arg_count && !all; i++) {
        char *path = path_of(args[i]);
        all = path != NULL && strcmp(path, ROOT) == 0;
        free(path);
    }
    return all;
}

void scenario_files_free(struct scenario_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct scenario_files){0};
}
