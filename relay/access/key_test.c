/* The form of API keys. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/access/key.h"

START_TEST(a_new_key_is_whole_and_never_the_same)
{
    char one[KEY_LEN + 1], other[KEY_LEN + 1], id[KEY_ID_LEN + 1];
    key_new(one);
    key_new(other);
    ck_assert_uint_eq(strlen(one), 42);
    ck_assert_int_eq(strncmp(one, "rlk_", 4), 0);
    ck_assert(key_has_form(slice_cstr(one)) && key_is_whole(slice_cstr(one)));
    ck_assert_str_ne(one, other);
    key_id(slice_cstr(one), id);
    ck_assert_uint_eq(strlen(id), KEY_ID_LEN);
    ck_assert_int_eq(strncmp(one + 4, id, KEY_ID_LEN), 0);
}
END_TEST

/* zlib.crc32(b"rlk_" + 32 * b"0") of Python is 2069154129. */
START_TEST(the_checksum_is_that_of_zlib)
{
    ck_assert(key_is_whole(SLICE_LIT("rlk_000000000000000000000000000000002G1xVh")));
}
END_TEST

START_TEST(a_typing_error_is_noticed)
{
    char key[KEY_LEN + 1];
    key_new(key);
    for (size_t i = 4; i < KEY_LEN; i++) {
        char before = key[i];
        key[i] = before == 'a' ? 'b' : 'a';
        ck_assert(key_has_form(slice_cstr(key)));
        ck_assert_msg(!key_is_whole(slice_cstr(key)), "position %zu", i);
        key[i] = before;
    }
    for (size_t i = 4; i + 1 < KEY_LEN; i++) { /* two exchanged */
        char a = key[i], b = key[i + 1];
        key[i] = b;
        key[i + 1] = a;
        ck_assert(a == b || !key_is_whole(slice_cstr(key)));
        key[i] = a;
        key[i + 1] = b;
    }
}
END_TEST

START_TEST(another_password_is_not_taken_for_a_key)
{
    static const char *const cases[] = {"",
                                        "secret",
                                        "rlk_",
                                        "rlk_0000000000000000000000000000000000000",
                                        "rlk_000000000000000000000000000000000000000",
                                        "RLK_00000000000000000000000000000000000000",
                                        "rlk_0000000000000000000000000000000000000-",
                                        "rlk_ 0000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(!key_has_form(slice_cstr(cases[i])), "%s", cases[i]);
    ck_assert(key_has_form(SLICE_LIT("rlk_00000000000000000000000000000000000000")));
    ck_assert(!key_has_form(SLICE_LIT("rlk_0000000000000000000\0"
                                      "000000000000000000")));
}
END_TEST

SUITE(key, a_new_key_is_whole_and_never_the_same, the_checksum_is_that_of_zlib, a_typing_error_is_noticed,
      another_password_is_not_taken_for_a_key)
