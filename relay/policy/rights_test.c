/* What an account may do: addresses, and amounts of each period. */
#include "lib/testing/suite.h"
#include "relay/policy/rights.h"

#define HOUR INT64_C(3600)
#define DAY  (24 * HOUR)

START_TEST(globs_are_addresses_or_domains)
{
    static const struct {
        const char *glob, *address;
        bool allowed;
    } cases[] = {{"a@b.example", "a@b.example", true},
                 {"A@B.example", "a@b.EXAMPLE", true},
                 {"a@b.example", "aa@b.example", false},
                 {"*@b.example", "x@b.example", true},
                 {"*@b.example", "x@c.b.example", false},
                 {"b.example", "x@b.example", true},
                 {"b.example", "x@c.b.example", false},
                 {"*.b.example", "x@c.b.example", true},
                 {"b.example", "b.example@c.example", false},
                 {"*@b.example", "\"@b.example\"@c.example", false},
                 {"b.example", "\"x@b.example\"@c.example", false}};
    struct rights_globs none = {0};
    ck_assert(rights_allow(&none, SLICE_LIT("anything")));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rights_globs globs = {0};
        rights_globs_add(&globs, "other.example");
        rights_globs_add(&globs, cases[i].glob);
        ck_assert_msg(rights_allow(&globs, slice_cstr(cases[i].address)) == cases[i].allowed, "%s %s", cases[i].glob,
                      cases[i].address);
        rights_globs_fini(&globs);
    }
}
END_TEST

START_TEST(each_amount_is_a_limit_of_its_own)
{
    const struct rights none = {0};
    const struct rights_usage usage = {0, 10, 20, 30, 40, 50};
    const struct rights limits[] = {
        {.messages_per_hour = 10}, {.messages_per_day = 20}, {.recipients_per_hour = 30}, {.recipients_per_day = 40}};
    ck_assert(!rights_limit(&none));
    ck_assert(rights_rate_has(&none, &usage, 1000, 1000) && rights_quota_has(&none, &usage, 1000));
    for (size_t i = 0; i < 4; i++) {
        struct rights more = limits[i];
        ck_assert(rights_limit(&more));
        ck_assert_msg(!rights_rate_has(&more, &usage, 1, 1), "limit %zu", i);
        ck_assert(rights_quota_has(&more, &usage, 1));
        int64_t *members[] = {&more.messages_per_hour, &more.messages_per_day, &more.recipients_per_hour,
                              &more.recipients_per_day};
        ++*members[i];
        ck_assert_msg(rights_rate_has(&more, &usage, 1, 1), "limit %zu", i);
        ck_assert_msg(!rights_rate_has(&more, &usage, 2, 2), "limit %zu", i);
    }
    struct rights quota = {.recipients_per_month = 51};
    ck_assert(rights_limit(&quota));
    ck_assert(rights_quota_has(&quota, &usage, 1) && !rights_quota_has(&quota, &usage, 2));
    ck_assert(rights_rate_has(&quota, &usage, 1, 1));
}
END_TEST

START_TEST(amounts_begin_again_with_their_period)
{
    static const struct {
        int64_t from_s, to_s;
        bool hour, day, month; /* is kept */
    } cases[] = {
        {0, HOUR - 1, true, true, true},
        {0, HOUR, false, true, true},
        {DAY - 1, DAY, false, false, true},
        {30 * DAY, 31 * DAY, false, false, false}, /* 1970-02-01 */
        {30 * DAY, 31 * DAY - 1, false, true, true},
        {59 * DAY, 62 * DAY, false, false, true}, /* 1970-03-01 */
        {0, 365 * DAY, false, false, false},
        {HOUR, HOUR - 1, false, true, true}, /* a clock that is set back */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rights_usage usage = {.at_s = cases[i].from_s};
        rights_usage_add(&usage, 1, 2);
        rights_usage_move(&usage, cases[i].to_s);
        ck_assert_msg((usage.messages_hour == 1 && usage.recipients_hour == 2) == cases[i].hour, "hour, %zu", i);
        ck_assert_msg((usage.messages_day == 1 && usage.recipients_day == 2) == cases[i].day, "day, %zu", i);
        ck_assert_msg((usage.recipients_month == 2) == cases[i].month, "month, %zu", i);
        ck_assert_int_eq(usage.at_s, cases[i].to_s);
    }
}
END_TEST

START_TEST(what_is_given_back_is_no_more_than_was_taken)
{
    struct rights_usage usage = {0};
    rights_usage_add(&usage, 2, 5);
    rights_usage_add(&usage, -1, -3);
    ck_assert_int_eq(usage.messages_hour, 1);
    ck_assert_int_eq(usage.recipients_month, 2);
    rights_usage_move(&usage, HOUR);
    rights_usage_add(&usage, -1, -3);
    ck_assert_int_eq(usage.messages_hour, 0);
    ck_assert_int_eq(usage.recipients_hour, 0);
    ck_assert_int_eq(usage.recipients_month, 0);
}
END_TEST

SUITE(rights, globs_are_addresses_or_domains, each_amount_is_a_limit_of_its_own, amounts_begin_again_with_their_period,
      what_is_given_back_is_no_more_than_was_taken)
