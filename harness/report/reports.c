#include "harness/report/reports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/report/list.h"
#include "harness/report/record/record.h"
#include "harness/run/folder.h"
#include "lib/base/mem.h"
#include "lib/base/nearest.h"
#include "lib/io/file.h"

const struct report_format report_formats[] = {
#define ROW(name, latest, help) {#name, report_##name, latest, help},
    REPORTS(ROW)
#undef ROW
        {0}};

/* ---- finding ---- */

static int no_such(const struct report_format *formats, const char *name, struct err *err)
{
    struct nearest near;
    struct buf names;
    nearest_init(&near, name);
    buf_init(&names, 1024);
    for (const struct report_format *f = formats; f->name != NULL; f++) {
        nearest_offer(&near, f->name);
        (void)buf_printf(&names, "%s%s", f == formats ? "" : f[1].name != NULL ? ", " : " and ", f->name);
    }
    int rc = err_set(err, ERR_NOT_FOUND, "unknown kind of report `%s`; expected %s%s", name, buf_cstr(&names),
                     nearest_hint(&near));
    buf_fini(&names);
    return rc;
}

static const struct report_format *find_kind(const struct report_format *formats, const char *name, struct err *err)
{
    for (const struct report_format *f = formats; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    (void)no_such(formats, name, err);
    return NULL;
}

const struct report_format *report_find_kind(const char *name, struct err *err)
{
    return find_kind(report_formats, name, err);
}

const struct report_format *report_find_among(const struct report_format *formats, const char *option,
                                              const char **path, struct err *err)
{
    struct slice rest = slice_cstr(option);
    char *name = slice_dup(slice_cut(&rest, '='));
    const struct report_format *found = find_kind(formats, name, err);
    if (found != NULL && rest.len == 0) {
        (void)err_set(err, ERR_INVALID, "the report %s wants a path: %s=FILE", name, name);
        found = NULL;
    }
    if (found != NULL)
        *path = rest.ptr;
    free(name);
    return found;
}

const struct report_format *report_find(const char *option, const char **path, struct err *err)
{
    return report_find_among(report_formats, option, path, err);
}

/* ---- writing ---- */

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return mem_strdup(".");
    return slash == path ? mem_strdup("/") : mem_strndup(path, (size_t)(slash - path));
}

/* By making a file there: a folder's mode means little to root, and does not show a read-only file system. */
static int check_folder(const char *folder, const char *path, struct err *err)
{
    char *probe = mem_printf("%s/.relaylab-XXXXXX", folder);
    int fd = mkostemp(probe, O_CLOEXEC);
    int rc = fd >= 0 ? ERR_OK : err_errno(err, "cannot write the report %s", path);
    if (fd >= 0) {
        close(fd);
        (void)unlink(probe);
    }
    free(probe);
    return rc;
}

int report_check_path(const char *path, struct err *err)
{
    struct stat info;
    if (strcmp(path, "-") == 0)
        return ERR_OK;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return err_set(err, ERR_INVALID, "cannot write the report %s: it is a folder", path);
    char *folder = folder_of(path);
    int rc = folder_make_at(folder, err);
    if (rc == ERR_OK && !file_is_replaced(path) && access(path, W_OK) != 0)
        rc = err_errno(err, "cannot write the report %s", path);
    if (rc == ERR_OK && file_is_replaced(path))
        rc = check_folder(folder, path, err);
    free(folder);
    return rc;
}

int report_put(const char *path, struct slice text, struct err *err)
{
    if (strcmp(path, "-") != 0)
        return file_replace(path, text, err);
    return fwrite(text.ptr, 1, text.len, stdout) == text.len && fflush(stdout) == 0
               ? ERR_OK
               : err_errno(err, "cannot write to standard output");
}

int report_write(const struct report_format *format, const char *path, const struct json *records, struct err *err)
{
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    int rc = report_check_path(path, err);
    if (rc == ERR_OK && !format->write(records, &text))
        rc = err_set(err, ERR_TOO_BIG, "the report is larger than %zu bytes", REPORT_BYTES_MAX);
    if (rc == ERR_OK)
        rc = report_put(path, buf_slice(&text), err);
    buf_fini(&text);
    return rc;
}

/* ---- the latest ---- */

static int write_all(const char *folder, const struct json *records, struct err *err)
{
    int rc = ERR_OK;
    for (const struct report_format *f = report_formats; f->name != NULL && rc == ERR_OK; f++) {
        if (f->latest == NULL)
            continue;
        char *path = mem_printf("%s/%s", folder, f->latest);
        rc = report_write(f, path, records, err);
        free(path);
    }
    return rc;
}

/* `aside` becomes `folder`; what was there is removed. */
static int put_in_place(const char *aside, const char *folder, struct err *err)
{
    if (rename(aside, folder) == 0)
        return ERR_OK;
    if (errno != ENOTEMPTY && errno != EEXIST)
        return err_errno(err, "cannot write %s", folder);
    if (renameat2(AT_FDCWD, aside, AT_FDCWD, folder, RENAME_EXCHANGE) == 0) {
        folder_remove(aside);
        return ERR_OK;
    }
    char *before = mem_printf("%s-before", aside); /* where the file system cannot exchange, in two steps */
    bool good = rename(folder, before) == 0 && rename(aside, folder) == 0;
    int rc = good ? ERR_OK : err_errno(err, "cannot replace %s", folder);
    if (good)
        folder_remove(before);
    else
        (void)rename(before, folder);
    free(before);
    return rc;
}

int report_write_latest(const char *folder, const struct json *records, struct err *err)
{
    char *above = folder_of(folder), *aside = mem_printf("%s-XXXXXX", folder);
    int rc = folder_make_at(above, err);
    if (rc == ERR_OK && mkdtemp(aside) == NULL)
        rc = err_errno(err, "cannot make a folder in %s", above);
    if (rc == ERR_OK) {
        (void)chmod(aside, 0755);
        rc = write_all(aside, records, err);
        if (rc == ERR_OK)
            rc = put_in_place(aside, folder, err);
        if (rc != ERR_OK)
            folder_remove(aside);
    }
    free(above);
    free(aside);
    return rc;
}
