/* What of this machine a target sees: what every target needs, what its adapter names, and nothing else. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/run/root_list.h"
#include "harness/run/testing.h"

static struct root_list list;

static const struct root_grant *grant(const char *path)
{
    for (size_t i = 0; i < list.count; i++)
        if (strcmp(list.grants[i].path, path) == 0)
            return &list.grants[i];
    return NULL;
}

static struct root_plan plan_for(const struct target *target)
{
    return (struct root_plan){
        .kind = ROOT_OWN, .folder = "/run/one", .bin = "/bin/of/it", .target = target, .own_processes = true};
}

static void make(const struct root_plan *plan, bool usr)
{
    struct err err = {0};
    ck_assert_msg(root_list_make(&list, plan, usr, &err) == ERR_OK, "%s", err.text);
}

START_TEST(a_run_has_its_own_folder_writable_and_all_else_of_it_read_only)
{
    static const struct {
        const char *path;
        bool writable;
    } cases[] = {{"/bin/of/it", false},   {"/adapters/x", false}, {"/packages", false}, {"/run/one/target", true},
                 {"/run/one/pki", false}, {"/dev/null", true},    {"/usr", false}};
    const struct target target = {.folder = "/adapters/x"};
    struct root_plan plan = plan_for(&target);
    plan.packages = "/packages";
    (void)unsetenv("RELAYLAB_LIBWARP");
    make(&plan, true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct root_grant *found = grant(cases[i].path);
        ck_assert_msg(found != NULL && found->writable == cases[i].writable, "%s", cases[i].path);
        ck_assert_msg(found->tree == -1 && !found->yields, "%s", cases[i].path);
    }
    ck_assert_str_eq(list.grants[list.count - 1].path, "/run/one/pki"); /* last: what lies below a path wins */
    root_list_free(&list);
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

/* What a mail server, or a person, keeps on this machine cannot enter a run. */
START_TEST(nothing_private_of_this_machine_is_in_a_root)
{
    static const char *const private[] = {"/",
                                          "/home",
                                          "/root",
                                          "/var",
                                          "/etc",
                                          "/tmp",
                                          "/run",
                                          "/dev",
                                          "/etc/passwd",
                                          "/opt",
                                          "/etc/shadow",
                                          "/srv",
                                          "/etc/mail",
                                          "/etc/aliases",
                                          "/etc/hosts",
                                          "/mnt",
                                          "/etc/resolv.conf"};
    const struct target target = {.folder = "/adapters/x"};
    const struct root_plan plan = plan_for(&target);
    make(&plan, true);
    for (size_t i = 0; i < sizeof private / sizeof private[0]; i++)
        ck_assert_msg(grant(private[i]) == NULL, "%s", private[i]);
    for (size_t i = 0; i < list.count; i++) {
        const char *path = list.grants[i].path;
        ck_assert_msg(path[0] == '/' && strstr(path, "/..") == NULL, "%s", path);
        ck_assert_msg(!list.grants[i].writable || strncmp(path, "/dev/", 5) == 0 ||
                          strcmp(path, "/run/one/target") == 0,
                      "%s is writable", path);
        ck_assert_msg(!list.grants[i].yields || strncmp(path, "/etc/", 5) == 0 || strrchr(path, '/') == path,
                      "%s gives way to other files", path);
        ck_assert_msg(grant(path) == &list.grants[i], "%s is there twice", path);
    }
    root_list_free(&list);
}
END_TEST

START_TEST(usr_and_proc_are_there_unless_the_run_brings_its_own)
{
    const struct target target = {.folder = "/adapters/x"};
    for (int i = 0; i < 4; i++) {
        bool usr = (i & 1) != 0, own = (i & 2) != 0;
        struct root_plan plan = plan_for(&target);
        plan.own_processes = own;
        make(&plan, usr);
        ck_assert_int_eq(grant("/usr") != NULL, usr);
        ck_assert_int_eq(grant("/proc") != NULL, !own);
        ck_assert_ptr_null(grant("/packages"));
        root_list_free(&list);
    }
}
END_TEST

