/* The relaxed forms (RFC 6376 §3.4.2, §3.4.4), whatever the pieces in which a body comes. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/dkim/canon.h"

static void collect(void *arg, const void *octets, size_t len)
{
    ck_assert(buf_add(arg, octets, len));
}

/* In pieces of so many octets. */
static const char *relaxed(struct slice body, size_t piece)
{
    static struct buf out;
    static struct canon_body canon;
    buf_fini(&out);
    buf_init(&out, 1 << 20);
    canon_body_init(&canon, collect, &out);
    while (body.len > 0) {
        size_t len = body.len < piece ? body.len : piece;
        canon_body_add(&canon, slice_head(body, len));
        body = slice_from(body, len);
    }
    canon_body_end(&canon);
    return buf_cstr(&out);
}

START_TEST(a_body_is_relaxed_in_pieces_of_any_size)
{
    static const struct {
        const char *body, *wanted;
    } rows[] = {
        {" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"}, /* §3.4.5 */
        {"", ""},
        {"\r\n", ""},
        {"\r\n\r\n \t\r\n", ""},
        {"a", "a\r\n"},
        {"a ", "a\r\n"},
        {"a\r\n \r\n", "a\r\n"},
        {"\r\n\r\na\r\n", "\r\n\r\na\r\n"},
        {"a\r\n\t\r\nb\r\n", "a\r\n\r\nb\r\n"},
        {"a  b\t\tc \t d\r\n", "a b c d\r\n"},
        {"\ta\r\n", " a\r\n"},
        {"a\rb\r\n", "a\rb\r\n"},
        {"a \nb\r\n", "a \nb\r\n"},
        {"a\r\r\nb", "a\r\r\nb\r\n"},
        {"a\r", "a\r\r\n"},
        {"\r \r\n", "\r\r\n"},
        {"a\xc3\xa4 \xe2\x82\xac\r\n", "a\xc3\xa4 \xe2\x82\xac\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t piece = 1; piece < 5; piece++)
            ck_assert_str_eq(relaxed(slice_cstr(rows[i].body), piece), rows[i].wanted);
}
END_TEST

START_TEST(a_body_longer_than_the_stage_is_relaxed_alike)
{
    static char body[3 * CANON_STAGE], wanted[3 * CANON_STAGE + 2];
    for (size_t cut = CANON_STAGE - 3; cut < CANON_STAGE + 3; cut++) {
        memset(body, 'x', sizeof body);
        memcpy(body + cut, " \r\n", 3);
        memset(wanted, 'x', sizeof wanted);
        memcpy(wanted + cut, "\r\n", 2);
        memcpy(wanted + sizeof body - 1, "\r\n", 3); /* a blank less, and a line end */
        ck_assert(strcmp(relaxed(slice_make(body, sizeof body), sizeof body), wanted) == 0);
        ck_assert(strcmp(relaxed(slice_make(body, sizeof body), 1000), wanted) == 0);
    }
}
END_TEST

START_TEST(a_field_is_relaxed)
{
    static const struct {
        const char *field, *wanted;
    } rows[] = {{"A: X\r\n", "a:X"}, /* §3.4.5 */
                {"B : Y\t\r\n\tZ  \r\n", "b:Y Z"},
                {"SUBJect:AbC", "subject:AbC"},
                {"X:\r\n", "x:"},
                {"X:  \r\n \r\n", "x:"},
                {"X: a\r\n b\r\n\tc\r\n", "x:a b c"},
                {"X: a:b :c\r\n", "x:a:b :c"},
                {"X: \xc3\xa4  \xc3\xa4\r\n", "x:\xc3\xa4 \xc3\xa4"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 100);
        ck_assert(canon_field(slice_cstr(rows[i].field), &out));
        ck_assert_str_eq(buf_cstr(&out), rows[i].wanted);
        buf_fini(&out);
    }
}
END_TEST

SUITE(canon, a_body_is_relaxed_in_pieces_of_any_size, a_body_longer_than_the_stage_is_relaxed_alike, a_field_is_relaxed)
