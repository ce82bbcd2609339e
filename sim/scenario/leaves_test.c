/* Single values of the scenario language: what each kind accepts, and what it makes of it. */
#include "sim/scenario/leaves.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "sim/scenario/name.h"
#include "sim/scenario/names.h"

#define LEAF(name) bool (*name)(struct yaml_ctx *, const struct yaml_node *, void *)

static struct yaml_doc doc;

/* The value as YAML; the document lives until end(). */
static bool decode(LEAF(leaf), const char *value, void *out)
{
    struct err err = {0};
    char *text = mem_printf("v: %s\n", value);
    ck_assert_msg(yaml_open_text(&doc, "x.yaml", slice_cstr(text), &err) == ERR_OK, "%s: %s", text, err.text);
    free(text);
    struct yaml_ctx ctx = {.doc = &doc, .path = "v"};
    bool good = leaf(&ctx, yaml_get(doc.root, "v"), out);
    ck_assert_msg(good == (doc.error_count == 0), "%s", value);
    return good;
}

static void end(void)
{
    yaml_close(&doc);
}

/* Values that a kind refuses, each with one error. */
static void refuses(LEAF(leaf), const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[128] = {0};
        ck_assert_msg(!decode(leaf, values[i], out), "accepted: %s", values[i]);
        ck_assert_uint_eq(doc.error_count, 1);
        end();
    }
}
#define REFUSES(leaf, ...)                                                                                             \
    do {                                                                                                               \
        static const char *const values_[] = {__VA_ARGS__};                                                            \
        refuses(leaf, values_, sizeof values_ / sizeof values_[0]);                                                    \
    } while (0)

