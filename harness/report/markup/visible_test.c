/* Untrusted text shows what it is, and controls nothing. */
#include "harness/report/markup/visible.h"

#include "lib/testing/suite.h"

START_TEST(what_could_mislead_is_an_escape)
{
    static const char *const cases[][2] = {
        {"plain <text> & more", "plain <text> & more"},
        {"caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x93\xa7", "caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x93\xa7"},
        {"\x01\x1b[31m\r\n\t\x7f", "\\x01\\x1B[31m\\x0D\\x0A\\x09\\x7F"},
        {"\xc2\x85", "\\x85"},
        {"\xff\xc3(\xe2\x86", "\\xFF\\xC3(\\xE2\\x86"},
        {"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80", "\\xC0\\xAF \\xED\\xA0\\x80 \\xF4\\x90\\x80\\x80"},
        {"\xe2\x80\xaemoc.\xe2\x80\xac", "\\u202Emoc.\\u202C"},
        {"\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", "\\u2066\\u2069\\u200E\\u200F\\u061C"},
        {"a\xe2\x80\x8b\x62\xef\xbb\xbf\xc2\xad", "a\\u200Bb\\uFEFF\\u00AD"},
        {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},
        {"\xf3\xa0\x81\x81\xef\xbf\xbf", "\\uE0041\\uFFFF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out, 1000);
        visible_add(&out, cases[i][0]);
        ck_assert_str_eq(buf_cstr(&out), cases[i][1]);
        buf_fini(&out);
    }
}
END_TEST

SUITE(visible, what_could_mislead_is_an_escape)
