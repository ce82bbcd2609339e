/* Any bytes as a stored report: refused with a reason, or every kind of report can be made of it. */
#include "harness/report/record/record.h"
#include "harness/report/reports.h"
#include "harness/report/record/stored.h"
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *records = NULL;
    struct err err = {0};
    char path[FUZZ_PATH_MAX], *paths[] = {path};
    int fd = fuzz_file(data, size, path);
    if (fd < 0)
        return 0;
    int rc = stored_read(paths, 1, &records, &err);
    rl_assert((rc == ERR_OK) == (records != NULL) && (rc == ERR_OK || err.text[0] != '\0'));
    for (const struct report_format *f = report_formats; rc == ERR_OK && f->name != NULL; f++) {
        struct buf out;
        buf_init(&out, REPORT_BYTES_MAX);
        rl_assert(f->write(records, &out));
        buf_fini(&out);
    }
    json_free(records);
    close(fd);
    return 0;
}
