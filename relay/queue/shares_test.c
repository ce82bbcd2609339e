/* Who has how much of the queue. */
#include "relay/queue/shares.h"

#include <stdint.h>

#include "lib/testing/suite.h"

START_TEST(a_share_lives_as_long_as_a_message_holds_it)
{
    struct shares shares = {0};
    struct share *one = shares_join(&shares, "client", "192.0.2.1"),
                 *again = shares_join(&shares, "client", "192.0.2.1");
    ck_assert_ptr_nonnull(one);
    ck_assert_ptr_eq(one, again);
    ck_assert_str_eq(one->name, "client 192.0.2.1");
    ck_assert_ptr_eq(shares_find(&shares, "client", "192.0.2.1"), one);
    shares_leave(&shares, one);
    ck_assert_ptr_eq(shares_find(&shares, "client", "192.0.2.1"), one);
    shares_leave(&shares, one);
    ck_assert_ptr_null(shares_find(&shares, "client", "192.0.2.1"));
    ck_assert_ptr_null(shares.by_name);
}
END_TEST

/* A user may call its account as a client's address looks: they are still two. */
START_TEST(clients_and_accounts_have_separate_shares_and_an_absent_one_has_none)
{
    struct shares shares = {0};
    struct share *client = shares_join(&shares, "client", "192.0.2.1");
    struct share *account = shares_join(&shares, "account", "192.0.2.1");
    struct share *upper = shares_join(&shares, "account", "Alice"), *lower = shares_join(&shares, "account", "alice");
    ck_assert(client != account && upper != lower);
    ck_assert_ptr_null(shares_join(&shares, "client", NULL));
    ck_assert_ptr_null(shares_join(&shares, "account", ""));
    ck_assert_ptr_null(shares_find(&shares, "client", NULL));
    struct share *const all[] = {client, account, upper, lower, NULL};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        shares_leave(&shares, all[i]);
}
END_TEST

START_TEST(what_is_promised_counts_as_what_is_there)
{
    static const struct {
        long recipients, promised;
        size_t wanted, max;
        bool room;
    } cases[] = {{0, 0, 10, 10, true},  {0, 0, 11, 10, false}, {5, 0, 5, 10, true},
                 {5, 0, 6, 10, false},  {5, 5, 0, 10, true},   {5, 5, 1, 10, false},
                 {4, 5, 1, 10, true},   {20, 0, 0, 10, false}, /* after a reload */
                 {20, 0, 1, 10, false}, {0, 0, 1, 0, false},   {5, 0, SIZE_MAX, 10, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct share share = {0};
        share_change(&share, cases[i].recipients, cases[i].max);
        share_promise(&share, cases[i].promised);
        ck_assert_msg(share_has_room(&share, cases[i].wanted, cases[i].max) == cases[i].room, "case %zu", i);
        share_promise(&share, -cases[i].promised);
        share_change(&share, -cases[i].recipients, cases[i].max);
        ck_assert(share.recipients == 0 && share.promised == 0);
    }
    ck_assert(share_has_room(NULL, 10, 10) && !share_has_room(NULL, 11, 10)); /* what the relay wrote itself */
    share_promise(NULL, 5);
    share_change(NULL, 5, 10);
}
END_TEST

START_TEST(a_full_share_is_logged_once_until_it_was_down_to_nine_tenths)
{
    struct share share = {0};
    share_change(&share, 100, 100);
    ck_assert(share_tell(&share) && !share_tell(&share));
    share_change(&share, -10, 100); /* 90 */
    ck_assert(!share_tell(&share));
    share_change(&share, -1, 100);
    ck_assert(share_tell(&share) && !share_tell(&share));
    share_change(&share, 11, 100);
    ck_assert(!share_tell(&share));
}
END_TEST

SUITE(shares, a_share_lives_as_long_as_a_message_holds_it,
      clients_and_accounts_have_separate_shares_and_an_absent_one_has_none, what_is_promised_counts_as_what_is_there,
      a_full_share_is_logged_once_until_it_was_down_to_nine_tenths)
