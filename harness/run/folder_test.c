/* What a run leaves behind, as the harness shows it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

#define WRITES 20000

/* Makes files there until it is gone. */
static void write_into(const char *folder, int begun)
{
    for (int i = 0; i < WRITES; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "%s/%d", folder, i);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 && errno == ENOENT)
            break;
        close(fd);
        if (i == 100)
            ck_assert_int_eq(write(begun, "", 1), 1);
    }
}

START_TEST(a_folder_is_removed_though_what_is_dying_still_writes_into_it)
{
    char path[] = "/tmp/relaylab-folder-XXXXXX", byte;
    int begun[2];
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_eq(pipe(begun), 0);
    pid_t child = fork();
    if (child == 0) {
        write_into(path, begun[1]);
        _exit(0);
    }
    ck_assert_int_eq(read(begun[0], &byte, 1), 1);
    folder_remove(path);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

static void make_file(const char *in, const char *name, mode_t mode)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", in, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    close(fd);
}

static void expect_mode(const char *in, const char *name, mode_t mode)
{
    char path[64];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s/%s", in, name);
    ck_assert_msg(stat(path, &info) == 0, "no %s", path);
    ck_assert_msg((info.st_mode & 07777) == mode, "%s has %o, not %o", name, info.st_mode & 07777, mode);
}

START_TEST(a_copy_is_as_private_as_its_original_also_over_an_older_one)
{
    char from[] = "/tmp/relaylab-folder-XXXXXX", to[] = "/tmp/relaylab-folder-XXXXXX", spool[64];
    struct err err = {0};
    ck_assert_ptr_nonnull(mkdtemp(from));
    ck_assert_ptr_nonnull(mkdtemp(to));
    make_file(from, "key", 0600);
    make_file(from, "only-read", 0440);
    make_file(from, "program", 04755);
    make_file(to, "key", 0644);
    (void)snprintf(spool, sizeof spool, "%s/spool", from);
    ck_assert_int_eq(mkdir(spool, 0700), 0);
    make_file(spool, "message", 0644);
    for (int i = 0; i < 2; i++)
        ck_assert_msg(folder_copy(from, to, &err) == ERR_OK, "%s", err.text);
    expect_mode(to, "key", 0600);
    expect_mode(to, "only-read", 0440);
    expect_mode(to, "program", 0755);
    expect_mode(to, "spool", 0700);
    expect_mode(to, "spool/message", 0644);
    folder_remove(from);
    folder_remove(to);
}
END_TEST

SUITE(folder, the_end_of_a_log_steers_no_terminal, a_folder_is_removed_though_what_is_dying_still_writes_into_it,
      a_copy_is_as_private_as_its_original_also_over_an_older_one)
