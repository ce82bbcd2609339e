/* The list of fields: where the section ends, what a field is, and that reading and writing change nothing. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/message/header.h"

START_TEST(the_section_ends_at_the_first_line_that_is_not_a_field)
{
    static const struct {
        const char *message, *body;
        size_t fields;
    } rows[] = {{"A: b\r\n c\r\nD:\r\n\r\nbody\r\n", "\r\nbody\r\n", 2},
                {"A: b\r\ntext\r\n", "text\r\n", 1},
                {"A : b\r\n\tc\r\n", "", 1},
                {" A: b\r\n", " A: b\r\n", 0},
                {"\r\nA: b\r\n", "\r\nA: b\r\n", 0},
                {"A: b\nC: d\n\ne", "\ne", 2},
                {"A: b", "", 1},
                {"A\xc3\xa4: b\r\n", "A\xc3\xa4: b\r\n", 0},
                {"", "", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice message = slice_cstr(rows[i].message), body;
        struct header header;
        ck_assert(header_parse(message, &header, &body));
        ck_assert_uint_eq(header.count, rows[i].fields);
        ck_assert_msg(slice_eq_cstr(body, rows[i].body), "%s", rows[i].message);
        ck_assert_uint_eq(header_section(message).len, message.len - body.len);
        header_fini(&header);
    }
}
END_TEST

START_TEST(a_field_has_a_name)
{
    static const struct {
        const char *text, *name;
    } rows[] = {{"Subject: a b\r\n", "Subject"}, {"subject \t:a\r\n b: c\r\n", "subject"}, {"X-1:\r\n", "X-1"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct header header;
        struct slice body;
        ck_assert(header_parse(slice_cstr(rows[i].text), &header, &body));
        ck_assert_uint_eq(header.count, 1);
        ck_assert(slice_eq_cstr(field_name(&header.fields[0]), rows[i].name));
        ck_assert(field_is(&header.fields[0], rows[i].name));
        ck_assert(!field_is(&header.fields[0], "Sub"));
        header_fini(&header);
    }
}
END_TEST

static bool is_b(const struct field *field)
{
    return field_is(field, "b");
}

static const char *written(const struct header *header)
{
    static struct buf out;
    buf_fini(&out);
    buf_init(&out, header_size(header));
    ck_assert(header_write(header, &out));
    return buf_cstr(&out);
}

START_TEST(fields_are_found_inserted_and_dropped)
{
    struct header header;
    struct slice body;
    ck_assert(header_parse(SLICE_LIT("A: 1\r\nB: 2\r\na: 3\r\nB: 4\r\n\r\n"), &header, &body));
    ck_assert_str_eq(written(&header), "A: 1\r\nB: 2\r\na: 3\r\nB: 4\r\n");
    ck_assert_uint_eq(header_find(&header, "A", 0), 0);
    ck_assert_uint_eq(header_find(&header, "A", 1), 2);
    ck_assert_uint_eq(header_find(&header, "A", 3), 4);
    ck_assert_uint_eq(header_count(&header, "b"), 2);
    header_drop(&header, is_b);
    header_insert(&header, 1, SLICE_LIT("C: 5\r\n"));
    header_add(&header, SLICE_LIT("D: 6\r\n"));
    ck_assert_str_eq(written(&header), "A: 1\r\nC: 5\r\na: 3\r\nD: 6\r\n");
    header_fini(&header);
}
END_TEST

START_TEST(a_mailbox_line_is_kept_apart)
{
    struct header header;
    struct slice body;
    ck_assert(header_parse(SLICE_LIT("From a Tue Jan  1\r\nA: b\r\n\r\nc\r\n"), &header, &body));
    ck_assert(slice_eq_cstr(header.mailbox_line, "From a Tue Jan  1\r\n"));
    ck_assert_str_eq(written(&header), "A: b\r\n");
    header_fini(&header);
    ck_assert(header_parse(SLICE_LIT("From : a\r\nA: b\r\n"), &header, &body));
    ck_assert_uint_eq(header.mailbox_line.len, 0);
    ck_assert_uint_eq(header.count, 2);
    header_fini(&header);
    ck_assert(header_parse(SLICE_LIT("From a Tue Jan  1\r\ntext\r\n"), &header, &body));
    ck_assert_uint_eq(header.mailbox_line.len, 0);
    ck_assert(slice_eq_cstr(body, "From a Tue Jan  1\r\ntext\r\n"));
    header_fini(&header);
}
END_TEST

/* `count` fields of `size` octets each, then a body. */
static bool can_parse(size_t count, size_t size)
{
    struct header header = {.count = 77};
    struct slice body = SLICE_LIT("untouched");
    struct buf message;
    char *line = mem_alloc(size);
    memset(line, 'x', size);
    memcpy(line, "A:", 2);
    memcpy(line + size - 2, "\r\n", 2);
    buf_init(&message, count * size + 10);
    for (size_t i = 0; i < count; i++)
        (void)buf_add(&message, line, size);
    (void)buf_add_cstr(&message, "\r\nbody\r\n");
    bool parsed = header_parse(buf_slice(&message), &header, &body);
    if (parsed) {
        ck_assert_uint_eq(header.count, count);
        header_fini(&header);
    } else {
        ck_assert_uint_eq(header.count, 77);
        ck_assert(slice_eq_cstr(body, "untouched"));
    }
    buf_fini(&message);
    free(line);
    return parsed;
}

START_TEST(a_section_beyond_the_limits_is_refused_whole)
{
    ck_assert(can_parse(HEADER_FIELDS_MAX, 10));
    ck_assert(!can_parse(HEADER_FIELDS_MAX + 1, 10));
    ck_assert(can_parse(1, HEADER_BYTES_MAX));
    ck_assert(!can_parse(1, HEADER_BYTES_MAX + 1));
    ck_assert(!can_parse(1025, 1024));
}
END_TEST

SUITE(header, the_section_ends_at_the_first_line_that_is_not_a_field, a_field_has_a_name,
      fields_are_found_inserted_and_dropped, a_mailbox_line_is_kept_apart, a_section_beyond_the_limits_is_refused_whole)
