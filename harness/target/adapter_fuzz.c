/* Any bytes as a target.yaml, and as a template: an adapter, a text, or an error that says where. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "harness/target/target.h"
#include "harness/target/template.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/testing/fuzz.h"

/* Names that begin with a letter of the first half are lists of three, the rest has values or none. */
static enum template_answer look_up(void *arg, struct slice name, struct slice format, size_t item, struct buf *out,
                                    struct err *err)
{
    (void)arg;
    (void)format;
    if (name.len == 0 || name.ptr[0] == 'z')
        return err_set(err, ERR_INVALID, "no such variable") == ERR_OK ? TEMPLATE_VALUE : TEMPLATE_UNKNOWN;
    if (name.ptr[0] == 'y' || item >= 3)
        return TEMPLATE_ABSENT;
    if (out != NULL)
        (void)buf_add_cstr(out, "value");
    return name.ptr[0] < 'm' ? TEMPLATE_ITEM : TEMPLATE_VALUE;
}

static void expand(const uint8_t *data, size_t size)
{
    struct err err = {0};
    char *text = mem_strndup((const char *)data, size), *expanded = template_expand(text, look_up, NULL, &err);
    rl_assert(expanded != NULL || err.text[0] != '\0');
    free(expanded);
    free(text);
}

/* A folder whose target.yaml is the input. */
static void load(const char *path)
{
    char folder[] = "/tmp/relaylab-fuzz-XXXXXX";
    struct target *target = NULL;
    struct buf report;
    if (mkdtemp(folder) == NULL)
        return;
    char *file = mem_printf("%s/target.yaml", folder);
    buf_init(&report, 1024 * 1024);
    if (symlink(path, file) == 0 && target_load(&target, folder, "/nowhere", &report, NULL) == ERR_OK)
        target_free(target);
    (void)unlink(file);
    (void)rmdir(folder);
    buf_fini(&report);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_MAX];
    int fd = fuzz_file(data, size, path);
    if (fd < 0)
        return 0;
    expand(data, size);
    load(path);
    close(fd);
    return 0;
}
