/* The table of results, name by name: reports and baselines of users have these names. */
#include "harness/facts/result.h"

#include "lib/testing/suite.h"

static const struct {
    enum result result;
    const char *name, *words;
    bool needs_entry;
} rows[] = {
    {RESULT_PASS, "pass", "as expected", false},
    {RESULT_FAIL, "fail", "not as expected", true},
    {RESULT_WARN, "warn", "warn", true},
    {RESULT_NOTE, "note", "note", false},
    {RESULT_INCONCLUSIVE, "inconclusive", "inconclusive", true},
    {RESULT_UNSUPPORTED, "unsupported", "unsupported", false},
    {RESULT_TROUBLE, "trouble", "could not run", true},
    {RESULT_UNSTABLE, "unstable", "unstable", true},
    {RESULT_NOT_CHECKED, "not checked", "not checked", false},
    {RESULT_UNTRIED, "untried", "not tried", false},
};

START_TEST(each_result_has_a_stable_name)
{
    ck_assert_uint_eq(sizeof rows / sizeof rows[0], RESULT_UNKNOWN);
    for (size_t i = 0; i < RESULT_UNKNOWN; i++) {
        ck_assert_str_eq(result_name(rows[i].result), rows[i].name);
        ck_assert_str_eq(result_words(rows[i].result), rows[i].words);
        ck_assert_int_eq(result_of_name(rows[i].name), rows[i].result);
        ck_assert_int_eq(result_needs_entry(rows[i].result), rows[i].needs_entry);
    }
}
END_TEST

START_TEST(a_name_that_is_not_in_the_table_is_unknown)
{
    static const char *const names[] = {"", "Pass", "passed", "not-checked", "?x"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(result_of_name(names[i]), RESULT_UNKNOWN);
    ck_assert(!result_needs_entry(RESULT_UNKNOWN));
}
END_TEST

SUITE(result, each_result_has_a_stable_name, a_name_that_is_not_in_the_table_is_unknown)
