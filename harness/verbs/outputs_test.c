/* --report, and relaylab report: where reports go, what is refused before hours of work, and what is merged. */
#include "harness/verbs/outputs.h"
#include "harness/verbs/testing.h"

#define RUN(scenario, target)                                                                                          \
    "{\"scenario\":\"" scenario "\",\"case\":null,\"target\":\"" target "\",\"result\":\"pass\",\"verdicts\":[]}"
#define REPORT(runs) "{\"report\":1,\"runs\":[" runs "]}\n"

static void begin(void)
{
    verb_begin();
    verb_file("one.json", REPORT(RUN("retry/one", "relay")));
    verb_file("two.json", REPORT(RUN("retry/two", "relay")));
    verb_file("other.json", REPORT(RUN("retry/one", "postfix")));
}

START_TEST(a_report_goes_to_standard_output_or_to_a_file)
{
    begin();
    ck_assert_int_eq(verb_play("report tap one.json"), EXIT_AS_EXPECTED);
    ck_assert_msg(strncmp(verb_out, "TAP version 14\n", 15) == 0, "%s", verb_out);
    char *tap = mem_strdup(verb_out);
    ck_assert_int_eq(verb_play("report tap=- one.json"), EXIT_AS_EXPECTED);
    ck_assert_str_eq(verb_out, tap);
    verb_expect("report tap=a/b/out.tap one.json", EXIT_AS_EXPECTED, "", ""); /* with the folders */
    ck_assert_str_eq(verb_text("a/b/out.tap"), tap);
    free(tap);
    verb_end();
}
END_TEST

START_TEST(reports_of_shards_and_of_targets_are_merged_in_order)
{
    static const char *const merged[] = {"retry/two", "retry/one", "postfix"};
    begin();
    ck_assert_int_eq(verb_play("report json two.json one.json other.json"), EXIT_AS_EXPECTED);
    const char *at = verb_out;
    for (size_t i = 0; i < sizeof merged / sizeof merged[0]; i++)
        ck_assert_msg((at = strstr(at, merged[i])) != NULL, "no %s in %s", merged[i], verb_out);
    verb_file("all.json", verb_out); /* what was merged is a report again */
    ck_assert_int_eq(verb_play("report json all.json"), EXIT_AS_EXPECTED);
    ck_assert_str_eq(verb_out, verb_text("all.json"));
    verb_end();
}
END_TEST

