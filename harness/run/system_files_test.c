/* The files by which a target knows its machine: names, accounts, the resolver and the trusted certificates. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/run/network.h"
#include "harness/run/root.h"
#include "harness/run/system_files.h"
#include "harness/run/testing.h"

static char root[sizeof "/tmp/relaylab-files-XXXXXX"];

static void begin(void)
{
    (void)snprintf(root, sizeof root, "/tmp/relaylab-files-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void begin_with(const struct target *target)
{
    struct err err = {0};
    begin();
    char *etc = mem_printf("%s/etc", root);
    ck_assert_int_eq(mkdir(etc, 0755), 0);
    free(etc);
    ck_assert_msg(system_files_write(target, root, "/run/one/pki", &err) == ERR_OK, "%s", err.text);
}

static void end(void)
{
    folder_remove(root);
}

static void expect(const char *name, const char *wanted)
{
    char *text = text_of(root, name);
    ck_assert_msg(strcmp(text, wanted) == 0, "%s: %s", name, text);
    free(text);
}

static bool has_line(const char *name, const char *line)
{
    char *text = text_of(root, name), *framed = mem_printf("\n%s", text), *wanted = mem_printf("\n%s\n", line);
    bool has = strstr(framed, wanted) != NULL;
    free(wanted);
    free(framed);
    free(text);
    return has;
}

START_TEST(a_target_knows_the_names_of_the_simulated_internet_and_no_others)
{
    const struct target target = {.name = "x"};
    begin_with(&target);
    expect("etc/hosts", "127.0.0.1 localhost\n203.0.113.1 relay.example relay\n");
    expect("etc/hostname", "relay.example\n");
    expect("etc/mailname", "relay.example\n");
    expect("etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n");
    ck_assert(has_line("etc/resolv.conf", "nameserver 203.0.113.129"));
    end();
}
END_TEST

START_TEST(the_trusted_certificates_are_those_of_the_run)
{
    char to[256] = "";
    const struct target target = {.name = "x"};
    begin_with(&target);
    char *at = mem_printf("%s/etc/ssl/certs/ca-certificates.crt", root);
    ck_assert_int_gt(readlink(at, to, sizeof to - 1), 0);
    ck_assert_str_eq(to, "/run/one/pki/ca.pem");
    free(at);
    end();
}
END_TEST

START_TEST(accounts_of_an_adapter_have_numbers_that_no_other_has)
{
    const struct target target = {
        .accounts = {.users = WORDS("postfix", "spool"), .groups = WORDS("postdrop", "sasl")}};
    begin_with(&target);
    ck_assert(has_line("etc/passwd", "root:x:0:0:root:/root:/bin/sh"));
    ck_assert(has_line("etc/passwd", "postfix:x:5001:5001::/var/spool/postfix:/usr/sbin/nologin"));
    ck_assert(has_line("etc/passwd", "spool:x:5002:5002::/var/spool/spool:/usr/sbin/nologin"));
    ck_assert(has_line("etc/group", "postfix:x:5001:")); /* a user's group has its name and number */
    ck_assert(has_line("etc/group", "spool:x:5002:"));
    ck_assert(has_line("etc/group", "postdrop:x:5003:"));
    ck_assert(has_line("etc/group", "sasl:x:5004:"));
    ck_assert(!has_line("etc/passwd", "postdrop:x:5003:5003::/var/spool/postdrop:/usr/sbin/nologin"));
    end();
}
END_TEST

START_TEST(without_accounts_there_are_those_that_any_program_expects)
{
    static const char *const users[] = {"root", "mail", "nobody"}, *const groups[] = {"root", "adm", "tty", "mail",
                                                                                      "nogroup"};
    const struct target target = {.name = "x"};
    begin_with(&target);
    char *passwd = text_of(root, "etc/passwd"), *group = text_of(root, "etc/group");
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        char *name = mem_printf("%s:x:", users[i]);
        ck_assert_msg(strstr(passwd, name) != NULL, "%s", name);
        free(name);
    }
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        char *name = mem_printf("%s:x:", groups[i]);
        ck_assert_msg(strstr(group, name) != NULL, "%s", name);
        free(name);
    }
    ck_assert_int_eq(strstr(passwd, "relaylab:x:") != NULL,
                     geteuid() != 0); /* the user of the harness, in a user namespace */
    free(group);
    free(passwd);
    end();
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_named)
{
    const struct target target = {.name = "x"};
    struct err err = {0};
    ck_assert_int_eq(system_files_write(&target, "/proc/relaylab", "/pki", &err), ERR_SYSTEM);
    ck_assert_msg(strstr(err.text, "/proc/relaylab") != NULL, "%s", err.text);
    ck_assert_int_eq(system_files_preload("/nonexistent", "/bin/of/it", &err), ERR_SYSTEM);
    ck_assert_str_eq(err.text, "cannot write /nonexistent/etc/ld.so.preload: No such file or directory");
}
END_TEST

