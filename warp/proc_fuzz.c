/*
 * Any octets as files of /proc/PID/task/TID: a program chooses its name and the arguments of its system calls. What is
 * read fits where it goes, and steers no terminal.
 */
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/control.h"
#include "lib/testing/fuzz.h"
#include "warp/kernel_wait.h"
#include "warp/tree.h"

static void check_word(const char *word, size_t size)
{
    struct slice rest = slice_make(word, strnlen(word, size));
    rl_assert(rest.len < size);
    for (; rest.len > 0; rest = slice_from(rest, 1))
        rl_assert(control_octets(rest) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH_MAX], program[16] = "?", call[16] = "?";
    int fd = fuzz_file(data, size, path);
    if (fd < 0)
        return 0;
    struct tree_thread thread = {.pid = 1, .tid = 1, .files = {fd, fd, fd}, .call = -1};
    tree_program(&thread, program, sizeof program);
    tree_call(&thread, call, sizeof call);
    check_word(program, sizeof program);
    check_word(call, sizeof call);
    close(fd);
    return 0;
}
