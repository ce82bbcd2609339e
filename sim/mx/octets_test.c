#include "sim/mx/octets.h"

#include <stdio.h>

#include "lib/testing/suite.h"

/* What is written of these pieces, as JSON. */
static const char *seen(const char *const *pieces, size_t limit)
{
    static char text[256];
    struct octets octets = {0};
    struct json *out = json_new_object();
    struct buf buf;
    buf_init(&buf, sizeof text - 1);
    for (size_t i = 0; pieces[i] != NULL; i++)
        octets_feed(&octets, slice_cstr(pieces[i]));
    octets_write(&octets, limit, out);
    ck_assert(json_write(out, &buf));
    (void)snprintf(text, sizeof text, "%s", buf_cstr(&buf));
    buf_fini(&buf);
    json_free(out);
    return text;
}

#define SEEN(limit, ...) seen((const char *const[]){__VA_ARGS__, NULL}, limit)

START_TEST(a_valid_line_has_nothing_to_report)
{
    ck_assert_str_eq(SEEN(10, "12345678\r\n"), "{}");
    ck_assert_str_eq(SEEN(10, "12345678\r", "\n12345678\r\n"), "{}");
}
END_TEST

START_TEST(a_cr_or_lf_without_the_other_is_seen_across_pieces_too)
{
    ck_assert_str_eq(SEEN(10, "a\n"), "{\"bare\":\"LF\"}");
    ck_assert_str_eq(SEEN(10, "a\rb\r\n"), "{\"bare\":\"CR\"}");
    ck_assert_str_eq(SEEN(10, "a\r", "b\r\n"), "{\"bare\":\"CR\"}");
    ck_assert_str_eq(SEEN(10, "a\r\r\n"), "{\"bare\":\"CR\"}");
    ck_assert_str_eq(SEEN(10, "a\rb\n"), "{\"bare\":\"CR LF\"}");
}
END_TEST

START_TEST(the_longest_line_is_reported_when_it_is_too_long)
{
    ck_assert_str_eq(SEEN(10, "123456789\r\n1\r\n"), "{\"longest\":11}");
    ck_assert_str_eq(SEEN(10, "12345", "6789", "\r\n"), "{\"longest\":11}");
}
END_TEST

START_TEST(octets_above_127_are_reported)
{
    ck_assert_str_eq(SEEN(10, "caf\xC3\xA9\r\n"), "{\"eight_bit\":true}");
}
END_TEST

SUITE(octets, a_valid_line_has_nothing_to_report, a_cr_or_lf_without_the_other_is_seen_across_pieces_too,
      the_longest_line_is_reported_when_it_is_too_long, octets_above_127_are_reported)
