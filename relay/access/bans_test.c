/* Wrong passwords, and the bans that follow. */
#include "lib/testing/suite.h"
#include "relay/access/bans.h"

static struct bans bans;

static struct ip client(uint32_t number)
{
    return ip_v4(0x0a000000 + number);
}

static unsigned fails_until_banned(struct ip of, int64_t after, int64_t now_s)
{
    unsigned count = 1;
    while (!bans_fail(&bans, of, after, 100, now_s) && count < 1000)
        count++;
    return count;
}

START_TEST(so_many_wrong_passwords_in_a_row_ban)
{
    bans = (struct bans){0};
    ck_assert_uint_eq(fails_until_banned(client(1), 5, 10), 5);
    ck_assert_uint_eq(fails_until_banned(client(2), 1, 10), 1);
    ck_assert_uint_eq(fails_until_banned(client(3), 0, 10), 1000); /* never */
    for (int i = 0; i < 4; i++)
        ck_assert(!bans_fail(&bans, client(4), 5, 100, 10));
    bans_forgive(&bans, client(4)); /* the right one */
    ck_assert_uint_eq(fails_until_banned(client(4), 5, 10), 5);
}
END_TEST

START_TEST(wrong_passwords_are_forgotten_after_the_time_of_a_ban)
{
    bans = (struct bans){0};
    for (int i = 0; i < 4; i++)
        ck_assert(!bans_fail(&bans, client(1), 5, 100, 10 + i));
    ck_assert(bans_fail(&bans, client(1), 5, 100, 112));
    bans = (struct bans){0};
    for (int i = 0; i < 4; i++)
        ck_assert(!bans_fail(&bans, client(1), 5, 100, 10 + i));
    ck_assert(!bans_fail(&bans, client(1), 5, 100, 113));
}
END_TEST

START_TEST(a_ban_ends_by_its_time_or_by_the_operator)
{
    const struct ban ban = {client(1), 10, 110, 5}, other = {client(2), 10, 110, 5};
    bans = (struct bans){0};
    ck_assert_int_eq(bans_add(&bans, &ban).until_s, 0);
    ck_assert_int_eq(bans_add(&bans, &other).until_s, 0);
    ck_assert_ptr_nonnull(bans_find(&bans, client(1), 109));
    ck_assert_ptr_null(bans_find(&bans, client(1), 110));
    ck_assert(!bans_fail(&bans, client(1), 2, 100, 20));
    ck_assert(bans_lift(&bans, client(1)));
    ck_assert(!bans_lift(&bans, client(1)));
    ck_assert_ptr_null(bans_find(&bans, client(1), 20));
    ck_assert_ptr_nonnull(bans_find(&bans, client(2), 20));
    ck_assert(!bans_fail(&bans, client(1), 2, 100, 20)); /* its wrong passwords are forgotten */
}
END_TEST

START_TEST(a_client_that_is_banned_again_has_one_ban)
{
    const struct ban ban = {client(1), 10, 110, 5}, again = {client(1), 120, 220, 5};
    bans = (struct bans){0};
    (void)bans_add(&bans, &ban);
    (void)bans_add(&bans, &again);
    ck_assert_uint_eq(bans.count, 1);
    ck_assert_int_eq(bans_find(&bans, client(1), 130)->since_s, 120);
}
END_TEST

START_TEST(memory_is_bounded_and_the_oldest_goes)
{
    bans = (struct bans){0};
    for (uint32_t i = 0; i < BANS_MAX + 10; i++) {
        struct ban ban = {client(i), 10 + i, 100000, 5}, gone = bans_add(&bans, &ban);
        if (i < BANS_MAX)
            ck_assert_int_eq(gone.until_s, 0);
        else
            ck_assert(ip_eq(gone.client, client(i - BANS_MAX)));
    }
    ck_assert_uint_eq(bans.count, BANS_MAX);
    for (uint32_t i = 0; i < BANS_COUNTED_MAX + 10; i++)
        (void)bans_fail(&bans, client(i), 100, 100000, 10 + i);
    ck_assert_uint_eq(bans.counted_count, BANS_COUNTED_MAX);
    ck_assert(bans_fail(&bans, client(BANS_COUNTED_MAX + 9), 2, 100000, 2000));
    ck_assert(!bans_fail(&bans, client(0), 2, 100000, 2000)); /* forgotten */
}
END_TEST

SUITE(bans, so_many_wrong_passwords_in_a_row_ban, wrong_passwords_are_forgotten_after_the_time_of_a_ban,
      a_ban_ends_by_its_time_or_by_the_operator, a_client_that_is_banned_again_has_one_ban,
      memory_is_bounded_and_the_oldest_goes)
