#include "lib/base/buf.h"
#include "lib/testing/suite.h"

START_TEST(what_does_not_fit_is_refused_as_a_whole)
{
    struct buf buf;
    buf_init(&buf, 8);
    ck_assert(buf_add_cstr(&buf, "12345"));
    ck_assert(!buf_add_cstr(&buf, "6789"));
    ck_assert(buf.overflow);
    ck_assert(slice_eq_cstr(buf_slice(&buf), "12345"));
    ck_assert(buf_add_cstr(&buf, "678"));
    ck_assert(!buf_printf(&buf, "%d", 9));
    ck_assert(slice_eq_cstr(buf_slice(&buf), "12345678"));
    buf_reset(&buf);
    ck_assert(!buf.overflow);
    buf_fini(&buf);
}
END_TEST

START_TEST(consume_moves_the_rest_to_the_front)
{
    struct buf buf;
    buf_init(&buf, 100);
    ck_assert(buf_printf(&buf, "%s", "MAIL FROM:<>"));
    buf_consume(&buf, 5);
    ck_assert(slice_eq_cstr(buf_slice(&buf), "FROM:<>"));
    ck_assert_str_eq(buf_cstr(&buf), "FROM:<>");
    buf_fini(&buf);
}
END_TEST

START_TEST(reserve_gives_room_up_to_the_maximum)
{
    struct buf buf;
    size_t room = 0;
    buf_init(&buf, 10);
    char *at = buf_reserve(&buf, 1000, &room);
    ck_assert_ptr_nonnull(at);
    ck_assert_uint_le(room, 10);
    buf_commit(&buf, room);
    while ((at = buf_reserve(&buf, 1, &room)) != NULL)
        buf_commit(&buf, room);
    ck_assert_uint_eq(buf.len, 10);
    buf_fini(&buf);
}
END_TEST

SUITE(buf, what_does_not_fit_is_refused_as_a_whole, consume_moves_the_rest_to_the_front,
      reserve_gives_room_up_to_the_maximum)
