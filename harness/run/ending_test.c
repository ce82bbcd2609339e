/* How a run ended, from the files that it left: played, the target's fault, or ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/ending.h"
#include "harness/run/folder.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static char folder[sizeof "/tmp/relaylab-ending-XXXXXX"];

static void write_file(const char *name, struct slice text)
{
    char *path = mem_printf("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text.ptr, 1, text.len, file), text.len);
    ck_assert_int_eq(fclose(file), 0);
    free(path);
}

/* Of a run that left these two files; NULL = it left none. */
static struct run ending(const char *report, const char *trace)
{
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-ending-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct run run = {.state = RUN_INTERRUPTED, .folder = folder};
    if (report != NULL)
        write_file("warp.report", slice_cstr(report));
    if (trace != NULL)
        write_file("trace.jsonl", slice_cstr(trace));
    ending_read(&run);
    folder_remove(folder);
    return run;
}

#define HEAD           "{\"trace\":1}\n"
#define ENDS(reason)   "{\"t\":60.0,\"event\":\"run.end\",\"reason\":\"" reason "\"}\n"
#define SILENT(fields) "{\"t\":360.5,\"event\":\"target.silent\"," fields "}\n"

START_TEST(a_run_is_played_only_when_both_files_say_so)
{
    static const struct {
        const char *report, *trace;
        enum run_state state;
        const char *what;
    } cases[] = {
        {"result\tok\n", HEAD ENDS("until"), RUN_PLAYED, ""},
        {"virtual_ns\t5\nresult\tok\nnote\tx\n", HEAD ENDS("until"), RUN_PLAYED, ""},
        {"result\tok", HEAD ENDS("until"), RUN_TROUBLE, "o"}, /* a line that was not written to its end */
        {"result\tok\n", HEAD, RUN_TROUBLE, "ok"},
        {"result\tok\n", NULL, RUN_TROUBLE, "ok"},
        {"result\tok\n", "not a trace\n", RUN_TROUBLE, "ok"},
        {"result\tok\n", HEAD ENDS("target-exit"), RUN_TROUBLE, "ok"},
        {NULL, HEAD ENDS("until"), RUN_TROUBLE, "relaylab-warp wrote no report"},
        {"", HEAD ENDS("until"), RUN_TROUBLE, "relaylab-warp wrote no report"},
        {NULL, NULL, RUN_TROUBLE, "relaylab-warp wrote no report"},
        {"detail\tno memory\n", NULL, RUN_TROUBLE, "relaylab-warp wrote no report: no memory"},
        {"result\tsim-failed\ndetail\tsim: exit status 3\n", HEAD, RUN_TROUBLE, "sim-failed: sim: exit status 3"},
        {"result\tinterrupted\n", HEAD, RUN_TROUBLE, "interrupted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run run = ending(cases[i].report, cases[i].trace);
        ck_assert_msg(run.state == cases[i].state, "case %zu: state %d", i, (int)run.state);
        ck_assert_msg(strcmp(run.what, cases[i].what) == 0, "case %zu: %s", i, run.what);
    }
}
END_TEST

START_TEST(what_the_target_did_to_end_a_run_is_named)
{
    static const struct {
        const char *report, *trace, *what;
    } cases[] = {
        {"result\ttarget-crashed\ndetail\trelay (target) ended with signal 11\n", HEAD,
         "target-crashed: relay (target) ended with signal 11"},
        {"result\ttarget-spun\ndetail\t10 s of CPU time without a wait\n", HEAD ENDS("until"),
         "target-spun: 10 s of CPU time without a wait"},
        {"result\tnot-started\ndetail\tno such file\n", NULL, "not-started: no such file"},
        {"result\ttarget-blocked\n", NULL, "target-blocked: "},
        {"result\tok\n", HEAD SILENT("\"verb\":\"MAIL\",\"port\":587") ENDS("target-silent"),
         "target-silent: no answer to MAIL on port 587, by virtual time 00:06:00.500 (RFC 5321 §4.5.3.2)"},
        {"result\tok\n", HEAD SILENT("\"text\":\"the queue command did not end\"") ENDS("target-silent"),
         "target-silent: the queue command did not end, by virtual time 00:06:00.500"},
        {"result\tok\n",
         HEAD SILENT("\"verb\":\"A\",\"port\":25") SILENT("\"verb\":\"B\",\"port\":25") ENDS("target-silent"),
         "target-silent: no answer to B on port 25, by virtual time 00:06:00.500 (RFC 5321 §4.5.3.2)"},
        {"result\tok\n", HEAD SILENT("\"port\":25") ENDS("target-silent"),
         "target-silent: no answer to ? on port 25, by virtual time 00:06:00.500 (RFC 5321 §4.5.3.2)"},
        {"result\tok\n", HEAD SILENT("\"n\":1") ENDS("target-silent"),
         "target-silent: ?, by virtual time 00:06:00.500"},
        /* the sim ends the run for that reason, and the target crashes on its way out: the first counts */
        {"result\ttarget-crashed\ndetail\tx\n", HEAD SILENT("\"verb\":\"QUIT\",\"port\":25") ENDS("target-silent"),
         "target-silent: no answer to QUIT on port 25, by virtual time 00:06:00.500 (RFC 5321 §4.5.3.2)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run run = ending(cases[i].report, cases[i].trace);
        ck_assert_msg(run.state == RUN_TARGET_TROUBLE, "case %zu: state %d", i, (int)run.state);
        ck_assert_msg(strcmp(run.what, cases[i].what) == 0, "case %zu: %s", i, run.what);
    }
}
END_TEST

START_TEST(virtual_time_and_notes_come_from_the_report)
{
    struct run run = ending("note\tfirst\nvirtual_ns\t432000000000000\nnote\tb\tc\nresult\tok\n", HEAD ENDS("until"));
    ck_assert_int_eq(run.virtual_ns, INT64_C(432000000000000));
    ck_assert_uint_eq(run.note_count, 2);
    ck_assert_str_eq(run.notes[0], "first");
    ck_assert_str_eq(run.notes[1], "b\tc");
    static const char *const odd[] = {"virtual_ns\t-1\n",   "virtual_ns\t\n",
                                      "virtual_ns\tmuch\n", "virtual_ns\t9223372036854775808\n",
                                      "virtual_ns\n",       "\t7\n"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        ck_assert_msg(ending(odd[i], NULL).virtual_ns == 0, "%s", odd[i]);
}
END_TEST

/* Programs of the target decide what stands there: as much as they like. */
START_TEST(a_report_longer_than_any_place_for_it_is_cut)
{
    struct buf report;
    char filler[3000];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    buf_init(&report, 1024 * 1024);
    for (int i = 0; i < RUN_NOTES + 5; i++)
        (void)buf_printf(&report, "note\t%d%s\n", i, filler);
    (void)buf_printf(&report, "detail\t%s\nresult\ttarget-%s\n", filler, filler);
    struct run run = ending(buf_cstr(&report), NULL);
    ck_assert_uint_eq(run.note_count, RUN_NOTES);
    for (int i = 0; i < RUN_NOTES; i++)
        ck_assert_msg(run.notes[i][0] == (char)('0' + i) && strlen(run.notes[i]) == sizeof run.notes[0] - 1, "%d", i);
    ck_assert_int_eq(run.state, RUN_TARGET_TROUBLE);
    ck_assert_uint_lt(strlen(run.what), sizeof run.what);
    ck_assert_int_eq(strncmp(run.what, "target-xxx", 10), 0);
    buf_fini(&report);
}
END_TEST

SUITE(ending, a_run_is_played_only_when_both_files_say_so, what_the_target_did_to_end_a_run_is_named,
      virtual_time_and_notes_come_from_the_report, a_report_longer_than_any_place_for_it_is_cut)