START_TEST(what_the_adapter_names_is_read_or_written_as_it_says)
{
    const struct target target = {.folder = "/adapters/x",
                                  .paths = {.read = WORDS("/opt/x", "/srv/data"), .write = WORDS("/dev/shm/x")}};
    const struct root_plan plan = plan_for(&target);
    make(&plan, false);
    ck_assert(grant("/opt/x") != NULL && !grant("/opt/x")->writable);
    ck_assert(grant("/srv/data") != NULL && !grant("/srv/data")->writable);
    ck_assert(grant("/dev/shm/x") != NULL && grant("/dev/shm/x")->writable && !grant("/dev/shm/x")->yields);
    ck_assert(grant("/run/one/target") > grant("/dev/shm/x")); /* the run's own is mounted over it */
    root_list_free(&list);
}
END_TEST

START_TEST(another_libwarp_is_in_the_root_when_its_path_is_absolute)
{
    static const struct {
        const char *named;
        bool there;
    } cases[] = {{"/build/asan/libwarp.so", true}, {"build/asan/libwarp.so", false}, {"", false}};
    const struct target target = {.folder = "/adapters/x"};
    const struct root_plan plan = plan_for(&target);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(setenv("RELAYLAB_LIBWARP", cases[i].named, 1), 0);
        make(&plan, false);
        ck_assert_msg((grant(cases[i].named) != NULL) == cases[i].there, "%s", cases[i].named);
        root_list_free(&list);
    }
    (void)unsetenv("RELAYLAB_LIBWARP");
}
END_TEST

START_TEST(programs_that_a_link_leads_to_are_found_by_either_path)
{
    char folder[] = "/tmp/relaylab-root-XXXXXX";
    const struct target target = {.folder = "/adapters/x"};
    struct root_plan plan = plan_for(&target);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *link = mem_printf("%s/link", folder), *real = mem_printf("%s/bin", folder);
    ck_assert_int_eq(mkdir(real, 0755), 0);
    ck_assert_int_eq(symlink("bin", link), 0);
    plan.bin = link;
    make(&plan, false);
    ck_assert(grant(link) != NULL && grant(real) != NULL);
    root_list_free(&list);
    plan.bin = real;
    make(&plan, false);
    ck_assert(grant(link) == NULL && grant(real) != NULL);
    root_list_free(&list);
    folder_remove(folder);
    free(real);
    free(link);
}
END_TEST

START_TEST(more_paths_than_the_limit_are_an_error_and_nothing_is_kept)
{
    static const char *many[ROOT_GRANTS_MAX + 1];
    struct err err = {0};
    for (size_t i = 0; i < ROOT_GRANTS_MAX + 1; i++)
        many[i] = "/opt/x";
    const struct target target = {.folder = "/adapters/x",
                                  .paths = {.write = {(void *)(uintptr_t)many, ROOT_GRANTS_MAX + 1}}};
    const struct root_plan plan = plan_for(&target);
    ck_assert_int_eq(root_list_make(&list, &plan, true, &err), ERR_TOO_BIG);
    ck_assert_str_eq(err.text, "a target's root has more than 256 folders and files of this machine");
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(packages_that_are_not_installed_here_hide_nothing)
{
    char layer[] = "/tmp/relaylab-layer-XXXXXX";
    struct err err = {0};
    const struct target target = {.fetch = {.debian = WORDS("no-such-package", "../../../etc/passwd", "")}};
    ck_assert_ptr_nonnull(mkdtemp(layer));
    ck_assert_msg(root_list_hide(layer, &target, &err) == ERR_OK, "%s", err.text);
    ck_assert_int_eq(rmdir(layer), 0); /* it is empty */
}
END_TEST

SUITE(root_list, a_run_has_its_own_folder_writable_and_all_else_of_it_read_only,
      nothing_private_of_this_machine_is_in_a_root, usr_and_proc_are_there_unless_the_run_brings_its_own,
      what_the_adapter_names_is_read_or_written_as_it_says, another_libwarp_is_in_the_root_when_its_path_is_absolute,
      programs_that_a_link_leads_to_are_found_by_either_path,
      more_paths_than_the_limit_are_an_error_and_nothing_is_kept, packages_that_are_not_installed_here_hide_nothing)
