#include "harness/target/names.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/shipped/shipped.h"
#include "harness/target/target.h"
#include "lib/base/mem.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t find_folders(const char *folder, char ***names)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    if (dir == NULL)
        return count;
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char *path = mem_printf("%s/%s/target.yaml", folder, entry->d_name);
        if (entry->d_name[0] != '.' && access(path, R_OK) == 0) {
            *names = mem_realloc(*names, count + 1, sizeof(char *));
            (*names)[count++] = mem_strdup(entry->d_name);
        }
        free(path);
    }
    (void)closedir(dir);
    return count;
}

size_t target_names(const char *bin, char ***names)
{
    char *shipped = shipped_find(bin, TARGETS, NULL);
    size_t count = shipped != NULL ? find_folders(shipped, names) : 0;
    if (count > 0)
        qsort(*names, count, sizeof(char *), by_name);
    free(shipped);
    return count;
}

void target_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
