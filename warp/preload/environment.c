/* Adds what loads libwarp into the next program, where the environment of an exec lacks it. */
#include "warp/preload/preload.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "warp/image.h"

#define PRELOAD      "LD_PRELOAD"
#define TEXT_OF(x)   #x
#define NUMBER_OF(x) TEXT_OF(x)

static char descriptor[] = WARP_ENV "=" NUMBER_OF(WARP_FD);
static const char *libwarp; /* its path, as the dynamic linker has it */

/* dladdr takes a lock: not between fork and exec. */
__attribute__((constructor(102))) static void find_libwarp(void)
{
    Dl_info info;
    if (dladdr(descriptor, &info) != 0)
        libwarp = info.dli_fname;
}

/* The last one of this name, which is the dynamic linker's; NULL when there is none. */
static char *const *find(char *const vars[], const char *name)
{
    char *const *found = NULL;
    size_t len = strlen(name);
    for (; *vars != NULL; vars++)
        if (strncmp(*vars, name, len) == 0 && (*vars)[len] == '=')
            found = vars;
    return found;
}

static bool loads_libwarp(char *const *preload)
{
    size_t len = strlen(libwarp);
    const char *list = preload != NULL ? *preload + sizeof PRELOAD : "";
    return strncmp(list, libwarp, len) == 0 && (list[len] == '\0' || list[len] == ':' || list[len] == ' ');
}

/* "LD_PRELOAD=libwarp:list" */
static void write_preload(char *out, const char *list)
{
    out = stpcpy(stpcpy(out, PRELOAD "="), libwarp);
    if (*list != '\0')
        (void)stpcpy(stpcpy(out, ":"), list);
}

static int fill(struct environment *out, char *const vars[], char *const *preload, bool described)
{
    size_t count = 0;
    const char *list = preload != NULL ? *preload + sizeof PRELOAD : "";
    while (vars[count] != NULL)
        count++;
    size_t pointers = (count + 3) * sizeof *vars;
    out->size = pointers + sizeof(PRELOAD "=:") + strlen(libwarp) + strlen(list);
    void *memory = mmap(NULL, out->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return -1;
    char **all = memory, *text = (char *)memory + pointers;
    memcpy(all, vars, count * sizeof *vars);
    if (!loads_libwarp(preload)) {
        write_preload(text, list);
        all[preload != NULL ? (size_t)(preload - vars) : count++] = text;
    }
    if (!described)
        all[count] = descriptor;
    out->vars = out->memory = all;
    return 0;
}

int environment_make(struct environment *out, char *const vars[])
{
    static char *const none[] = {NULL};
    *out = (struct environment){.vars = vars != NULL ? vars : none};
    if (warp == NULL || libwarp == NULL)
        return 0;
    char *const *preload = find(out->vars, PRELOAD);
    bool described = find(out->vars, WARP_ENV) != NULL;
    if ((described && loads_libwarp(preload)) || image_preloaded())
        return 0;
    return fill(out, out->vars, preload, described);
}

void environment_free(struct environment *e)
{
    int before = errno;
    if (e->memory != NULL)
        (void)munmap(e->memory, e->size);
    errno = before;
}
