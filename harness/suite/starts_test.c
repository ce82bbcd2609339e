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

SUITE(starts, three_starts_that_end_the_same_way_end_the_suite, another_reason_in_between_is_not_the_same_way,
      a_target_that_started_once_is_not_stopped, each_known_cause_has_a_hint)
