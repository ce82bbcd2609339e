/* How many lookups one owner of messages may have under way. */
#include "lib/testing/suite.h"
#include "relay/deliver/deliver.h"

START_TEST(an_owner_has_no_more_lookups_than_are_left_for_all_others)
{
    static const struct {
        size_t of_owner, deliveries, outbound;
        bool may;
    } rows[] = {{0, 0, 1, true},       {2, 2, 1, false},       {0, 3, 1, true},       {0, 4, 1, false},
                {199, 199, 100, true}, {200, 200, 100, false}, {149, 250, 100, true}, {150, 250, 100, false},
                {0, 399, 100, true},   {0, 400, 100, false},   {0, 500, 100, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(deliver_may_look_up(rows[i].of_owner, rows[i].deliveries, rows[i].outbound) == rows[i].may,
                      "row %zu", i);
}
END_TEST

/* Each new owner that sends only to silent names takes half of what is left, or less. */
START_TEST(several_owners_with_slow_lookups_leave_room_for_one_more)
{
    size_t all = 0;
    for (int owner = 0; owner < 6; owner++) {
        size_t own = 0;
        while (deliver_may_look_up(own, all, 100)) {
            own++;
            all++;
        }
        ck_assert(deliver_may_look_up(0, all, 100));
    }
}
END_TEST

SUITE(deliver, an_owner_has_no_more_lookups_than_are_left_for_all_others,
      several_owners_with_slow_lookups_leave_room_for_one_more)