START_TEST(a_range_of_counts_has_one_end_or_two)
{
    static const struct {
        const char *value;
        int64_t min, max;
    } cases[] = {{"3", 3, 3},
                 {"0", 0, 0},
                 {"\">=2\"", 2, INT64_MAX},
                 {"\"<=2\"", INT64_MIN, 2},
                 {"2..5", 2, 5},
                 {"5..5", 5, 5},
                 {"0..0", 0, 0},
                 {"9223372036854775807", INT64_MAX, INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct range range = {0};
        ck_assert_msg(decode(leaf_count_range, cases[i].value, &range), "%s", cases[i].value);
        ck_assert_msg(range.set && range.min == cases[i].min && range.max == cases[i].max, "%s", cases[i].value);
        ck_assert(range_fits(&range, cases[i].min) && range_fits(&range, cases[i].max));
        ck_assert(cases[i].max == INT64_MAX || !range_fits(&range, cases[i].max + 1));
        ck_assert(cases[i].min == INT64_MIN || !range_fits(&range, cases[i].min - 1));
        end();
    }
    REFUSES(leaf_count_range, "5..2", "-1", "\">2\"", "\"<2\"", "\">=\"", "..", "1..", "..5", "1..2..3", "1.5", "1m",
            "\"\"", "[1]", "{a: b}", "9223372036854775808", "\"> =2\"");
}
END_TEST

START_TEST(times_and_sizes_have_units)
{
    struct range range;
    ck_assert(decode(leaf_time_range, "1m..30m", &range));
    ck_assert(range.min == 60 * NS_PER_S && range.max == 1800 * NS_PER_S);
    end();
    ck_assert(decode(leaf_time_range, "\">=-5s\"", &range)); /* before the message was handed over */
    ck_assert(range.min == -5 * NS_PER_S);
    end();
    ck_assert(decode(leaf_time_range, "0", &range) && range.min == 0 && range.max == 0);
    end();
    ck_assert(decode(leaf_size_range, "\">=64KiB\"", &range) && range.min == 65536);
    end();
    ck_assert(decode(leaf_size_range, "1B..2kB", &range) && range.min == 1 && range.max == 2000);
    end();
    REFUSES(leaf_time_range, "5", "1..5", "30m..1m", "5 m", "1d..", "later", "[5m]");
    REFUSES(leaf_size_range, "5", "64K", "2kB..1kB", "-1B", "5m", "\"\"");
}
END_TEST

START_TEST(an_absent_range_fits_all_and_times_count_chances)
{
    const struct range none = {0}, three = {true, 3, 3, "3"}, from_two = {true, 2, INT64_MAX, ">=2"},
                       two_to_three = {true, 2, 3, "2..3"};
    ck_assert(range_fits(&none, INT64_MIN) && range_fits(&none, 0) && range_fits(&none, INT64_MAX));
    static const bool wanted[4][5] = {{true, true, true, true, true},
                                      {true, true, true, false, false},
                                      {false, true, true, true, true},
                                      {false, true, true, false, false}};
    const struct range *const ranges[] = {&none, &three, &from_two, &two_to_three};
    for (int r = 0; r < 4; r++)
        for (int chance = 1; chance <= 5; chance++)
            ck_assert_msg(range_allows_chance(ranges[r], chance) == wanted[r][chance - 1], "range %d, chance %d", r,
                          chance);
}
END_TEST

START_TEST(an_amount_is_a_count_or_a_size)
{
    static const struct {
        const char *value;
        int64_t n;
        bool octets;
    } cases[] = {{"1", 1, false},
                 {"100", 100, false},
                 {"10MiB", 10 << 20, true},
                 {"1B", 1, true},
                 {"1099511627776", INT64_C(1) << 40, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct amount amount;
        ck_assert_msg(decode(leaf_amount, cases[i].value, &amount), "%s", cases[i].value);
        ck_assert_msg(amount.n == cases[i].n && amount.octets == cases[i].octets, "%s", cases[i].value);
        end();
    }
    REFUSES(leaf_amount, "0", "0B", "-1", "1.5", "many", "1099511627777", "2000GiB", "[1]", "\"\"");
}
END_TEST

START_TEST(a_chance_is_a_percentage_above_nothing)
{
    static const struct {
        const char *value;
        int64_t ppm;
    } cases[] = {
        {"\"5%\"", 50000}, {"\"100%\"", 1000000}, {"\"0.0001%\"", 1}, {"\"12.5%\"", 125000}, {"\"99.9999%\"", 999999}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ppm = 0;
        ck_assert_msg(decode(leaf_chance, cases[i].value, &ppm) && ppm == cases[i].ppm, "%s: %lld", cases[i].value,
                      (long long)ppm);
        end();
    }
    REFUSES(leaf_chance, "\"0%\"", "\"101%\"", "\"5\"", "0.05", "\"-5%\"", "\"%\"", "\" 5%\"", "\"5 %\"", "\"5%%\"",
            "\"nan%\"", "\"inf%\"", "\"1e300%\"", "\"0.00001%\"", "[5%]");
}
END_TEST

START_TEST(octets_are_written_with_escapes)
{
    static const struct {
        const char *value;
        struct slice octets;
    } cases[] = {
        {"'abc'", SLICE_LIT("abc")},
        {"'a\\r\\n\\tb'", SLICE_LIT("a\r\n\tb")},
        {"'\\x00\\xff\\xFF\\x1B'", SLICE_LIT("\x00\xff\xff\x1b")},
        {"'\\\\x41'", SLICE_LIT("\\x41")},
        {"''", SLICE_LIT("")},
        {"'J\xc3\xb6rg'", SLICE_LIT("J\xc3\xb6rg")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice octets;
        ck_assert_msg(decode(leaf_octets, cases[i].value, &octets), "%s", cases[i].value);
        ck_assert_msg(slice_eq(octets, cases[i].octets), "%s", cases[i].value);
        end();
    }
    REFUSES(leaf_octets, "'\\q'", "'\\x4'", "'\\x4g'", "'\\xg4'", "'\\'", "'a\\'", "'\\x'", "[a]");
}
END_TEST

START_TEST(a_reply_is_a_code_and_a_text)
{
    static const struct {
        const char *value;
        int code;
        const char *text;
    } cases[] = {{"\"451 4.7.1 Come back later\"", 451, "4.7.1 Come back later"},
                 {"250", 250, ""},
                 {"\"550 \"", 550, ""},
                 {"\"299  two\"", 299, " two"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reply_text reply;
        ck_assert_msg(decode(leaf_reply, cases[i].value, &reply), "%s", cases[i].value);
        ck_assert_msg(reply.code == cases[i].code && strcmp(reply.text, cases[i].text) == 0, "%s: %s", cases[i].value,
                      reply.text);
        end();
    }
    REFUSES(leaf_reply, "\"45\"", "\"4511 x\"", "\"451-x\"", "\"1xx x\"", "\"199 x\"", "\"600 x\"", "later", "\"\"",
            "\" 451 x\"", "[451]");
}
END_TEST

START_TEST(an_instant_is_a_day_that_exists)
{
    static const struct {
        const char *value;
        int64_t s;
    } cases[] = {
        {"2030-01-01T00:00:00Z", 1893456000}, {"1971-01-01T00:00:00Z", 31536000}, {"2032-02-29T23:59:59Z", 1961711999}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ns = 0;
        ck_assert_msg(decode(leaf_instant, cases[i].value, &ns) && ns == cases[i].s * NS_PER_S, "%s: %lld",
                      cases[i].value, (long long)(ns / NS_PER_S));
        end();
    }
    REFUSES(leaf_instant, "2030-01-01", "2030-01-01T00:00:00", "2030-01-01 00:00:00Z", "2030-13-01T00:00:00Z",
            "2030-01-01T25:00:00Z", "2031-02-29T00:00:00Z", "2030-04-31T00:00:00Z", "1970-01-01T00:00:00Z",
            "2201-01-01T00:00:00Z", "2030-01-01T00:00:00Zx", "2030-01-01T00:00:00+01:00", "now", "[2030]");
}
END_TEST

/* Names become folders: none may lead out of them. */
START_TEST(a_name_has_at_most_a_hundred_octets_and_a_path_eight_names)
{
    static const struct {
        const char *text;
        bool name, path;
    } cases[] = {
        {"a", true, true},
        {"m1", true, true},
        {"A.b_c-9", true, true},
        {"a/b", false, true},
        {"a/b/c/d/e/f/g/h", false, true},
        {"a/b/c/d/e/f/g/h/i", false, false},
        {"", false, false},
        {".", false, false},
        {"..", false, false},
        {"a..b", true, true},
        {"a/..", false, false},
        {"a/.b", false, false},
        {"/a", false, false},
        {"a/", false, false},
        {"a//b", false, false},
        {"-a", false, false},
        {"_a", false, false},
        {"a b", false, false},
        {"a\n", false, false},
        {"a\\b", false, false},
        {"J\xc3\xb6rg", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(name_is_good(cases[i].text) == cases[i].name, "%s", cases[i].text);
        ck_assert_msg(name_is_path(cases[i].text) == cases[i].path, "%s", cases[i].text);
    }
    char text[102];
    memset(text, 'a', sizeof text);
    text[100] = '\0';
    ck_assert(name_is_good(text) && name_is_path(text));
    text[100] = 'a';
    text[101] = '\0';
    ck_assert(!name_is_good(text) && !name_is_path(text));
}
END_TEST

START_TEST(each_fault_of_a_name_in_dns_has_its_message)
{
    static const char *const cases[][2] = {
        {"d.example", NULL},
        {"d.example.", NULL},
        {"_25._tcp.mx.d.example", NULL},
        {"D-1.EXAMPLE", NULL},
        {"", "the name is empty"},
        {".", "a label is empty"},
        {"a..b", "a label is empty"},
        {".a", "a label is empty"},
        {"a b", "a label may contain only letters"},
        {"a\n", "a label may contain only letters"},
        {"*.example", "wildcards are not supported"},
        {"m\xc3\xbcller.example", "the name is not ASCII"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *problem = name_problem(cases[i][0]);
        ck_assert_msg((problem == NULL) == (cases[i][1] == NULL), "%s: %s", cases[i][0], problem);
        ck_assert_msg(problem == NULL || strstr(problem, cases[i][1]) != NULL, "%s: %s", cases[i][0], problem);
    }
    char name[256];
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 50 == 49 ? '.' : 'a';
    name[253] = '\0';
    ck_assert_ptr_null(name_problem(name));
    name[253] = 'a';
    name[254] = '\0';
    ck_assert_ptr_nonnull(strstr(name_problem(name), "more than 253 octets"));
    memset(name, 'a', 64);
    name[64] = '\0';
    ck_assert_ptr_nonnull(strstr(name_problem(name), "more than 63 octets"));
    name[63] = '\0';
    ck_assert_ptr_null(name_problem(name));
}
END_TEST

SUITE(leaves, a_range_of_counts_has_one_end_or_two, times_and_sizes_have_units,
      an_absent_range_fits_all_and_times_count_chances, an_amount_is_a_count_or_a_size,
      a_chance_is_a_percentage_above_nothing, octets_are_written_with_escapes, a_reply_is_a_code_and_a_text,
      an_instant_is_a_day_that_exists, a_name_has_at_most_a_hundred_octets_and_a_path_eight_names,
      each_fault_of_a_name_in_dns_has_its_message)
