#include "sim/trace/content.h"

#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"

static struct json *told(const char *message)
{
    struct json *out = json_new_object();
    content_write(slice_cstr(message), out);
    return out;
}

static void expect_field(const char *message, size_t index, const char *text)
{
    struct json *out = told(message);
    ck_assert_str_eq(json_as_str(json_at(json_get(out, "header"), index), "(none)"), text);
    json_free(out);
}

static void expect_body(const char *message, int64_t octets, int64_t lines)
{
    struct json *out = told(message);
    ck_assert_int_eq(json_get_int(json_get(out, "body"), "octets", -1), octets);
    ck_assert_int_eq(json_get_int(json_get(out, "body"), "lines", -1), lines);
    json_free(out);
}

static bool same_body(const char *a, const char *b)
{
    struct json *x = told(a), *y = told(b);
    bool same =
        strcmp(json_get_str(json_get(x, "body"), "hash", "x"), json_get_str(json_get(y, "body"), "hash", "y")) == 0;
    json_free(x);
    json_free(y);
    return same;
}

START_TEST(fields_are_listed_unfolded_and_in_order)
{
    static const char message[] = "From: <a@b>\r\nSubject:  one\r\n\ttwo\r\n  three \r\nodd line\r\n\r\nbody\r\n";
    expect_field(message, 0, "From: <a@b>");
    expect_field(message, 1, "Subject: one two three");
    expect_field(message, 2, "odd line");
    expect_field(message, 3, "(none)");
    expect_field("A: 1\r\nB: 2", 1, "B: 2"); /* no body */
    expect_field("\r\nA: 1\r\n", 0, "(none)");
    expect_field("received: from x by y\r\n with SMTP\r\n\r\n", 0, "received: ...");
}
END_TEST

START_TEST(the_body_is_what_follows_the_first_empty_line)
{
    expect_body("A: 1\r\n\r\none\r\n\r\ntwo\r\n", 12, 3);
    expect_body("A: 1\r\n\r\n", 0, 0);
    expect_body("A: 1\r\n", 0, 0);
    expect_body("", 0, 0);
}
END_TEST

START_TEST(bodies_that_differ_in_one_octet_have_other_hashes)
{
    ck_assert(same_body("A: 1\r\n\r\none\r\n", "B: 2\r\n\r\none\r\n"));
    ck_assert(!same_body("A: 1\r\n\r\none\r\n", "A: 1\r\n\r\none\n"));
    ck_assert(!same_body("A: 1\r\n\r\none\r\n", "A: 1\r\n\r\none\r\n\r\n"));
}
END_TEST

START_TEST(long_fields_and_many_fields_are_cut_and_still_distinguished)
{
    char a[1024], b[1024];
    (void)snprintf(a, sizeof a, "Subject: %0600d1\r\n\r\n", 0);
    (void)snprintf(b, sizeof b, "Subject: %0600d2\r\n\r\n", 0);
    struct json *x = told(a), *y = told(b);
    const char *long_a = json_as_str(json_at(json_get(x, "header"), 0), "");
    ck_assert_uint_le(strlen(long_a), CONTENT_FIELD_MAX);
    ck_assert_ptr_nonnull(strstr(long_a, "[610 octets, "));
    ck_assert_str_ne(long_a, json_as_str(json_at(json_get(y, "header"), 0), ""));
    json_free(x);
    json_free(y);

    struct buf many;
    buf_init(&many, 65536);
    for (int i = 0; i < CONTENT_FIELDS_MAX + 7; i++)
        (void)buf_printf(&many, "X-%d: y\r\n folded\r\n", i);
    x = told(buf_cstr(&many));
    ck_assert_uint_eq(json_count(json_get(x, "header")), CONTENT_FIELDS_MAX + 1);
    ck_assert_ptr_nonnull(strstr(json_as_str(json_at(json_get(x, "header"), CONTENT_FIELDS_MAX), ""), "... [7 more, "));
    json_free(x);
    buf_fini(&many);
}
END_TEST

START_TEST(a_text_without_a_header_section_is_body_alone)
{
    expect_field("Dear Bob\r\nbuy milk: now\r\n\r\nAlice\r\n", 0, "(none)");
    expect_body("Dear Bob\r\nbuy milk: now\r\n\r\nAlice\r\n", 34, 4);
    expect_body("Hello there: x\r\n\r\nAlice\r\n", 25, 3);
    expect_body("\r\nAlice\r\n", 7, 1); /* an empty header section */
}
END_TEST

SUITE(content, a_text_without_a_header_section_is_body_alone, fields_are_listed_unfolded_and_in_order,
      the_body_is_what_follows_the_first_empty_line, bodies_that_differ_in_one_octet_have_other_hashes,
      long_fields_and_many_fields_are_cut_and_still_distinguished)
