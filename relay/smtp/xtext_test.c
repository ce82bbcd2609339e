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

/* RFC 6533 §3 */
START_TEST(addresses_in_unicode_have_two_forms)
{
    static const struct {
        const char *text, *native, *ascii;
        bool valid;
    } rows[] = {
        {"bob@d.example", "bob@d.example", "bob@d.example", true},
        {"gr\xc3\xbc@d.example", "gr\xc3\xbc@d.example", "gr\\x{FC}@d.example", true},
        {"gr\\x{FC}\\x{4f8b}@d.example", "gr\xc3\xbc\xe4\xbe\x8b@d.example", "gr\\x{FC}\\x{4f8b}@d.example", true},
        {"\\x{D800}", "\\x{D800}", "\\x{D800}", true}, /* a surrogate is not a character */
        {"\\x{110000}", "\\x{110000}", "\\x{110000}", true},
        {"\\x{}\\x{1", "\\x{}\\x{1", "\\x{}\\x{1", true},
        {"", "", "", false},
        {"a b", "a b", "a b", false},
        {"a=b", "a=b", "a=b", false},
        {"\xfc", "\xfc", "\xfc", false},
    };
    struct buf out;
    buf_init(&out, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice text = slice_cstr(rows[i].text);
        ck_assert_msg(xtext_is_unicode(text) == rows[i].valid, "%s", rows[i].text);
        buf_reset(&out);
        xtext_decode_unicode(text, true, &out);
        ck_assert_str_eq(buf_cstr(&out), rows[i].native);
        buf_reset(&out);
        xtext_decode_unicode(text, false, &out);
        ck_assert_str_eq(buf_cstr(&out), rows[i].ascii);
    }
    buf_fini(&out);
}
END_TEST

SUITE(xtext, xtext_is_checked_and_decoded, addresses_in_unicode_have_two_forms)
