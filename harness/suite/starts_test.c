/* A target that does not start ends the suite; one that starts sometimes does not. */
#include "harness/suite/starts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run/folder.h"
#include "lib/base/mem.h"
#include "lib/io/file.h"
#include "lib/testing/suite.h"

/* How a run went whose target wrote `log`; ready: it listened. */
static struct json *way_of(const char *what, const char *log, bool ready)
{
    char folder[] = "/tmp/relaylab-starts-XXXXXX";
    struct run run = {.state = RUN_TARGET_TROUBLE, .folder = folder};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *log_path = mem_printf("%s/target.log", folder), *trace = mem_printf("%s/trace.jsonl", folder);
    char *text = mem_printf("starting in %s\n%s", folder, log);
    (void)snprintf(run.what, sizeof run.what, "%s", what);
    ck_assert_int_eq(file_replace(log_path, slice_cstr(text), NULL), ERR_OK);
    ck_assert_int_eq(file_replace(trace,
                                  slice_cstr(ready ? "{\"trace\":1}\n{\"t\":0,\"seq\":1,\"event\":\"target.start\"}\n"
                                                   : "{\"trace\":1}\n{\"t\":0,\"seq\":1,\"event\":\"run.end\"}\n"),
                                  NULL),
                     ERR_OK);
    struct json *way = starts_way(&run);
    folder_remove(folder);
    free(log_path);
    free(trace);
    free(text);
    return way;
}

static void take(struct starts *starts, const char *what, const char *log, bool ready)
{
    struct json *way = way_of(what, log, ready);
    starts_take(starts, way);
    json_free(way);
}

#define CRASH  "target-crashed: sh (target) exited with status 1 before it listened on its ports"
#define DENIED "postsuper[4711]: fatal: scan_dir_push: /var/spool/defer: Permission denied\n"

START_TEST(three_starts_that_end_the_same_way_end_the_suite)
{
    struct starts starts = {0};
    take(&starts, CRASH, DENIED, false);
    take(&starts, CRASH, "[5] x\npostsuper[815]: fatal: scan_dir_push: /var/spool/defer: Permission denied\nbye\n",
         false);
    ck_assert(!starts.stopped);
    take(&starts, CRASH, DENIED, false);
    ck_assert(starts.stopped);
    char *words = starts_words(&starts, "postfix");
    ck_assert_str_eq(words, "postfix did not start: 3 runs in a row ended the same way");
    ck_assert_ptr_nonnull(
        strstr(starts_hint(&starts), "another user, perhaps because this host has the same mail server"));
    free(words);
    starts_fini(&starts);
}
END_TEST

START_TEST(another_reason_in_between_is_not_the_same_way)
{
    struct starts starts = {0};
    take(&starts, CRASH, DENIED, false);
    take(&starts, CRASH, DENIED, false);
    take(&starts, CRASH, "x: unknown option tls\n", false);
    take(&starts, CRASH, DENIED, false);
    take(&starts, CRASH, DENIED, false);
    ck_assert(!starts.stopped);
    starts_fini(&starts);
}
END_TEST

START_TEST(a_target_that_started_once_is_not_stopped)
{
    struct starts starts = {0};
    take(&starts, "target-crashed: after a while", "\n", true);
    for (int i = 0; i < 5; i++)
        take(&starts, CRASH, DENIED, false);
    ck_assert(!starts.stopped);
    starts_fini(&starts);
}
END_TEST

