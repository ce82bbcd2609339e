#include "lib/base/open.h"
#include "lib/io/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"

int file_read(const char *path, struct buf *out, struct err *err)
{
    char bytes[65536];
    FILE *file;
    int rc = open_input(path, &file, err);
    if (rc != ERR_OK)
        return rc;
    for (size_t n; !out->overflow && (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        (void)buf_add(out, bytes, n);
    rc = ferror(file) == 0 ? ERR_OK : err_errno(err, "cannot read %s", path);
    (void)fclose(file);
    return rc == ERR_OK && out->overflow ? err_set(err, ERR_TOO_BIG, "%s is larger than %zu bytes", path, out->max)
                                         : rc;
}

bool file_is_replaced(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 || S_ISREG(info.st_mode);
}

int file_replace(const char *path, struct slice text, struct err *err)
{
    char *aside = file_is_replaced(path) ? mem_printf("%s.%d", path, (int)getpid()) : NULL;
    FILE *file = NULL;
    int rc = open_output(aside != NULL ? aside : path, &file, err);
    bool good = rc == ERR_OK && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file != NULL && fclose(file) != 0)
        good = false;
    if (good && aside != NULL)
        good = rename(aside, path) == 0;
    if (rc == ERR_OK && !good)
        rc = err_errno(err, "cannot write %s", path);
    if (!good && aside != NULL)
        (void)unlink(aside);
    free(aside);
    return rc;
}