START_TEST(what_is_not_a_report_is_refused_with_its_name)
{
    static const char *const cases[][2] = {
        {"report tap none.json", "none.json"},
        {"report tap text.json", "text.json: "},
        {"report tap list.json", "list.json is not a report of relaylab (`--report json=FILE` writes them)"},
        {"report tap later.json", "later.json is not a report of relaylab"},
        {"report tap runless.json", "runless.json is not a report of relaylab"},
        {"report tap nameless.json", "nameless.json: run 2 names no scenario"},
        {"report tap one.json one.json", "one.json: retry/one is in another of these reports too"},
        {"report tap one.json two.json twice.json", "twice.json: retry/two is in another of these reports too"},
        {"report tap .", "."},
        {"report junti one.json", "unknown kind of report `junti`; expected json, junit, tap, github, md, html and "
                                  "schedules; did you mean `junit`"},
        {"report tap= one.json", "the report tap wants a path: tap=FILE"},
        {"report =x one.json", "unknown kind of report ``"},
        {"report tap", "missing argument"},
        {"report", "missing argument"},
        {"report tap=one.json/x two.json", "one.json"},
        {"report tap=folder two.json", "cannot write the report folder: it is a folder"},
    };
    begin();
    verb_file("text.json", "TAP version 14\n");
    verb_file("list.json", "[]\n");
    verb_file("later.json", "{\"report\":2,\"runs\":[]}\n");
    verb_file("runless.json", "{\"report\":1,\"runs\":{}}\n");
    verb_file("nameless.json", REPORT(RUN("a/b", "relay") ",{\"scenario\":7}"));
    verb_file("twice.json", REPORT(RUN("a/b", "relay") "," RUN("retry/two", "relay")));
    ck_assert_int_eq(mkdir("folder", 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_refuses(cases[i][0], EXIT_BAD_INPUT, cases[i][1]);
    verb_end();
}
END_TEST

START_TEST(a_report_that_is_refused_leaves_the_file_as_it_was)
{
    begin();
    verb_file("out.tap", "before\n");
    verb_refuses("report tap=out.tap one.json none.json", EXIT_BAD_INPUT, "none.json");
    ck_assert_str_eq(verb_text("out.tap"), "before\n");
    verb_end();
}
END_TEST

/* ---- --report of run ---- */

static void take(struct outputs *outputs, const char *value, const char *words)
{
    struct err err = {0};
    bool taken = outputs_rows[0].take(outputs, value, &err);
    ck_assert_msg(taken == (words == NULL), "%s: %s", value, err.text);
    ck_assert_msg(words == NULL || strstr(err.text, words) != NULL, "%s: %s", value, err.text);
}

START_TEST(each_report_has_a_kind_and_a_path_up_to_the_limit)
{
    struct outputs outputs = {0};
    take(&outputs, "junit=a=b.xml", NULL);
    ck_assert_str_eq(outputs.list[0].format->name, "junit");
    ck_assert_str_eq(outputs.list[0].path, "a=b.xml");
    take(&outputs, "junit", "the report junit wants a path: junit=FILE");
    take(&outputs, "junit=", "the report junit wants a path: junit=FILE");
    take(&outputs, "", "unknown kind of report ``");
    take(&outputs, "JUnit=x", "unknown kind of report `JUnit`");
    ck_assert_uint_eq(outputs.count, 1);
    while (outputs.count < OUTPUTS_MAX)
        take(&outputs, "tap=x", NULL);
    take(&outputs, "tap=x", "more than 16 reports");
    ck_assert_uint_eq(outputs.count, OUTPUTS_MAX);
}
END_TEST

START_TEST(bad_paths_are_refused_before_anything_runs)
{
    static const char *const cases[][2] = {
        {"run --report tap=- --report md=-", "relaylab run: only one report can go to standard output\n"},
        {"run --report tap=folder", "relaylab run: cannot write the report folder: it is a folder\n"},
        {"run --report tap=file/out.tap", "relaylab run: cannot create the folder file: File exists\n"},
        {"run --report html=ok.html --report tap=folder",
         "relaylab run: cannot write the report folder: it is a folder\n"},
    };
    verb_begin();
    verb_file("file", "");
    ck_assert_int_eq(mkdir("folder", 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        verb_expect(cases[i][0], EXIT_BAD_INPUT, "", cases[i][1]);
    ck_assert_int_ne(access("ok.html", F_OK), 0);
    verb_end();
}
END_TEST

START_TEST(standard_output_is_taken_by_the_report_that_goes_there)
{
    struct outputs outputs = {0};
    ck_assert(!outputs_take_stdout(&outputs));
    take(&outputs, "tap=x", NULL);
    ck_assert(!outputs_take_stdout(&outputs));
    take(&outputs, "json=-", NULL);
    ck_assert(outputs_take_stdout(&outputs));
}
END_TEST

/* What the run says on standard error of where its reports are. */
static const char *written(const struct outputs *outputs, bool good)
{
    struct json *records = NULL;
    struct err err;
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    ck_assert_int_eq(json_parse(SLICE_LIT("[" RUN("retry/one", "relay") "]"), &records, &err), ERR_OK);
    (void)dup2(fileno(file), STDERR_FILENO);
    bool is = outputs_write(outputs, "run", records);
    (void)dup2(before, STDERR_FILENO);
    (void)close(before);
    verb_take(file, verb_err);
    ck_assert_msg(is == good, "%s", verb_err);
    json_free(records);
    return verb_err;
}

START_TEST(a_run_writes_the_reports_that_it_was_asked_for_and_no_others)
{
    struct outputs outputs = {0};
    verb_begin();
    take(&outputs, "tap=out.tap", NULL);
    take(&outputs, "json=a/out.json", NULL);
    ck_assert_str_eq(written(&outputs, true), "tap written to out.tap\njson written to a/out.json\n");
    ck_assert_int_eq(strncmp(verb_text("out.tap"), "TAP version 14\n", 15), 0);
    ck_assert_ptr_nonnull(strstr(verb_text("a/out.json"), "retry/one"));
    ck_assert_int_ne(access("reports", F_OK), 0);
    outputs = (struct outputs){0};
    take(&outputs, "tap=out.tap/x", NULL);
    ck_assert_ptr_nonnull(strstr(written(&outputs, false), "relaylab run: cannot "));
    verb_end();
}
END_TEST

START_TEST(without_a_report_the_latest_run_is_kept_and_replaced)
{
    const struct outputs none = {0};
    verb_begin();
    ck_assert_str_eq(written(&none, true), "reports: reports/out/latest/{report.json,junit.xml,index.html}\n");
    verb_file("reports/out/latest/mine", "");
    ck_assert_str_eq(written(&none, true), "reports: reports/out/latest/{report.json,junit.xml,index.html}\n");
    ck_assert_int_ne(access("reports/out/latest/mine", F_OK), 0); /* the folder is of one run */
    ck_assert_ptr_nonnull(strstr(verb_text("reports/out/latest/report.json"), "retry/one"));
    verb_end();
}
END_TEST

/* It is a convenience: a read-only working directory must not fail a run that passed. */
START_TEST(reports_that_were_not_requested_may_fail)
{
    const struct outputs none = {0};
    verb_begin();
    verb_file("reports", "a file of the user\n");
    ck_assert_ptr_nonnull(
        strstr(written(&none, true), "relaylab run: no reports are kept: cannot create the folder reports"));
    ck_assert_str_eq(verb_text("reports"), "a file of the user\n");
    verb_end();
}
END_TEST

START_TEST(help_and_completion_name_every_kind)
{
    struct buf help, offer;
    buf_init(&help, 65536);
    buf_init(&offer, 65536);
    outputs_list_kinds(&help);
    outputs_offer_kinds(&offer);
    for (const struct report_format *f = report_formats; f->name != NULL; f++) {
        char *line = mem_printf("%s\t%s", f->name, f->help), *word = mem_printf("%s=\n", f->name);
        ck_assert_msg(strstr(buf_cstr(&help), line) != NULL, "%s", f->name);
        ck_assert_msg(strstr(buf_cstr(&offer), word) != NULL, "%s", f->name);
        free(word);
        free(line);
    }
    ck_assert_ptr_nonnull(strstr(buf_cstr(&help), "(reports/out/latest/junit.xml)"));
    buf_fini(&offer);
    buf_fini(&help);
}
END_TEST

SUITE(outputs, a_report_goes_to_standard_output_or_to_a_file, reports_of_shards_and_of_targets_are_merged_in_order,
      what_is_not_a_report_is_refused_with_its_name, a_report_that_is_refused_leaves_the_file_as_it_was,
      each_report_has_a_kind_and_a_path_up_to_the_limit, bad_paths_are_refused_before_anything_runs,
      standard_output_is_taken_by_the_report_that_goes_there,
      a_run_writes_the_reports_that_it_was_asked_for_and_no_others,
      without_a_report_the_latest_run_is_kept_and_replaced, reports_that_were_not_requested_may_fail,
      help_and_completion_name_every_kind)
