/* No text becomes markup, whatever it is; clauses are links, and nothing else is. */
#include <math.h>
#include <string.h>

#include "harness/report/testing.h"
#include "harness/report/markup/html.h"
#include "harness/report/html/page.h"
#include "harness/report/list.h"
#include "harness/report/reports.h"
#include "harness/report/html/time_scale.h"
#include "lib/testing/suite.h"

static struct buf out;

static const char *text_of(const char *text)
{
    buf_fini(&out);
    buf_init(&out, 65536);
    html_text(&out, text);
    return buf_cstr(&out);
}

START_TEST(text_is_never_markup)
{
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"<script>alert(\"1\" & '2')</script>", "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"},
        {"\x01\x1b[31m\r\t\x7f", "\\x01\\x1B[31m\\x0D\\x09\\x7F"},
        {"a\nb", "a&#10;b"},
        {"caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x93\xa7", "caf\xc3\xa9 \xe2\x86\x92 \xf0\x9f\x93\xa7"},
        {"\xff\xc3(\xe2\x86", "\\xFF\\xC3(\\xE2\\x86"},
        {"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80", "\\xC0\\xAF \\xED\\xA0\\x80 \\xF4\\x90\\x80\\x80"},
        {"\xc2\x85 \xe2\x80\xae x \xef\xbf\xbf", "\\x85 \\u202E x \\uFFFF"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(text_of(cases[i][0]), cases[i][1]);
    buf_fini(&out);
}
END_TEST

START_TEST(the_printf_escapes_what_it_is_given)
{
    buf_init(&out, 65536);
    html_put(&out, "<a title=\"%s\">%d %zu %.1f 100%%</a>", "\"><b>", -1, (size_t)7, 2.25);
    ck_assert_str_eq(buf_cstr(&out), "<a title=\"&quot;&gt;&lt;b&gt;\">-1 7 2.2 100%</a>");
    buf_fini(&out);
}
END_TEST

START_TEST(clauses_lead_to_their_text_and_nothing_else_is_a_link)
{
    static const char *const cases[][2] = {
        {"RFC5321 §4.5.4.1", "<a href=\"https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1\">RFC5321 §4.5.4.1</a>"},
        {"RFC1047", "<a href=\"https://www.rfc-editor.org/rfc/rfc1047\">RFC1047</a>"},
        {"always-on", "always-on"},
        {"RFC1 §1\"onclick=\"x", "RFC1 §1&quot;onclick=&quot;x"},
        {"RFC<b> §1", "RFC&lt;b&gt; §1"},
        {"RFC5321 §", "RFC5321 §"},
        {"RFC §1.2", "RFC §1.2"},
        {"RFC1, X", "<a href=\"https://www.rfc-editor.org/rfc/rfc1\">RFC1</a>, X"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&out, 65536);
        html_clauses(&out, cases[i][0]);
        ck_assert_str_eq(buf_cstr(&out), cases[i][1]);
        buf_fini(&out);
    }
}
END_TEST

START_TEST(times_read_as_people_write_them)
{
    static const struct {
        double s;
        const char *text;
    } cases[] = {{300, "00:05:00 5m"}, {0, "00:00:00 0s"}, {431400.5, "4d 23:50:00.500 4d23h50m500ms"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&out, 100);
        html_clock(&out, cases[i].s);
        (void)buf_add_char(&out, ' ');
        html_length(&out, cases[i].s);
        ck_assert_str_eq(buf_cstr(&out), cases[i].text);
        buf_fini(&out);
    }
}
END_TEST

START_TEST(a_time_of_a_stored_report_may_be_any_number)
{
    static const double odd[] = {1e300, -1e300, 9.3e18, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        buf_init(&out, 100);
        html_clock(&out, odd[i]);
        html_length(&out, odd[i]);
        ck_assert(out.len > 2 && !out.overflow);
        buf_fini(&out);
    }
}
END_TEST

