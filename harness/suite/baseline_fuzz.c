/* Any bytes as a baseline: entries that can be found, or problems with their places. */
#include <string.h>

#include "harness/suite/baseline.h"
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct baseline *baseline = NULL;
    struct buf report;
    char path[FUZZ_PATH_MAX];
    int fd = fuzz_file(data, size, path);
    if (fd < 0)
        return 0;
    buf_init(&report, 1024 * 1024);
    if (baseline_open(&baseline, path, &report, NULL) == ERR_OK)
        for (size_t i = 0; i < baseline->count; i++)
            rl_assert(baseline_find(baseline, baseline->entries[i].key) != NULL &&
                      baseline->entries[i].reason[0] != '\0');
    baseline_free(baseline);
    buf_fini(&report);
    close(fd);
    return 0;
}
