/* What a run leaves behind, as the harness shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "lib/testing/suite.h"

START_TEST(the_end_of_a_log_steers_no_terminal)
{
    static const char log[] = "first\nsecond\n\x1b]0;title\a\tcaf\xc3\xa9 \xc2\x9bK\r\n";
    char path[] = "/tmp/relaylab-folder-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_eq(write(fd, log, strlen(log)), (ssize_t)strlen(log));
    close(fd);
    char *tail = folder_tail(path, 2, "> ");
    ck_assert_str_eq(tail, "> second\n> \\x1B]0;title\\x07\tcaf\xc3\xa9 \\xC2\\x9BK\\x0D\n");
    free(tail);
    (void)unlink(path);
}
END_TEST

SUITE(folder, the_end_of_a_log_steers_no_terminal)
