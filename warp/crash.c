#include "warp/crash.h"

#include <limits.h>
#include <stdio.h>

#include "lib/base/slice.h"

static const char *const names[] = {
    [WARP_CRASH_ANY] = "any",
    [WARP_CRASH_WRITE] = "write",
    [WARP_CRASH_PWRITE] = "pwrite",
    [WARP_CRASH_WRITEV] = "writev",
    [WARP_CRASH_FTRUNCATE] = "ftruncate",
    [WARP_CRASH_FSYNC] = "fsync",
    [WARP_CRASH_FDATASYNC] = "fdatasync",
    [WARP_CRASH_SYNC_FILE_RANGE] = "sync_file_range",
    [WARP_CRASH_FALLOCATE] = "fallocate",
    [WARP_CRASH_CREATE] = "create",
    [WARP_CRASH_RENAME] = "rename",
    [WARP_CRASH_LINK] = "link",
    [WARP_CRASH_UNLINK] = "unlink",
    [WARP_CRASH_CLOSE] = "close",
};
#define NAMES (sizeof names / sizeof names[0])

const char *crash_operation(uint32_t operation)
{
    return names[operation];
}

int crash_parse(const char *text, struct warp_crash *out, struct err *err)
{
    struct slice number = slice_cstr(text);
    struct slice name = slice_cut(&number, ':');
    uint64_t at;
    for (uint32_t i = WARP_CRASH_ANY; i < NAMES; i++) {
        if (!slice_eq(name, slice_cstr(names[i])))
            continue;
        if (!slice_to_u64(number, UINT64_MAX, &at) || at == 0)
            break;
        out->operation = i;
        out->at = at;
        return ERR_OK;
    }
    return err_set(err, ERR_INVALID,
                   "`%s` is not a crash point; expected OP:N such as fsync:3; OP is any, write, pwrite, writev, "
                   "ftruncate, fsync, "
                   "fdatasync, sync_file_range, fallocate, create, rename, link, unlink or close, and N counts from 1",
                   text);
}

int crash_parse_folder(const char *text, struct warp_crash *out, struct err *err)
{
    char path[PATH_MAX];
    if (realpath(text, path) == NULL)
        return err_errno(err, "crash points under %s", text);
    if (strlen(path) >= sizeof out->under)
        return err_set(err, ERR_TOO_BIG, "the path %s has more than %zu octets", path, sizeof out->under - 1);
    (void)snprintf(out->under, sizeof out->under, "%s", path);
    return ERR_OK;
}