START_TEST(each_known_cause_has_a_hint)
{
    static const char *const cases[][3] = {
        {CRASH, "/x: Permission denied\n", "cannot be read, written or executed"},
        {CRASH, "bind: Address already in use\n", "two processes listen on one port"},
        {CRASH, "x: error while loading shared libraries: libx.so: cannot open\n", "a library is missing"},
        {"not-started: x (target) exited with status 127", "sh: 1: relayd: not found\n", "is missing"},
        {"target-not-ready: x (target) waits, but does not listen on port 25", "\n", "differ from those"},
        {"target-crashed: x (target) exited with status 0 before it listened on its ports", "\n", "foreground"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct starts starts = {0};
        take(&starts, cases[i][0], cases[i][1], false);
        const char *hint = starts_hint(&starts);
        ck_assert_msg(hint != NULL && strstr(hint, cases[i][2]) != NULL, "case %zu: %s", i, hint != NULL ? hint : "-");
        starts_fini(&starts);
    }
}
END_TEST

/* What a target says before it ends: the first line that gives a reason, else the last one. */
START_TEST(the_reason_is_found_in_the_log)
{
    static const char *const cases[][2] = {
        {"reading x.conf\nfatal: bad key\nerror: stopped\n", "fatal: bad key"}, /* what follows, follows from it */
        {"one\ntwo\nthree\n\n  \n", "three"},
        {"one\nCannot open x\ntwo\n", "Cannot open x"},
        {"\t  Permission DENIED  \n", "Permission DENIED"},
        {"no line end: not found", "no line end: not found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *way = way_of(CRASH, cases[i][0], false);
        ck_assert_msg(strcmp(json_get_str(way, "says", "?"), cases[i][1]) == 0, "case %zu: %s", i,
                      json_get_str(way, "says", "?"));
        ck_assert(json_get_bool(way, "by_target", false));
        json_free(way);
    }
}
END_TEST

START_TEST(two_ends_are_alike_when_only_numbers_and_the_folder_differ)
{
    static const struct {
        const char *one, *other;
        bool alike;
    } cases[] = {
        {"x[1]: fatal: no port\n", "x[99]: fatal: no port\n", true},
        {"12:00:01 fatal: no port\n", "12:00:02 fatal: no port\n", true},
        {"fatal: no port 25\n", "fatal: no port 587\n", true},
        {"fatal: no port\n", "fatal: no door\n", false},
        {"fatal: no port\n", "fatal: no port at all\n", false},
        {"ready\n", "ready\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *one = way_of(CRASH, cases[i].one, false), *other = way_of(CRASH, cases[i].other, false);
        ck_assert_msg((strcmp(json_get_str(one, "way", ""), json_get_str(other, "way", "?")) == 0) == cases[i].alike,
                      "case %zu: %s, %s", i, json_get_str(one, "way", ""), json_get_str(other, "way", ""));
        json_free(one);
        json_free(other);
    }
    struct json *crash = way_of(CRASH, "fatal: x\n", false),
                *silent = way_of("target-not-ready: x", "fatal: x\n", false);
    ck_assert_str_ne(json_get_str(crash, "way", ""), json_get_str(silent, "way", ""));
    json_free(silent);
    json_free(crash);
}
END_TEST

START_TEST(a_run_that_was_played_or_interrupted_has_no_way)
{
    static const enum run_state states[] = {RUN_PLAYED, RUN_INTERRUPTED};
    for (size_t i = 0; i < 2; i++) {
        char none[] = "/nonexistent";
        const struct run run = {.state = states[i], .folder = none};
        ck_assert_ptr_null(starts_way(&run));
    }
    char none[] = "/nonexistent";
    const struct run ours = {.state = RUN_TROUBLE, .folder = none, .what = "no memory"};
    struct json *way = starts_way(&ours), *problem = starts_way_of_problem("no memory");
    ck_assert(!json_get_bool(way, "by_target", true));
    ck_assert_str_eq(json_get_str(way, "says", "?"), "");
    ck_assert_str_eq(json_get_str(way, "way", "?"), json_get_str(problem, "way", ""));
    json_free(problem);
    json_free(way);
}
END_TEST

START_TEST(trouble_of_the_harness_is_not_blamed_on_the_target)
{
    struct starts starts = {0};
    struct json *way = starts_way_of_problem("cannot create a folder: Read-only file system");
    ck_assert_ptr_null(starts_hint(&starts));
    for (int i = 0; i < STARTS_MAX; i++)
        starts_take(&starts, way);
    ck_assert(starts.stopped);
    char *words = starts_words(&starts, "postfix");
    ck_assert_str_eq(words, "the harness could not play a run: 3 runs in a row ended the same way");
    ck_assert_ptr_null(starts_hint(&starts));
    free(words);
    json_free(way);
    starts_fini(&starts);
}
END_TEST

SUITE(starts, three_starts_that_end_the_same_way_end_the_suite, another_reason_in_between_is_not_the_same_way,
      a_target_that_started_once_is_not_stopped, each_known_cause_has_a_hint, the_reason_is_found_in_the_log,
      two_ends_are_alike_when_only_numbers_and_the_folder_differ, a_run_that_was_played_or_interrupted_has_no_way,
      trouble_of_the_harness_is_not_blamed_on_the_target)
