/* What a run leaves behind, as the harness shows it. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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

/* ---- making one, where others were left ---- */

static char base[sizeof "/tmp/relaylab-base-XXXXXX"];

static void begin_base(void)
{
    (void)snprintf(base, sizeof base, "/tmp/relaylab-base-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(base));
    ck_assert_int_eq(setenv("TMPDIR", base, 1), 0);
}

static void end_base(void)
{
    (void)unsetenv("TMPDIR");
    folder_remove(base);
}

/* A folder with a file in it, last changed so many seconds ago. */
static void make_old(const char *name, int seconds)
{
    char path[96];
    const struct timespec times[2] = {{time(NULL) - seconds, 0}, {time(NULL) - seconds, 0}};
    (void)snprintf(path, sizeof path, "%s/%s", base, name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    make_file(path, "trace.jsonl", 0600);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static bool is_there(const char *name)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/%s", base, name);
    return access(path, F_OK) == 0;
}

START_TEST(a_new_folder_is_private_in_tmpdir_and_locked_by_its_owner)
{
    struct err err = {0};
    struct stat info;
    char *path = NULL;
    int owner = -1;
    begin_base();
    ck_assert_msg(folder_make(&path, &owner, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(strncmp(path, base, strlen(base)) == 0, "%s", path);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 07777, 0700);
    int other = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ne(flock(other, LOCK_EX | LOCK_NB), 0);
    close(owner);
    ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), 0);
    close(other);
    free(path);
    end_base();
}
END_TEST

START_TEST(what_a_killed_run_left_is_removed_and_nothing_else)
{
    struct err err = {0};
    char *path = NULL, locked[96], to[96];
    int owner = -1;
    begin_base();
    make_old("relaylab-run-left", 3600);
    make_old("relaylab-run-young", 5); /* it may be locked in a moment */
    make_old("relaylab-run-busy", 3600);
    make_old("relaylab-other", 3600);
    make_old("target", 3600);
    (void)snprintf(locked, sizeof locked, "%s/relaylab-run-busy", base);
    (void)snprintf(to, sizeof to, "%s/relaylab-run-link", base);
    ck_assert_int_eq(symlink("target", to), 0);
    int lock = open(locked, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
    ck_assert_msg(folder_make(&path, &owner, &err) == ERR_OK, "%s", err.text);
    ck_assert(!is_there("relaylab-run-left"));
    ck_assert(is_there("relaylab-run-young") && is_there("relaylab-run-busy") && is_there("relaylab-other"));
    ck_assert(is_there("target/trace.jsonl") && is_there("relaylab-run-link")); /* links are not followed */
    close(lock);
    close(owner);
    free(path);
    end_base();
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_an_error_that_names_it)
{
    struct err err = {0};
    char *path = NULL, in[96], wanted[256];
    int owner = -1;
    begin_base();
    make_file(base, "file", 0600);
    (void)snprintf(in, sizeof in, "%s/file/a/b", base);
    ck_assert_int_eq(folder_make_at(in, &err), ERR_SYSTEM);
    (void)snprintf(wanted, sizeof wanted, "cannot create the folder %s/file: File exists", base);
    ck_assert_str_eq(err.text, wanted);
    (void)snprintf(in, sizeof in, "%s/a/b//c/", base);
    ck_assert_msg(folder_make_at(in, &err) == ERR_OK, "%s", err.text);
    ck_assert(is_there("a/b/c"));
    ck_assert_msg(folder_make_at(in, &err) == ERR_OK, "%s", err.text); /* it is there already */
    (void)snprintf(in, sizeof in, "%s/none", base);
    ck_assert_int_eq(setenv("TMPDIR", in, 1), 0);
    ck_assert_int_eq(folder_make(&path, &owner, &err), ERR_SYSTEM);
    ck_assert_msg(strstr(err.text, in) != NULL, "%s", err.text);
    ck_assert_ptr_null(path);
    end_base();
}
END_TEST

START_TEST(the_tail_is_the_last_lines_whole_or_not)
{
    static const struct {
        const char *log;
        unsigned lines;
        const char *tail;
    } cases[] = {
        {"", 3, ""},
        {"one\n", 3, "> one\n"},
        {"one\ntwo", 3, "> one\n> two\n"}, /* its program died within a line */
        {"one\ntwo\nthree\n", 2, "> two\n> three\n"},
        {"one\ntwo\nthree", 1, "> three\n"},
        {"one\n\n\n", 2, "> \n> \n"},
        {"\n", 2, "> \n"},
    };
    begin_base();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/log", base);
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        (void)fputs(cases[i].log, file);
        ck_assert_int_eq(fclose(file), 0);
        char *tail = folder_tail(path, cases[i].lines, "> ");
        ck_assert_msg(strcmp(tail, cases[i].tail) == 0, "case %zu: %s", i, tail);
        free(tail);
    }
    char *none = folder_tail("/nonexistent/log", 3, "> ");
    ck_assert_str_eq(none, "");
    free(none);
    end_base();
}
END_TEST

START_TEST(a_copy_follows_no_link_and_reads_no_fifo)
{
    struct err err = {0};
    char path[96], to[96];
    begin_base();
    make_old("from", 0);
    (void)snprintf(path, sizeof path, "%s/from/link", base);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    (void)snprintf(path, sizeof path, "%s/from/fifo", base);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    (void)snprintf(path, sizeof path, "%s/from", base);
    (void)snprintf(to, sizeof to, "%s/to/deep", base);
    ck_assert_msg(folder_copy(path, to, &err) == ERR_OK, "%s", err.text);
    ck_assert(is_there("to/deep/trace.jsonl") && !is_there("to/deep/link") && !is_there("to/deep/fifo"));
    (void)snprintf(path, sizeof path, "%s/none", base);
    ck_assert_int_eq(folder_copy(path, to, &err), ERR_SYSTEM);
    end_base();
}
END_TEST

SUITE(folder, the_end_of_a_log_steers_no_terminal, a_folder_is_removed_though_what_is_dying_still_writes_into_it,
      a_copy_is_as_private_as_its_original_also_over_an_older_one,
      a_new_folder_is_private_in_tmpdir_and_locked_by_its_owner, what_a_killed_run_left_is_removed_and_nothing_else,
      a_folder_that_cannot_be_made_is_an_error_that_names_it, the_tail_is_the_last_lines_whole_or_not,
      a_copy_follows_no_link_and_reads_no_fifo)
