#include "harness/report/record/record.h"
#include "harness/suite/baseline.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/suite/baseline_edit.h"
#include "harness/suite/difference.h"
#include "lib/testing/suite.h"

static char path[64];
static struct buf report, text;
static struct err err;

static struct baseline *open_text(const char *yaml)
{
    struct baseline *baseline = NULL;
    (void)snprintf(path, sizeof path, "/tmp/relaylab-baseline-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert(write(fd, yaml, strlen(yaml)) == (ssize_t)strlen(yaml));
    close(fd);
    buf_init(&report, 65536);
    (void)baseline_open(&baseline, path, &report, &err);
    (void)unlink(path);
    return baseline;
}

static void end(struct baseline *baseline)
{
    baseline_free(baseline);
    buf_fini(&report);
}

#define RUN(id, case_, result, verdicts)                                                                               \
    "{\"scenario\":\"" id "\",\"case\":" case_ ",\"result\":\"" result "\",\"verdicts\":[" verdicts "]}"
#define VERDICT(id, verdict, level)                                                                                    \
    "{\"id\":\"" id "\",\"verdict\":\"" verdict "\",\"level\":\"" level "\",\"sentence\":\"S\",\"seen\":\"x\"}"

/* ---- reading ---- */

START_TEST(an_entry_is_found_by_scenario_case_and_expectation)
{
    struct baseline *b =
        open_text("# known\na/b#it-holds: {verdict: warn, reason: why}\n"
                  "a/b(c)#it-holds: {verdict: fail, reason: other}\na/d: {verdict: trouble, reason: x}\n");
    char key[RECORD_KEY_MAX];
    ck_assert_msg(b != NULL, "%s", buf_cstr(&report));
    record_key(key, "a/b", "c", "it-holds");
    ck_assert_int_eq(baseline_find(b, key)->verdict, RESULT_FAIL);
    record_key(key, "a/b", NULL, "it-holds");
    ck_assert_str_eq(baseline_find(b, key)->reason, "why");
    record_key(key, "a/d", NULL, NULL);
    ck_assert_int_eq(baseline_find(b, key)->verdict, RESULT_TROUBLE);
    ck_assert_ptr_null(baseline_find(b, "a/b#it-hold"));
    end(b);
}
END_TEST

START_TEST(a_bad_entry_is_reported_with_its_position)
{
    static const char *const bad[][2] = {
        {"a/b#c: {verdict: fail, reason: \" \"}\n", ":1:1: error: a/b#c: the reason is empty; each entry needs one"},
        {"a/b#c: {verdict: fail}\n", ":1:8: error: a/b#c: the key `reason` is missing"},
        {"a/b#c: {verdict: fial, reason: x}\n", ":1:18: error: a/b#c.verdict: `fial` is not a verdict"},
        {"# one\nb#c: {verdict: fail, reason: x}\n", ":2:1: error: `b#c` is not a valid key"},
        {"a/b(c: {verdict: fail, reason: x}\n", ":1:1: error: `a/b(c` is not a valid key"},
        {"a/b#: {verdict: fail, reason: x}\n", ":1:1: error: `a/b#` is not a valid key"},
        {"a/b#c: {verdict: fail, reason: x}\na/b#c: {verdict: warn, reason: x}\n", ":2:1: error: duplicate key"},
        {"- a\n", ":1:1: error: "}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct baseline *b = open_text(bad[i][0]);
        ck_assert_msg(b == NULL, "accepted: %s", bad[i][0]);
        ck_assert_msg(strstr(buf_cstr(&report), bad[i][1]) != NULL, "%s", buf_cstr(&report));
        end(b);
    }
}
END_TEST

/* ---- differences ---- */

#define KNOWN "a/b#one: {verdict: fail, reason: r}\na/b#two: {verdict: warn, reason: r}\n"

/* What differs, as "kind key is" each on a line. */
static void check(const char *yaml, const char *runs, const char *wanted)
{
    struct baseline *b = open_text(yaml);
    struct json *records = NULL;
    struct differences differences;
    ck_assert_msg(b != NULL, "%s", buf_cstr(&report));
    ck_assert_int_eq(json_parse(slice_cstr(runs), &records, &err), ERR_OK);
    differences_find(b, records, NULL, &differences);
    buf_init(&text, 65536);
    for (size_t i = 0; i < differences.count; i++) {
        static const char *const kinds[] = {"new", "pass", "changed", "vanished"};
        const struct difference *d = &differences.list[i];
        (void)buf_printf(&text, "%s %s %s\n", kinds[d->kind], d->key,
                         d->is != RESULT_UNKNOWN ? result_name(d->is) : "-");
    }
    ck_assert_str_eq(buf_cstr(&text), wanted);
    buf_fini(&text);
    differences_free(&differences);
    json_free(records);
    end(b);
}

START_TEST(what_is_as_the_baseline_says_is_not_a_difference)
{
    check(KNOWN,
          "[" RUN("a/b", "null", "fail",
                  VERDICT("one", "fail", "must") "," VERDICT("two", "warn", "should") "," VERDICT("six", "pass",
                                                                                                  "must")) "]",
          "");
}
END_TEST

START_TEST(a_new_failure_an_unexpected_pass_a_change_and_what_is_gone_are_differences)
{
    check(KNOWN "a/gone: {verdict: unstable, reason: r}\n",
          "[" RUN("a/b", "null", "fail", VERDICT("one", "pass", "must") "," VERDICT("new", "warn", "should")) "]",
          "pass a/b#one pass\nnew a/b#new warn\nvanished a/b#two -\nvanished a/gone -\n");
    check(
        KNOWN,
        "[" RUN("a/b", "null", "fail", VERDICT("one", "inconclusive", "must") "," VERDICT("two", "warn", "should")) "]",
        "changed a/b#one inconclusive\n");
}
END_TEST

START_TEST(a_run_that_was_not_played_is_one_difference_and_does_not_affect_its_expectations)
{
    check(KNOWN, "[{\"scenario\":\"a/b\",\"result\":\"trouble\"}]", "new a/b trouble\n");
    check("a/b: {verdict: trouble, reason: r}\n", "[{\"scenario\":\"a/b\",\"result\":\"trouble\"}]", "");
    check("a/b: {verdict: trouble, reason: r}\n", "[" RUN("a/b", "null", "pass", "") "]", "pass a/b pass\n");
}
END_TEST

START_TEST(of_verdicts_with_one_id_the_worst_counts)
{
    check("a/b#one: {verdict: fail, reason: r}\n",
          "[" RUN("a/b", "null", "fail", VERDICT("one", "pass", "must") "," VERDICT("one", "fail", "must")) "]", "");
}
END_TEST

START_TEST(a_case_is_not_its_neighbour)
{
    check("a/b(x)#one: {verdict: fail, reason: r}\n",
          "[" RUN("a/b", "\"x\"", "fail", VERDICT("one", "fail", "must")) "," RUN("a/b", "\"y\"", "fail",
                                                                                  VERDICT("one", "fail", "must")) "]",
          "new a/b(y)#one fail\n");
}
END_TEST

/* ---- editing ---- */

static int edit(const char *yaml, const char *runs, const char *reason, bool accept_must)
{
    struct baseline *b = open_text(yaml);
    struct json *records = NULL;
    struct differences differences;
    ck_assert_msg(b != NULL, "%s", buf_cstr(&report));
    ck_assert_int_eq(json_parse(slice_cstr(runs), &records, &err), ERR_OK);
    differences_find(b, records, NULL, &differences);
    struct baseline_edit how = {"b.yaml", b, &differences, reason, accept_must};
    buf_init(&text, 65536);
    int rc = baseline_edit_text(&how, slice_cstr(yaml), &text, &err);
    differences_free(&differences);
    json_free(records);
    end(b);
    return rc;
}

START_TEST(entries_are_added_in_order_changed_and_removed_and_everything_else_stays)
{
    const char *before = "# of our relay\n"
                         "a/b#gone: {verdict: fail, reason: r}\n"
                         "\n"
                         "# this one hurts\n"
                         "a/b#two:\n"
                         "  reason: \"für immer\" # a remark\n"
                         "  verdict: 'warn' # and one more\n"
                         "z/z#last: {verdict: note, reason: r}\n";
    const char *after = "# of our relay\n"
                        "a/b#new: {verdict: warn, reason: \"say \\\"why\\\"\"}\n"
                        "\n"
                        "# this one hurts\n"
                        "a/b#two:\n"
                        "  reason: \"für immer\" # a remark\n"
                        "  verdict: 'inconclusive' # and one more\n"
                        "c/d(x)#new: {verdict: warn, reason: \"say \\\"why\\\"\"}\n"
                        "z/z#last: {verdict: note, reason: r}\n";
    ck_assert_int_eq(edit(before,
                          "[" RUN("c/d", "\"x\"", "pass", VERDICT("new", "warn", "should")) "," RUN(
                              "a/b", "null", "fail",
                              VERDICT("new", "warn", "should") "," VERDICT(
                                  "two", "inconclusive", "should")) "," RUN("z/z", "null", "pass",
                                                                            VERDICT("last", "note", "may")) "]",
                          "say \"why\"", false),
                     ERR_OK);
    ck_assert_str_eq(buf_cstr(&text), after);
    buf_fini(&text);
}
END_TEST

START_TEST(the_first_entry_replaces_the_empty_map_and_the_last_leaves_one)
{
    const char *one = "# known\na/b#one: {verdict: warn, reason: \"r\"}\n";
    ck_assert_int_eq(
        edit("# known\n{}\n", "[" RUN("a/b", "null", "pass", VERDICT("one", "warn", "should")) "]", "r", false),
        ERR_OK);
    ck_assert_str_eq(buf_cstr(&text), one);
    buf_fini(&text);
    ck_assert_int_eq(edit(one, "[" RUN("a/b", "null", "pass", VERDICT("one", "pass", "should")) "]", NULL, false),
                     ERR_OK);
    ck_assert_str_eq(buf_cstr(&text), "# known\n{}\n");
    buf_fini(&text);
}
END_TEST

START_TEST(no_entry_is_added_without_a_reason_and_no_must_without_accept_must)
{
    const char *should = "[" RUN("a/b", "null", "pass", VERDICT("one", "warn", "should")) "]";
    const char *must = "[" RUN("a/b", "null", "fail", VERDICT("one", "fail", "must")) "]";
    const char *always = "[" RUN("a/b", "null", "fail", VERDICT("one", "fail", "")) "]";
    const char *trouble = "[{\"scenario\":\"a/b\",\"result\":\"trouble\"}]";
    ck_assert_int_eq(edit("{}\n", should, NULL, false), ERR_INVALID);
    ck_assert_str_eq(err.text, "a/b#one is new (warn): give a reason with --reason TEXT");
    buf_fini(&text);
    const char *const hard[] = {must, always, trouble};
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++) {
        ck_assert_int_eq(edit("{}\n", hard[i], "r", false), ERR_INVALID);
        ck_assert_msg(strstr(err.text, "--accept-must") != NULL, "%s", err.text);
        buf_fini(&text);
        ck_assert_int_eq(edit("{}\n", hard[i], "r", true), ERR_OK);
        buf_fini(&text);
    }
    ck_assert_int_eq(edit("a/b#one: {verdict: warn, reason: r}\n", must, NULL, false), ERR_INVALID);
    buf_fini(&text);
}
END_TEST

START_TEST(entries_in_braces_are_for_people)
{
    ck_assert_int_eq(edit("{a/b#one: {verdict: warn, reason: r}}\n", "[" RUN("a/b", "null", "pass", "") "]", "r", true),
                     ERR_INVALID);
    ck_assert_msg(strstr(err.text, ":1: this entry spans several lines, or shares one") != NULL, "%s", err.text);
    buf_fini(&text);
}
END_TEST

SUITE(baseline, an_entry_is_found_by_scenario_case_and_expectation, a_bad_entry_is_reported_with_its_position,
      what_is_as_the_baseline_says_is_not_a_difference,
      a_new_failure_an_unexpected_pass_a_change_and_what_is_gone_are_differences,
      a_run_that_was_not_played_is_one_difference_and_does_not_affect_its_expectations,
      of_verdicts_with_one_id_the_worst_counts, a_case_is_not_its_neighbour,
      entries_are_added_in_order_changed_and_removed_and_everything_else_stays,
      the_first_entry_replaces_the_empty_map_and_the_last_leaves_one,
      no_entry_is_added_without_a_reason_and_no_must_without_accept_must, entries_in_braces_are_for_people)
