#include <stdlib.h>

#include "lib/testing/suite.h"
#include "lib/text/idna.h"

START_TEST(domains_are_converted_between_their_two_forms)
{
    static const struct {
        const char *unicode, *ascii; /* NULL = invalid */
    } rows[] = {
        {"dest.example", "dest.example"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"stra\xc3\x9f"
         "e.example",
         "xn--strae-oqa.example"}, /* and not strasse: IDNA2008 */
        {"\xe4\xbe\x8b\xe5\xad\x90.\xe6\xb5\x8b\xe8\xaf\x95", "xn--fsqu00a.xn--0zwm56d"},
        {"a\xcc\x88.example", NULL}, /* not NFC: converted, see below */
        {"\xe2\x80\x8b.example", NULL},
        {"-\xc3\xbc.example", NULL},
        {"\xf0\x9f\x93\xa7.example", NULL}, /* IDNA2008 has no emoji */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *ascii = idna_to_ascii(slice_cstr(rows[i].unicode));
        if (i == 4) {
            ck_assert_str_eq(ascii, "xn--4ca.example");
        } else if (rows[i].ascii == NULL) {
            ck_assert_msg(ascii == NULL, "%s: %s", rows[i].unicode, ascii);
        } else {
            ck_assert_str_eq(ascii, rows[i].ascii);
            char *unicode = idna_to_unicode(slice_cstr(ascii));
            ck_assert_str_eq(unicode, rows[i].unicode);
            free(unicode);
        }
        free(ascii);
    }
}
END_TEST

START_TEST(what_has_no_unicode_form_stays)
{
    char *same = idna_to_unicode(SLICE_LIT("xn--\xff.example"));
    ck_assert_str_eq(same, "xn--\xff.example");
    free(same);
}
END_TEST

SUITE(idna, domains_are_converted_between_their_two_forms, what_has_no_unicode_form_stays)
