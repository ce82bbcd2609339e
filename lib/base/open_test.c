/* Files that a user names: nothing here may wait, or the test runs into its time limit. */
#include "lib/base/open.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/testing/suite.h"

static char folder[] = "/tmp/relaylab-open-XXXXXX", path[64];

static const char *in_folder(const char *name)
{
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void begin(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(mkfifo(in_folder("fifo"), 0600), 0);
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", in_folder("socket"));
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    close(fd);
    FILE *file = fopen(in_folder("file"), "we");
    ck_assert_int_ge(fputs("text", file), 0);
    (void)fclose(file);
}

static void end(void)
{
    static const char *const names[] = {"fifo", "socket", "file", "new"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlink(in_folder(names[i]));
    ck_assert_int_eq(rmdir(folder), 0);
}

static void refuses_input(const char *name, int code, const char *words)
{
    struct err err = {0};
    FILE *file = NULL;
    ck_assert_int_eq(open_input(name, &file, &err), code);
    ck_assert_int_eq(open_check_input(name, NULL), code);
    ck_assert_ptr_null(file);
    ck_assert_msg(strncmp(err.text, "cannot read ", 12) == 0 && strstr(err.text, words) != NULL, "%s", err.text);
}

static void reads(const char *name, const char *text)
{
    char got[16] = "";
    struct err err = {0};
    FILE *file;
    ck_assert_msg(open_input(name, &file, &err) == ERR_OK, "%s", err.text);
    ck_assert_uint_eq(fread(got, 1, sizeof got - 1, file), strlen(text));
    ck_assert_str_eq(got, text);
    ck_assert_int_eq(ferror(file), 0);
    (void)fclose(file);
}

START_TEST(what_is_not_a_file_is_not_waited_for_and_named)
{
    begin();
    refuses_input(in_folder("fifo"), ERR_INVALID, "/fifo: it is a FIFO, not a regular file");
    refuses_input(in_folder("socket"), ERR_INVALID, "/socket: it is a socket, not a regular file");
    refuses_input(folder, ERR_INVALID, "it is a folder, not a regular file");
    refuses_input("/dev/zero", ERR_INVALID, "it is a character device, not a regular file");
    refuses_input(in_folder("none"), ERR_NOT_FOUND, "/none: No such file or directory");
    refuses_input(in_folder("file/none"), ERR_NOT_FOUND, "/file/none: Not a directory");
    end();
}
END_TEST

/* The writer may come later, or be gone before. */
START_TEST(a_file_and_a_pipe_without_a_name_are_read_to_their_end)
{
    char name[64];
    int ends[2];
    begin();
    reads(in_folder("file"), "text");
    reads("/dev/null", "");
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    ck_assert_int_eq(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    reads(name, "piped");
    close(ends[0]);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    (void)snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    pid_t writer = fork();
    if (writer == 0)
        _exit(write(ends[1], "later", 5) != 5);
    close(ends[1]);
    reads(name, "later");
    close(ends[0]);
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    end();
}
END_TEST

static void refuses_output(const char *name, int code, const char *words)
{
    struct err err = {0};
    FILE *file = NULL;
    ck_assert_int_eq(open_output(name, &file, &err), code);
    ck_assert_ptr_null(file);
    ck_assert_msg(strncmp(err.text, "cannot write ", 13) == 0 && strstr(err.text, words) != NULL, "%s", err.text);
}

static void writes(const char *name)
{
    struct err err = {0};
    FILE *file;
    ck_assert_msg(open_output(name, &file, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_ge(fputs("new", file), 0);
    ck_assert_int_eq(fcntl(fileno(file), F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(output_goes_to_a_file_or_to_what_is_read)
{
    char got[8] = "";
    begin();
    refuses_output(in_folder("fifo"), ERR_INVALID, "/fifo: it is a FIFO that no program reads");
    refuses_output(in_folder("socket"), ERR_INVALID, "/socket: it is a socket");
    refuses_output(folder, ERR_SYSTEM, "Is a directory");
    int reader = open(in_folder("fifo"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    writes(path);
    ck_assert_int_eq(read(reader, got, sizeof got), 3);
    close(reader);
    writes("/dev/null");
    writes(in_folder("new"));
    writes(in_folder("file"));
    reads(path, "new");
    end();
}
END_TEST

SUITE(open, what_is_not_a_file_is_not_waited_for_and_named, a_file_and_a_pipe_without_a_name_are_read_to_their_end,
      output_goes_to_a_file_or_to_what_is_read)
