/* Any file is a configuration, or is refused with messages that name its problems; no memory leaks. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/config/config.h"

#define REPORT_MAX (256 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct config *config;
    struct err err = {0};
    struct buf report;
    int fd = memfd_create("config", MFD_CLOEXEC);
    rl_assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    buf_init(&report, REPORT_MAX);
    if (config_load(&config, path, &report, &err) == ERR_OK) {
        rl_assert(config->limits.queue_recipients > 0 && config->retry.lifetime_ns > 0);
        config_free(config);
    } else {
        rl_assert(report.len > 0 || err.text[0] != '\0');
    }
    buf_fini(&report);
    (void)close(fd);
    return 0;
}
