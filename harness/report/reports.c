#include "harness/report/reports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run/folder.h"
#include "lib/base/mem.h"
#include "lib/base/nearest.h"

static const struct report_format formats[] = {{"json", report_json}, {"junit", report_junit}, {"md", report_markdown}};

const struct report_format *report_find(const char *option, const char **path, struct err *err)
{
    struct nearest near;
    struct slice rest = slice_cstr(option), name = slice_cut(&rest, '=');
    char *copy = slice_dup(name);
    nearest_init(&near, copy);
    const struct report_format *found = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        nearest_offer(&near, formats[i].name);
        if (slice_eq_cstr(name, formats[i].name))
            found = &formats[i];
    }
    if (found == NULL)
        (void)err_set(err, ERR_INVALID, "no report `%s`; there are json, junit and md%s%s%s", copy,
                      near.best != NULL ? "; did you mean `" : "", near.best != NULL ? near.best : "",
                      near.best != NULL ? "`?" : "");
    else if (rest.len == 0)
        (void)err_set(err, ERR_INVALID, "--report %s wants a path: --report %s=FILE", copy, copy);
    else
        *path = rest.ptr;
    free(copy);
    return rest.len > 0 ? found : NULL;
}

static int make_folder_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return ERR_OK;
    char *folder = mem_strndup(path, (size_t)(slash - path));
    int rc = folder_make_at(folder, err);
    free(folder);
    return rc;
}

int report_write(const struct report_format *format, const char *path, const struct json *records, struct err *err)
{
    struct buf text;
    buf_init(&text, REPORT_BYTES_MAX);
    int rc = make_folder_of(path, err);
    if (rc == ERR_OK && !format->write(records, &text))
        rc = err_set(err, ERR_TOO_BIG, "the report is larger than %zu bytes", REPORT_BYTES_MAX);
    FILE *file = rc == ERR_OK ? fopen(path, "we") : NULL;
    if (rc == ERR_OK) {
        bool good = file != NULL && fwrite(text.data, 1, text.len, file) == text.len;
        if (file != NULL && fclose(file) != 0)
            good = false;
        rc = good ? ERR_OK : err_errno(err, "cannot write the report %s", path);
    }
    buf_fini(&text);
    return rc;
}
