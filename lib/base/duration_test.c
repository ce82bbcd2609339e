#include "lib/base/duration.h"
#include "lib/testing/suite.h"

START_TEST(lengths_are_read_with_their_units)
{
    static const struct {
        const char *text;
        bool good;
        int64_t ns;
    } cases[] = {{"5m", true, 300 * NS_PER_S},
                 {"1h30m", true, 5400 * NS_PER_S},
                 {"250ms", true, 250 * NS_PER_MS},
                 {"-1d", true, -86400 * NS_PER_S},
                 {"0", true, 0},
                 {"0s", true, 0},
                 {"5", false, 0},
                 {"", false, 0},
                 {"m", false, 0},
                 {"30m1h", false, 0},
                 {"1h1h", false, 0},
                 {"1 h", false, 0},
                 {"1000y", false, 0},
                 {"99999999999d", false, 0},
                 {"1.5h", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ns = 0;
        ck_assert_msg(duration_parse(slice_cstr(cases[i].text), &ns) == cases[i].good, "%s", cases[i].text);
        ck_assert_msg(ns == cases[i].ns, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(sizes_are_read_with_their_units)
{
    uint64_t n = 0;
    ck_assert(size_parse(SLICE_LIT("2MiB"), &n) && n == 2 * 1024 * 1024);
    ck_assert(size_parse(SLICE_LIT("10MB"), &n) && n == 10000000);
    ck_assert(!size_parse(SLICE_LIT("10"), &n));
    ck_assert(!size_parse(SLICE_LIT("99999999999999GiB"), &n));
}
END_TEST

START_TEST(lengths_are_written_exactly_and_short)
{
    char text[DURATION_TEXT_MAX];
    ck_assert_str_eq(duration_format(300 * NS_PER_S, text), "5m");
    ck_assert_str_eq(duration_format(5400 * NS_PER_S, text), "1h30m");
    ck_assert_str_eq(duration_format(1500 * NS_PER_MS, text), "1s500ms");
    ck_assert_str_eq(duration_format(0, text), "0s");
    ck_assert_str_eq(duration_format((4 * 86400 + 23 * 3600) * NS_PER_S, text), "4d23h");
    ck_assert_str_eq(duration_clock(300 * NS_PER_S, text), "00:05:00.000");
    ck_assert_str_eq(duration_clock(5 * 86400 * NS_PER_S + 30 * NS_PER_S, text), "5d 00:00:30.000");
}
END_TEST

START_TEST(rough_lengths_have_two_units)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{0, "0s"},        {7, "7ms"},           {1500, "1s500ms"},    {67000, "1m7s"},
                 {67500, "1m7s"},  {3600000, "1h"},      {3725500, "1h2m"},    {86400000, "1d"},
                 {86460000, "1d"}, {337012000, "3d21h"}, {8640000000, "100d"}, {-337012000, "-3d21h"}};
    char text[DURATION_TEXT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(duration_rough(cases[i].ms * NS_PER_MS, text), cases[i].text);
}
END_TEST

SUITE(duration, rough_lengths_have_two_units, lengths_are_read_with_their_units, sizes_are_read_with_their_units,
      lengths_are_written_exactly_and_short)