START_TEST(minutes_and_days_fit_on_one_axis)
{
    struct time_scale scale;
    double s = 0, x = 0;
    unsigned ticks = 0;
    time_scale_init(&scale, 300, 432000, 100, 900);
    ck_assert(time_scale_x(&scale, 0) == 100 && time_scale_x(&scale, 432000) == 900);
    ck_assert(time_scale_x(&scale, 1e9) == 900 && time_scale_x(&scale, -5) == 100);
    ck_assert(time_scale_x(&scale, 300) - 100 > 80);
    for (; time_scale_tick(&scale, &s, 50); ticks++) {
        ck_assert(time_scale_x(&scale, s) - x >= 50);
        x = time_scale_x(&scale, s);
    }
    ck_assert_uint_ge(ticks, 6);
}
END_TEST

static size_t count_of(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

START_TEST(a_page_about_hostile_peers_has_no_markup_of_theirs)
{
    struct json *records = hostile_records("<script>x</script><img src=y onerror=z>\\\"'\\u0007]]>");
    buf_init(&out, 1024 * 1024);
    ck_assert(report_html(records, &out));
    const char *page = buf_cstr(&out);
    ck_assert_uint_eq(count_of(page, "<script"), 1);
    ck_assert_uint_eq(count_of(page, "<img"), 0);
    ck_assert_uint_eq(count_of(page, "\a"), 0);
    ck_assert_uint_gt(count_of(page, "&lt;script&gt;x&lt;/script&gt;&lt;img src=y onerror=z&gt;&quot;&#39;\\x07]]&gt;"),
                      90);
    buf_fini(&out);
    json_free(records);
}
END_TEST

START_TEST(a_page_loads_nothing)
{
    struct json *records = hostile_records("http://evil.example/");
    buf_init(&out, 1024 * 1024);
    ck_assert(report_html(records, &out));
    const char *page = buf_cstr(&out);
    ck_assert_uint_eq(count_of(page, "src="), 0);
    ck_assert_uint_eq(count_of(page, "url("), 0);
    ck_assert_uint_eq(count_of(page, "@import"), 0);
    ck_assert_uint_eq(count_of(page, "href=\"http"), 0);
    ck_assert_uint_eq(count_of(page, "default-src &#39;none&#39;") + count_of(page, "default-src 'none'"), 1);
    buf_fini(&out);
    json_free(records);
}
END_TEST

/* Elements that a browser with a script makes of a page when it reads it: what stands in <noscript> is text to it. */
static size_t elements_of(const char *page)
{
    size_t n = 0;
    bool lazy = false;
    for (const char *at = strstr(page, "<body>"); (at = strchr(at, '<')) != NULL; at++) {
        lazy = (lazy || strncmp(at, HTML_LAZY_BEGIN, strlen(HTML_LAZY_BEGIN)) == 0) &&
               strncmp(at, HTML_LAZY_END, strlen(HTML_LAZY_END)) != 0;
        n += !lazy && at[1] >= 'a' && at[1] <= 'z';
    }
    return n;
}

START_TEST(a_run_costs_few_elements_until_it_is_opened)
{
    struct json *two = hostile_records("x"), *many = json_new_array();
    struct buf small, large;
    for (size_t i = 0; i < 100; i++)
        json_push(many, json_dup(json_at(two, i % 2)));
    buf_init(&small, 1024 * 1024);
    buf_init(&large, 8 * 1024 * 1024);
    ck_assert(report_html(two, &small) && report_html(many, &large));
    size_t before = elements_of(buf_cstr(&small)), after = elements_of(buf_cstr(&large));
    ck_assert_uint_gt(before, 20);
    ck_assert_uint_le((after - before) / 98, 16); /* 8,000 in a page of 500 runs */
    ck_assert_ptr_nonnull(strstr(buf_cstr(&large), "<div class=\"transcript\">"));
    buf_fini(&small);
    buf_fini(&large);
    json_free(two);
    json_free(many);
}
END_TEST

SUITE(html, text_is_never_markup, the_printf_escapes_what_it_is_given,
      clauses_lead_to_their_text_and_nothing_else_is_a_link, times_read_as_people_write_them,
      a_time_of_a_stored_report_may_be_any_number, minutes_and_days_fit_on_one_axis,
      a_run_costs_few_elements_until_it_is_opened, a_page_about_hostile_peers_has_no_markup_of_theirs,
      a_page_loads_nothing)
