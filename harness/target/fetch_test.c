/* Where the files of the programs, and of packages that were fetched, are looked for. */
#include "harness/target/fetch.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/folder.h"
#include "harness/shipped/shipped.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static char folder[sizeof "/tmp/relaylab-fetch-XXXXXX"];
static char *bin;

static void make(const char *path, const char *text)
{
    char *full = mem_printf("%s/%s", folder, path), *above = mem_strdup(full);
    *strrchr(above, '/') = '\0';
    ck_assert_int_eq(folder_make_at(above, NULL), 0);
    FILE *file = fopen(full, "w");
    ck_assert_msg(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", full);
    free(above);
    free(full);
}

/* programs: their folder, below one that is empty. */
static void begin(const char *programs)
{
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-fetch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    bin = mem_printf("%s/%s", folder, programs);
    ck_assert_int_eq(folder_make_at(bin, NULL), 0);
    char *here = mem_printf("%s/work", folder);
    ck_assert_int_eq(folder_make_at(here, NULL), 0);
    ck_assert_int_eq(chdir(here), 0);
    free(here);
    (void)unsetenv("XDG_CACHE_HOME");
    ck_assert_int_eq(setenv("HOME", "/home/of/me", 1), 0);
}

static void end(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    folder_remove(folder);
    free(bin);
}

/* path: below the folder; NULL = none. Frees found. */
static void is_at(char *found, const char *path)
{
    char *wanted =
        path != NULL && path[0] != '.' ? mem_printf("%s/%s", folder, path) : mem_strdup(path != NULL ? path + 2 : "");
    ck_assert_msg((found == NULL) == (path == NULL), "found %s, wanted %s", found, path);
    ck_assert_msg(found == NULL || strcmp(found, wanted) == 0, "found %s, wanted %s", found, wanted);
    free(wanted);
    free(found);
}

START_TEST(files_are_found_where_the_programs_were_put)
{
    static const struct {
        const char *programs, *file, *at; /* at: where it is found; "./x": in the working directory */
    } cases[] = {
        {"src/build/debug", "src/scenarios/a.yaml", "src/scenarios/a.yaml"},
        {"usr/lib/relaylab", "usr/share/relaylab/scenarios/a.yaml", "usr/share/relaylab/scenarios/a.yaml"},
        {"usr/bin", "usr/share/relaylab/scenarios/a.yaml", "usr/share/relaylab/scenarios/a.yaml"},
        {"usr/bin", "work/scenarios/a.yaml", "./scenarios/a.yaml"},
        {"usr/bin", "elsewhere/scenarios/a.yaml", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].programs);
        make(cases[i].file, "");
        is_at(shipped_find(bin, "scenarios", "a.yaml"), cases[i].at);
        is_at(shipped_find_own(bin, "scenarios", "a.yaml"),
              cases[i].at == NULL || cases[i].at[0] == '.' ? NULL : cases[i].at);
        is_at(shipped_find(bin, "scenarios", "b.yaml"), NULL);
        end();
    }
}
END_TEST

/* A project has scenarios of its own; a script that runs as root is never taken from there. */
START_TEST(the_working_directory_is_first_but_not_for_what_is_run)
{
    begin("src/build/debug");
    make("work/fixtures/targets/fetch", "");
    make("src/fixtures/targets/fetch", "");
    is_at(shipped_find(bin, "fixtures/targets", "fetch"), "./fixtures/targets/fetch");
    is_at(shipped_find_own(bin, "fixtures/targets", "fetch"), "src/fixtures/targets/fetch");
    end();
}
END_TEST

START_TEST(a_folder_that_the_environment_names_comes_after_what_is_installed_and_before_what_is_next_to_the_programs)
{
    static const struct {
        const char *programs, *share,
            *at; /* share: next to the programs or installed, in addition to that of the variable */
    } cases[] = {
        {"opt/bin", NULL, "named/scenarios/a.yaml"},
        {"usr/bin", "usr/share/relaylab/scenarios/a.yaml", "named/scenarios/a.yaml"},
        {"usr/lib/relaylab", "usr/share/relaylab/scenarios/a.yaml", "usr/share/relaylab/scenarios/a.yaml"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].programs);
        char *named = mem_printf("%s/named", folder);
        ck_assert_int_eq(setenv(SHIPPED_VARIABLE, named, 1), 0);
        make("named/scenarios/a.yaml", "");
        if (cases[i].share != NULL)
            make(cases[i].share, "");
        is_at(shipped_find_own(bin, "scenarios", "a.yaml"), cases[i].at);
        char *places = shipped_places(bin, "scenarios");
        ck_assert_msg(strstr(places, "/named/scenarios") != NULL, "%s", places);
        free(places);
        free(named);
        end();
    }
    ck_assert_int_eq(unsetenv(SHIPPED_VARIABLE), 0);
}
END_TEST

