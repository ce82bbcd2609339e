#include "lib/base/slice.h"
#include "lib/testing/suite.h"

START_TEST(compares_letters_without_case_only_when_asked)
{
    ck_assert(slice_ieq_cstr(SLICE_LIT("EhLo"), "ehlo"));
    ck_assert(!slice_eq_cstr(SLICE_LIT("EhLo"), "ehlo"));
    ck_assert(!slice_ieq_cstr(SLICE_LIT("ehlo "), "ehlo"));
    ck_assert(slice_istarts(SLICE_LIT("to:<a@b>"), "TO:"));
    ck_assert(!slice_istarts(SLICE_LIT("T"), "TO:"));
}
END_TEST

START_TEST(cut_removes_the_part_before_the_separator)
{
    struct slice rest = SLICE_LIT("a b c");
    ck_assert(slice_eq_cstr(slice_cut(&rest, ' '), "a"));
    ck_assert(slice_eq_cstr(rest, "b c"));
    (void)slice_cut(&rest, ' ');
    ck_assert(slice_eq_cstr(slice_cut(&rest, ' '), "c"));
    ck_assert_uint_eq(rest.len, 0);
}
END_TEST

START_TEST(numbers_are_digits_within_the_limit)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool good;
        uint64_t n;
    } cases[] = {{"0", 10, true, 0},
                 {"10", 10, true, 10},
                 {"11", 10, false, 0},
                 {"", 10, false, 0},
                 {"-1", 10, false, 0},
                 {"1x", 10, false, 0},
                 {" 1", 10, false, 0},
                 {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
                 {"18446744073709551616", UINT64_MAX, false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t n = 0;
        ck_assert_msg(slice_to_u64(slice_cstr(cases[i].text), cases[i].max, &n) == cases[i].good, "%s", cases[i].text);
        ck_assert_uint_eq(n, cases[i].n);
    }
}
END_TEST

START_TEST(trim_removes_spaces_and_tabs_at_both_ends)
{
    ck_assert(slice_eq_cstr(slice_trim(SLICE_LIT(" \ta b\t ")), "a b"));
    ck_assert_uint_eq(slice_trim(SLICE_LIT("  ")).len, 0);
}
END_TEST

SUITE(slice, compares_letters_without_case_only_when_asked, cut_removes_the_part_before_the_separator,
      numbers_are_digits_within_the_limit, trim_removes_spaces_and_tabs_at_both_ends)
