/* RFC 3461 §4 */
#include "lib/testing/suite.h"
#include "relay/smtp/xtext.h"

START_TEST(xtext_is_checked_and_decoded)
{
    static const struct {
        const char *text;
        bool valid, printable;
        const char *decoded;
    } rows[] = {
        {"bob@d.example", true, true, "bob@d.example"},
        {"a+2Bb+3Dc+20d", true, true, "a+b=c d"},
        {"a+0d+0A", true, false, "a\r\n"},
        {"+E4", true, false, "\xe4"},
        {"+7F", true, false, "\x7f"},
        {"", false, false, ""},
        {"a=b", false, false, "a=b"},
        {"a b", false, false, "a b"},
        {"a+", false, false, "a+"},
        {"a+2", false, false, "a+2"},
        {"a+G0", false, false, "a+G0"},
        {"\xe4", false, false, "\xe4"},
    };
    struct buf out;
    buf_init(&out, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice text = slice_cstr(rows[i].text);
        ck_assert_msg(xtext_is_valid(text) == rows[i].valid, "%s", rows[i].text);
        ck_assert_msg(xtext_is_printable(text) == rows[i].printable, "%s", rows[i].text);
        buf_reset(&out);
        xtext_decode(text, &out);
        ck_assert_str_eq(buf_cstr(&out), rows[i].decoded);
    }
    buf_fini(&out);
}
END_TEST

SUITE(xtext, xtext_is_checked_and_decoded)