START_TEST(all_places_are_named_when_nothing_was_found)
{
    begin("usr/lib/relaylab");
    char *places = shipped_places(bin, "scenarios");
    char *wanted = mem_printf("%s/work/scenarios, %s/usr/scenarios, ", folder, folder);
    ck_assert_msg(strncmp(places, wanted, strlen(wanted)) == 0, "%s", places);
    size_t commas = 0;
    for (const char *at = places; (at = strchr(at, ',')) != NULL; at++)
        commas++;
    ck_assert_uint_eq(commas, 3);
    free(wanted);
    free(places);
    end();
}
END_TEST

static const char *const packages[] = {"far"};
static const struct target fetched = {.name = "far", .fetch = {.debian = {(void *)(uintptr_t)packages, 1}}};

START_TEST(packages_are_kept_in_the_source_tree_or_in_the_cache_of_the_user)
{
    static const struct {
        const char *programs, *cache, *home, *path; /* path: in the source tree, below the programs */
    } cases[] = {
        {"src/build/debug", "/cache", "/home/of/me", NULL},
        {"usr/bin", "/cache", "/home/of/me", "/cache/relaylab/targets/far"},
        {"usr/bin", "cache", "/home/of/me",
         "/home/of/me/.cache/relaylab/targets/far"}, /* not absolute: XDG ignores it */
        {"usr/bin", "", "/home/of/me", "/home/of/me/.cache/relaylab/targets/far"},
        {"usr/bin", NULL, NULL, "/root/.cache/relaylab/targets/far"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].programs);
        make("src/harness/harness_main.c", "");
        if (cases[i].cache != NULL)
            ck_assert_int_eq(setenv("XDG_CACHE_HOME", cases[i].cache, 1), 0);
        if (cases[i].home == NULL)
            (void)unsetenv("HOME");
        char *own = mem_printf("%s/../targets/far", bin), *found = fetch_folder(&fetched, bin);
        ck_assert_msg(strcmp(found, cases[i].path != NULL ? cases[i].path : own) == 0, "case %zu: %s", i, found);
        free(found);
        free(own);
        end();
    }
}
END_TEST

START_TEST(a_target_with_packages_runs_only_when_they_are_there)
{
    struct err err = {0};
    const struct target built = {.name = "near"};
    begin("src/build/debug");
    make("src/harness/harness_main.c", "");
    ck_assert(fetch_needed(&fetched) && !fetch_needed(&built));
    ck_assert_int_eq(fetch_check(&built, bin, &err), ERR_OK);
    ck_assert_int_eq(fetch_check(&fetched, bin, &err), ERR_NOT_FOUND);
    ck_assert_str_eq(err.text, "far has not been fetched; run `relaylab targets --fetch far`");
    ck_assert_ptr_null(fetch_root(&fetched, bin));
    ck_assert_ptr_null(fetch_version(&fetched, bin));
    make("src/build/targets/far/root/usr/sbin/far", "");
    ck_assert_int_eq(fetch_check(&fetched, bin, &err), ERR_OK);
    is_at(fetch_root(&fetched, bin), "src/build/targets/far/root");
    end();
}
END_TEST

START_TEST(the_version_is_the_first_line_of_its_file)
{
    static const char *const cases[][2] = {
        {"far 1.2-3\n", "far 1.2-3"}, {"far 1.2-3", "far 1.2-3"}, {"a\nb\n", "a"}, {"\n", NULL}, {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin("src/build/debug");
        make("src/harness/harness_main.c", "");
        make("src/build/targets/far/version", cases[i][0]);
        char *version = fetch_version(&fetched, bin);
        ck_assert_msg((version == NULL) == (cases[i][1] == NULL), "case %zu: %s", i, version);
        ck_assert(version == NULL || strcmp(version, cases[i][1]) == 0);
        free(version);
        end();
    }
}
END_TEST

SUITE(fetch, files_are_found_where_the_programs_were_put, the_working_directory_is_first_but_not_for_what_is_run,
      a_folder_that_the_environment_names_comes_after_what_is_installed_and_before_what_is_next_to_the_programs,
      all_places_are_named_when_nothing_was_found, packages_are_kept_in_the_source_tree_or_in_the_cache_of_the_user,
      a_target_with_packages_runs_only_when_they_are_there, the_version_is_the_first_line_of_its_file)
