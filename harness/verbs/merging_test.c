/* Reports of shards, as one report. A run is written "scenario case target" here. */
#include "harness/verbs/testing.h"
#include "lib/text/json.h"

static void report_of(const char *path, const char *const *runs)
{
    static const char *const keys[] = {"scenario", "case", "target"};
    struct json *report = json_new_object(), *list = json_new_array();
    struct buf text;
    for (; *runs != NULL; runs++) {
        struct slice rest = slice_cstr(*runs);
        struct json *run = json_new_object();
        for (size_t i = 0; i < 3; i++) {
            char *word = slice_dup(slice_cut(&rest, ' '));
            json_set_str(run, keys[i], word);
            free(word);
        }
        json_push(list, run);
    }
    json_set_int(report, "report", 1);
    json_set(report, "runs", list);
    buf_init(&text, 65536);
    ck_assert(json_write(report, &text));
    verb_file(path, buf_cstr(&text));
    buf_fini(&text);
    json_free(report);
}

static void begin(void)
{
    verb_begin();
    report_of("1.json", (const char *[]){"retry/b-c x relay", "retry/a second relay", "retry/a first relay", NULL});
    report_of("2.json", (const char *[]){"retry-more/a x relay", "retry/b x relay", "bounce/z x relay", NULL});
    report_of("other.json", (const char *[]){"bounce/z x another", NULL});
}

static void expect_order(const char *line, const char *const *runs)
{
    struct json *report = NULL;
    ck_assert_int_eq(verb_play(line), EXIT_AS_EXPECTED);
    ck_assert_int_eq(json_parse(slice_cstr(verb_out), &report, NULL), ERR_OK);
    const struct json *list = json_get(report, "runs");
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *run = json_at(list, i);
        char *words = mem_printf("%s %s %s", json_get_str(run, "scenario", ""), json_get_str(run, "case", ""),
                                 json_get_str(run, "target", ""));
        ck_assert_msg(runs[i] != NULL && strcmp(words, runs[i]) == 0, "%s: run %zu is %s", line, i, words);
        free(words);
    }
    ck_assert_ptr_null(runs[json_count(list)]);
    json_free(report);
}

START_TEST(runs_of_shards_come_in_the_order_of_the_files_and_cases_whatever_the_order_of_the_reports)
{
    static const char *const whole[] = {"bounce/z x relay",
                                        "retry/a second relay",
                                        "retry/a first relay",
                                        "retry/b-c x relay",
                                        "retry/b x relay",
                                        "retry-more/a x relay",
                                        NULL};
    begin();
    expect_order("report json 1.json 2.json", whole);
    expect_order("report json 2.json 1.json", whole);
    verb_end();
}
END_TEST

START_TEST(targets_follow_each_other_as_their_reports_are_named)
{
    begin();
    expect_order("report json other.json 2.json", (const char *[]){"bounce/z x another", "bounce/z x relay",
                                                                   "retry/b x relay", "retry-more/a x relay", NULL});
    expect_order("report json 2.json other.json", (const char *[]){"bounce/z x relay", "retry/b x relay",
                                                                   "retry-more/a x relay", "bounce/z x another", NULL});
    verb_end();
}
END_TEST

START_TEST(a_single_report_keeps_its_order)
{
    begin();
    expect_order("report json 1.json",
                 (const char *[]){"retry/b-c x relay", "retry/a second relay", "retry/a first relay", NULL});
    verb_end();
}
END_TEST

SUITE(merging, runs_of_shards_come_in_the_order_of_the_files_and_cases_whatever_the_order_of_the_reports,
      targets_follow_each_other_as_their_reports_are_named, a_single_report_keeps_its_order)