START_TEST(programs_that_lose_their_environment_load_the_same_libwarp)
{
    static const char *const named[][2] = {{NULL, "/bin/of/it/libwarp.so\n"},
                                           {"/build/asan/libwarp.so", "/build/asan/libwarp.so\n"}};
    const struct target target = {.name = "x"};
    for (size_t i = 0; i < 2; i++) {
        struct err err = {0};
        begin_with(&target);
        (void)unsetenv("RELAYLAB_LIBWARP");
        if (named[i][0] != NULL)
            ck_assert_int_eq(setenv("RELAYLAB_LIBWARP", named[i][0], 1), 0);
        ck_assert_msg(system_files_preload(root, "/bin/of/it", &err) == ERR_OK, "%s", err.text);
        expect("etc/ld.so.preload", named[i][1]);
        end();
    }
    (void)unsetenv("RELAYLAB_LIBWARP");
}
END_TEST

/* ---- the folders of a root ---- */

static void expect_mode(const char *name, mode_t mode)
{
    struct stat info;
    char *path = mem_printf("%s/%s", root, name);
    ck_assert_msg(lstat(path, &info) == 0 && S_ISDIR(info.st_mode), "no folder %s", path);
    ck_assert_msg((info.st_mode & 07777) == mode, "%s has %o", name, info.st_mode & 07777);
    free(path);
}

START_TEST(a_root_has_the_folders_that_any_program_expects_with_their_rights)
{
    struct err err = {0};
    begin();
    (void)unsetenv("TMPDIR");
    mode_t before = umask(077); /* of the process that starts the harness */
    ck_assert_msg(root_prepare(root, &err) == ERR_OK, "%s", err.text);
    (void)umask(before);
    expect_mode("files", 0755);
    expect_mode("files/tmp", 01777);
    expect_mode("files/var/tmp", 01777);
    expect_mode("files/dev/shm", 01777);
    expect_mode("files/root", 0700);
    expect_mode("files/var/mail", 02775);
    expect_mode("pki", 0755);
    static const char *const links[][2] = {
        {"var/run", "../run"}, {"dev/stdin", "/proc/self/fd/0"}, {"etc/mtab", "../proc/self/mounts"}};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        char *at = mem_printf("%s/files/%s", root, links[i][0]), to[64] = "";
        ck_assert_int_gt(readlink(at, to, sizeof to - 1), 0);
        ck_assert_str_eq(to, links[i][1]);
        free(at);
    }
    end();
}
END_TEST

START_TEST(tmpdir_names_an_empty_folder_inside_unless_it_leads_elsewhere)
{
    static const struct {
        const char *tmpdir, *made; /* made: NULL = nothing is */
    } cases[] = {{"/scratch/of/ci", "files/scratch/of/ci"}, {"scratch", NULL}, {"/scratch/../../up", NULL}, {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {0};
        begin();
        ck_assert_int_eq(setenv("TMPDIR", cases[i].tmpdir, 1), 0);
        ck_assert_msg(root_prepare(root, &err) == ERR_OK, "%s", err.text);
        (void)unsetenv("TMPDIR");
        char *scratch = mem_printf("%s/files/scratch", root), *up = mem_printf("%s/up", root),
             *glued = mem_printf("%s/filesscratch", root);
        if (cases[i].made != NULL)
            expect_mode(cases[i].made, 01777);
        else
            ck_assert_msg(access(scratch, F_OK) != 0 && access(up, F_OK) != 0 && access(glued, F_OK) != 0, "%s",
                          cases[i].tmpdir);
        free(glued);
        free(up);
        free(scratch);
        end();
    }
}
END_TEST

START_TEST(a_network_has_one_of_three_names)
{
    static const struct {
        const char *name;
        bool known;
        enum network network;
    } cases[] = {{"auto", true, NETWORK_AUTO},         {"namespace", true, NETWORK_NAMESPACE},
                 {"loopback", true, NETWORK_LOOPBACK}, {"", false, NETWORK_LOOPBACK},
                 {"Auto", false, NETWORK_LOOPBACK},    {"loop", false, NETWORK_LOOPBACK}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum network network = NETWORK_LOOPBACK;
        ck_assert_int_eq(network_find(cases[i].name, &network), cases[i].known);
        ck_assert_msg(network == cases[i].network, "%s", cases[i].name);
    }
}
END_TEST

SUITE(system_files, a_target_knows_the_names_of_the_simulated_internet_and_no_others,
      the_trusted_certificates_are_those_of_the_run, accounts_of_an_adapter_have_numbers_that_no_other_has,
      without_accounts_there_are_those_that_any_program_expects, a_file_that_cannot_be_written_is_named,
      programs_that_lose_their_environment_load_the_same_libwarp,
      a_root_has_the_folders_that_any_program_expects_with_their_rights,
      tmpdir_names_an_empty_folder_inside_unless_it_leads_elsewhere, a_network_has_one_of_three_names)
