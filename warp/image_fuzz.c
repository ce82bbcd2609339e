/* Any octets as a program file: a kind that has words, the same at each look, and no descriptor stays open. */
#include <fcntl.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "warp/image.h"

static int next_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_MAX];
    int fd = fuzz_file(data, size, path);
    if (fd < 0)
        return 0;
    int before = next_descriptor();
    enum image_kind kind = image_look(path);
    rl_assert(image_reason(kind) != NULL && kind == image_look(path));
    rl_assert(next_descriptor() == before);
    close(fd);
    return 0;
}
