/* Any datagrams of a program that uses syslog(3), one a line of the input: each is one line, and steers no terminal. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/base/check.h"
#include "lib/base/control.h"
#include "lib/testing/fuzz.h"
#include "warp/syslog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    char *text = NULL;
    size_t len = 0, sent = 0, lines = 0;
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) != 0)
        return 0;
    struct syslog log = {ends[0], open_memstream(&text, &len)};
    for (struct slice rest = slice_make(data, size); rest.len > 0 && sent < 8;) {
        struct slice one = slice_cut(&rest, '\n');
        sent += send(ends[1], one.ptr, one.len, MSG_DONTWAIT) >= 0;
    }
    syslog_close(&log);
    close(ends[1]);
    for (struct slice rest = slice_make(text, len); rest.len > 0; rest = slice_from(rest, 1)) {
        lines += rest.ptr[0] == '\n';
        rl_assert(rest.ptr[0] == '\n' || control_octets(rest) == 0);
    }
    rl_assert(lines == sent);
    free(text);
    return 0;
}
