#include "lib/base/utf8.h"
#include "lib/testing/suite.h"

START_TEST(only_the_shortest_form_of_a_character_is_utf8)
{
    static const struct {
        const char *text;
        uint32_t c;
        size_t used; /* 0 = invalid */
    } rows[] = {
        {"a", 'a', 1},
        {"\xc3\xa9x", 0xe9, 2},
        {"\xe2\x82\xac", 0x20ac, 3},
        {"\xf0\x9f\x93\xa7", 0x1f4e7, 4},
        {"\xf4\x8f\xbf\xbf", 0x10ffff, 4},
        {"", 0, 0},
        {"\x80", 0, 0},
        {"\xc0\x80", 0, 0},         /* overlong */
        {"\xc1\xbf", 0, 0},         /* overlong */
        {"\xe0\x9f\xbf", 0, 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", 0, 0}, /* overlong */
        {"\xed\xa0\x80", 0, 0},     /* a surrogate */
        {"\xf4\x90\x80\x80", 0, 0}, /* beyond the last */
        {"\xf8\x88\x80\x80\x80", 0, 0},
        {"\xc3", 0, 0}, /* cut */
        {"\xc3(", 0, 0},
        {"\xe2\x82", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t c = 0;
        ck_assert_msg(utf8_read(slice_cstr(rows[i].text), &c) == rows[i].used, "row %zu", i);
        ck_assert_msg(rows[i].used == 0 || c == rows[i].c, "row %zu", i);
        ck_assert_msg(utf8_is_valid(slice_cstr(rows[i].text)) == (rows[i].used > 0 || rows[i].text[0] == '\0'),
                      "row %zu", i);
    }
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    struct buf out;
    buf_init(&out, 8);
    for (uint32_t c = 0; c <= 0x10ffff; c += c < 0x1000 ? 1 : 0x101) {
        uint32_t back = 0;
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        buf_reset(&out);
        utf8_add(&out, c);
        ck_assert_uint_eq(utf8_read(buf_slice(&out), &back), out.len);
        ck_assert_uint_eq(back, c);
    }
    buf_fini(&out);
}
END_TEST

SUITE(utf8, only_the_shortest_form_of_a_character_is_utf8, what_is_written_is_read_back)
