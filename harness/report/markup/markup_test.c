/* HTML: no text becomes markup, clauses become links, times become readable. */
#include "harness/report/markup/html.h"

#include <math.h>
#include <stdlib.h>

#include "lib/testing/suite.h"

static struct buf out;

static void expect(const char *of, const char *wanted)
{
    ck_assert_msg(slice_eq_cstr(buf_slice(&out), wanted), "%s: %s, wanted %s", of, buf_cstr(&out), wanted);
    buf_fini(&out);
}

START_TEST(no_text_becomes_markup)
{
    static const char *const cases[][2] = {
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"a&amp;b", "a&amp;amp;b"},
        {"two\nlines", "two&#10;lines"},
        {"\x1b[31m\r\xff", "\\x1B[31m\\x0D\\xFF"},
        {"J\xc3\xb6rg \xe2\x80\xae", "J\xc3\xb6rg \\u202E"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&out, 1000);
        html_text(&out, cases[i][0]);
        expect(cases[i][0], cases[i][1]);
        buf_init(&out, 1000);
        html_put(&out, "%s", cases[i][0]);
        expect(cases[i][0], cases[i][1]);
    }
    buf_init(&out, 1000);
    html_put(&out, "<b title=\"%s\">%d %zu %.1f 100%%</b>", "<%s>", -3, (size_t)7, 0.25);
    expect("html_put", "<b title=\"&lt;%s&gt;\">-3 7 0.2 100%</b>");
}
END_TEST

#define LINK(rfc, section, text) "<a href=\"https://www.rfc-editor.org/rfc/rfc" rfc section "\">" text "</a>"

START_TEST(a_clause_is_a_link_and_what_is_not_one_is_text)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"RFC5321", LINK("5321", "", "RFC5321")},
        {"RFC5321 §4.5.4.1", LINK("5321", "#section-4.5.4.1", "RFC5321 §4.5.4.1")},
        {"RFC5321 §B.2, RFC1047", LINK("5321", "#section-B.2", "RFC5321 §B.2") ", " LINK("1047", "", "RFC1047")},
        {"RFC5321,  RFC1047 ", LINK("5321", "", "RFC5321") ", " LINK("1047", "", "RFC1047")},
        {"RFC", "RFC"},
        {"RFCx", "RFCx"},
        {"RFC5321 §", "RFC5321 §"},
        {"RFC5321#4.5", "RFC5321#4.5"},
        {"RFC5321 §4\" onclick=\"x", "RFC5321 §4&quot; onclick=&quot;x"},
        {"RFC5321 §4 <b>", "RFC5321 §4 &lt;b&gt;"},
        {"javascript:x", "javascript:x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&out, 4000);
        html_clauses(&out, cases[i][0]);
        expect(cases[i][0], cases[i][1]);
    }
}
END_TEST

/* A stored report may hold any number. */
START_TEST(seconds_are_shown_as_clock_and_length_whatever_they_are)
{
    static const struct {
        double s;
        const char *clock, *length;
    } cases[] = {
        {0, "00:00:00", "0s"},
        {300, "00:05:00", "5m"},
        {0.5, "00:00:00.500", "500ms"},
        {86399.9996, "1d 00:00:00", "1d"},
        {430200.5, "4d 23:30:00.500", "4d23h30m500ms"},
    };
    static const double odd[] = {1e300, -1e300, 9.3e18, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&out, 100);
        html_clock(&out, cases[i].s);
        expect("clock", cases[i].clock);
        buf_init(&out, 100);
        html_length(&out, cases[i].s);
        expect("length", cases[i].length);
    }
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        buf_init(&out, 100);
        html_clock(&out, odd[i]);
        html_length(&out, odd[i]);
        ck_assert_uint_gt(out.len, 2);
        ck_assert(!out.overflow);
        buf_fini(&out);
    }
}
END_TEST

SUITE(markup, no_text_becomes_markup, a_clause_is_a_link_and_what_is_not_one_is_text,
      seconds_are_shown_as_clock_and_length_whatever_they_are)
