#include "harness/shipped/shipped.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"

#define SOURCE_TREE "../.."

/* Relative to the folder of the programs; `$NAME` is what this variable of the environment holds. */
static const char *const own_folders[] = {SOURCE_TREE, "../../share/relaylab", ("$" SHIPPED_VARIABLE),
                                          "../share/relaylab"};
enum { OWN_FOLDERS = sizeof own_folders / sizeof own_folders[0] };

/* NULL when the variable is not set; the caller's. */
static char *own_folder(const char *bin, size_t i)
{
    if (own_folders[i][0] != '$')
        return mem_printf("%s/%s", bin, own_folders[i]);
    const char *value = getenv(own_folders[i] + 1);
    return value != NULL && value[0] != '\0' ? mem_strdup(value) : NULL;
}

/* FOLDER/NAME without its `..`, where it exists; the caller's. */
static char *own_path(const char *folder, const char *name)
{
    char *path = mem_printf("%s/%s", folder, name);
    char *plain = realpath(path, NULL);
    if (plain == NULL)
        return path;
    free(path);
    return plain;
}

/* FOLDER, or FOLDER/NAMED; NULL when it does not exist. Frees folder. */
static char *existing(char *folder, const char *named)
{
    char *path = named != NULL ? mem_printf("%s/%s", folder, named) : mem_strdup(folder);
    free(folder);
    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

char *shipped_find_own(const char *bin, const char *name, const char *named)
{
    char *found = NULL;
    for (size_t i = 0; i < OWN_FOLDERS && found == NULL; i++) {
        char *folder = own_folder(bin, i);
        if (folder != NULL)
            found = existing(own_path(folder, name), named);
        free(folder);
    }
    return found;
}

char *shipped_find(const char *bin, const char *name, const char *named)
{
    char *found = existing(mem_strdup(name), named);
    return found != NULL ? found : shipped_find_own(bin, name, named);
}

char *shipped_places(const char *bin, const char *name)
{
    struct buf places;
    buf_init(&places, (OWN_FOLDERS + 1) * (size_t)PATH_MAX);
    char *here = realpath(".", NULL);
    (void)buf_printf(&places, "%s/%s", here != NULL ? here : ".", name);
    free(here);
    for (size_t i = 0; i < OWN_FOLDERS; i++) {
        char *folder = own_folder(bin, i), *plain = folder != NULL ? realpath(folder, NULL) : NULL;
        if (folder == NULL)
            continue;
        (void)buf_printf(&places, ", %s/%s", plain != NULL ? plain : folder, name);
        free(plain);
        free(folder);
    }
    char *text = mem_strdup(buf_cstr(&places));
    buf_fini(&places);
    return text;
}

bool shipped_in_source_tree(const char *bin)
{
    char *makefile = mem_printf("%s/" SOURCE_TREE "/harness/harness_main.c", bin);
    bool there = access(makefile, F_OK) == 0;
    free(makefile);
    return there;
}
