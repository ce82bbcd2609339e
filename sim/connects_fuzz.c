/* Any octets as the connect log, which is in memory that the target can write: the trace stays readable. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/testing/fuzz.h"
#include "sim/connects.h"
#include "sim/trace/reader.h"

static int64_t now(void *arg)
{
    return loop_wall_ns(arg);
}

/* The input is a number of events, and their octets. */
static void fill(struct warp_shm *shm, const uint8_t *data, size_t size)
{
    uint64_t count = 0;
    memcpy(&count, data, size < sizeof count ? size : sizeof count);
    size_t at = size < sizeof count ? size : sizeof count, len = size - at;
    memcpy((void *)shm->connects, data + at, len < sizeof shm->connects ? len : sizeof shm->connects);
    atomic_store(&shm->connect_count, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct warp_shm *shm;
    static const struct scenario scenario = {.id = "a/b"};
    const struct trace_header header = {"a/b", NULL, "relay", 1, 0, 0};
    char path[FUZZ_PATH_MAX];
    struct err err;
    struct trace_log log = {0};
    struct sim sim = {.scenario = &scenario};
    int fd = fuzz_file((const uint8_t *)"", 0, path);
    if (shm == NULL)
        shm = mem_zalloc(sizeof *shm);
    rl_assert(fd >= 0 && loop_new(&sim.loop, &err) == ERR_OK);
    rl_assert(trace_open(&sim.trace, path, &header, now, sim.loop, &err) == ERR_OK);
    trace_set_zero(sim.trace, now(sim.loop));
    fill(shm, data, size);
    struct connects connects = {.sim = &sim, .shm = shm};
    connects_drain(&connects);
    rl_assert(trace_close(sim.trace, &err) == ERR_OK);
    rl_assert(trace_read(&log, path, &err) == ERR_OK);
    trace_log_fini(&log);
    loop_free(sim.loop);
    close(fd);
    return 0;
}
