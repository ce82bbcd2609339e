#include "lib/base/duration.h"
#include "lib/base/mail_date.h"
#include "lib/testing/suite.h"

#define DAY_2030 (INT64_C(1893456000) * NS_PER_S)

START_TEST(a_date_is_read_with_its_zone)
{
    int64_t ns = 7;
    ck_assert(mail_date_parse("Tue, 01 Jan 2030 00:00:00 +0000", &ns));
    ck_assert_int_eq(ns, DAY_2030);
    ck_assert(mail_date_parse("1 Jan 2030 01:30:00 +0130", &ns));
    ck_assert_int_eq(ns, DAY_2030);
    ck_assert(mail_date_parse("Mon, 31 Dec 2029 19:00:05 -0500", &ns));
    ck_assert_int_eq(ns, DAY_2030 + 5 * NS_PER_S);
}
END_TEST

START_TEST(an_invalid_date_changes_nothing)
{
    int64_t ns = 7;
    ck_assert(!mail_date_parse("", &ns));
    ck_assert(!mail_date_parse("tomorrow", &ns));
    ck_assert_int_eq(ns, 7);
}
END_TEST

SUITE(mail_date, a_date_is_read_with_its_zone, an_invalid_date_changes_nothing)
