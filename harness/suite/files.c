#include "harness/suite/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/shipped/shipped.h"
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
        return err_set(err, ERR_INVALID, "the path contains a tab or a line end, which is not supported");
    if (stat(path, &info) != 0)
        return err_errno(err, "cannot read %s", path);
    return S_ISDIR(info.st_mode) ? find_below(path, depth, out, err) : add(out, mem_strdup(path), err);
}

/* ---- what an argument means ---- */

/* "ROOT/retry/greylist-basic.yaml" becomes "retry/greylist-basic". */
static void make_ids(struct scenario_files *files, const char *root)
{
    for (size_t i = 0; i < files->count; i++) {
        char *path = files->paths[i], *id = path + strlen(root) + 1;
        files->paths[i] = mem_strndup(id, strlen(id) - strlen(".yaml"));
        free(path);
    }
}

/* Of an id without its area, the whole is meant. */
static void find_nearest(struct nearest *near, const char *arg, const struct scenario_files *ids)
{
    nearest_init(near, arg);
    for (size_t i = 0; i < ids->count; i++) {
        const char *id = ids->paths[i];
        const char *name = strrchr(id, '/');
        nearest_offer(near, id);
        if (name != NULL && strcmp(name + 1, arg) == 0) {
            near->best = id;
            return;
        }
    }
}

static int no_root(const char *bin, const char *what, struct err *err)
{
    char *places = shipped_places(bin, ROOT);
    int rc =
        err_set(err, ERR_NOT_FOUND, "%s; the scenarios that ship with relaylab were not found: no %s", what, places);
    free(places);
    return rc;
}

static int unknown(const char *bin, const char *arg, struct err *err)
{
    struct scenario_files all = {0};
    struct nearest near;
    char *root = shipped_find(bin, ROOT, NULL), *what = mem_printf("no scenario `%s`: no such file or folder", arg);
    int rc = ERR_OK;
    if (root == NULL) {
        rc = no_root(bin, what, err);
    } else {
        (void)find_below(root, 0, &all, NULL);
        make_ids(&all, root);
        find_nearest(&near, arg, &all);
        rc = err_set(err, ERR_NOT_FOUND, "%s, and no such id in %s%s", what, root, nearest_hint(&near));
    }
    scenario_files_free(&all);
    free(what);
    free(root);
    return rc;
}

/* A path as it is, else an id or an area below scenarios/; the caller's. NULL = neither. */
static char *path_of(const char *bin, const char *arg)
{
    char *file = mem_printf("%s.yaml", arg);
    char *found = access(arg, F_OK) == 0 ? mem_strdup(arg) : shipped_find(bin, ROOT, file);
    if (found == NULL)
        found = shipped_find(bin, ROOT, arg);
    free(file);
    for (size_t len = found != NULL ? strlen(found) : 0; len > 1 && found[len - 1] == '/'; len--)
        found[len - 1] = '\0';
    return found;
}

static int find_named(const char *bin, const char *arg, struct scenario_files *out, struct err *err)
{
    char *path = path_of(bin, arg);
    int rc = path != NULL ? find(path, 0, out, err) : unknown(bin, arg, err);
    free(path);
    return rc;
}

static int find_all(const char *bin, struct scenario_files *out, struct err *err)
{
    char *root = shipped_find(bin, ROOT, NULL);
    int rc = root != NULL ? find(root, 0, out, err) : no_root(bin, "no scenario named", err);
    free(root);
    return rc;
}

int scenario_files_find_ids(const char *bin, struct scenario_files *out, struct err *err)
{
    char *root = shipped_find(bin, ROOT, NULL);
    *out = (struct scenario_files){0};
    int rc = root != NULL ? find(root, 0, out, err) : no_root(bin, "no scenario named", err);
    if (rc == ERR_OK)
        make_ids(out, root);
    else
        scenario_files_free(out);
    free(root);
    return rc;
}

int scenario_files_find(const char *bin, char *const *args, size_t arg_count, struct scenario_files *out,
                        struct err *err)
{
    *out = (struct scenario_files){0};
    int rc = arg_count == 0 ? find_all(bin, out, err) : ERR_OK;
    for (size_t i = 0; i < arg_count && rc == ERR_OK; i++)
        rc = find_named(bin, args[i], out, err);
    if (rc != ERR_OK)
        scenario_files_free(out);
    return rc;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool scenario_files_are_all(const char *bin, char *const *args, size_t arg_count)
{
    char *root = shipped_find(bin, ROOT, NULL);
    bool all = arg_count == 0;
    for (size_t i = 0; i < arg_count && !all && root != NULL; i++) {
        char *path = path_of(bin, args[i]);
        all = path != NULL && is_same_file(path, root);
        free(path);
    }
    free(root);
    return all;
}

void scenario_files_free(struct scenario_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct scenario_files){0};
}
