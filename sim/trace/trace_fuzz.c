/* Any bytes as a trace: events within their limits, or an error with its line. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/trace/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace_log log;
    struct err err = {0};
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (file == NULL)
        return 0;
    if (trace_read_file(&log, file, "fuzz", &err) == ERR_OK) {
        rl_assert(log.header != NULL);
        for (size_t i = 0; i < log.count; i++)
            rl_assert(log.events[i].event != NULL && log.events[i].t_ns > INT64_MIN / 2 &&
                      log.events[i].t_ns < INT64_MAX / 2);
        trace_log_fini(&log);
    } else {
        rl_assert(err.text[0] != '\0');
    }
    (void)fclose(file);
    return 0;
}
