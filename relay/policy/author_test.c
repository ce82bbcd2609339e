/* From fields, and the addresses in them. */
#include <string.h>

#include "lib/base/buf.h"
#include "lib/testing/suite.h"
#include "relay/policy/author.h"

static bool add(void *arg, struct slice address)
{
    (void)(buf_add_char(arg, '[') && buf_add_slice(arg, address) && buf_add_char(arg, ']'));
    return true;
}

START_TEST(the_addresses_of_the_from_field_are_read)
{
    static const char *const cases[][2] = {
        {"From: a@b.example\r\n", "[a@b.example]"},
        {"Subject: x\r\nfrom : <a@b.example>\r\nTo: c@d.example\r\n", "[a@b.example]"},
        {"From: Alice <a@b.example>\r\n", "[a@b.example]"},
        {"From: \"x@y.example\" <a@b.example>\r\n", "[a@b.example]"},
        {"From: x@y.example <a@b.example>\r\n", "[a@b.example]"},
        {"From: \"Last, First\" <a@b.example>, c@d.example\r\n", "[a@b.example][c@d.example]"},
        {"From: Alice\r\n\t<a@b.example>\r\n", "[a@b.example]"},
        {"From: a@b.example (the (real) one, x@y.example)\r\n", "[a@b.example]"},
        {"From: a@b.example (not \\) the end)\r\n", "[a@b.example]"},
        {"From: (x@y.example) a@b.example\r\n", "[a@b.example]"},
        {"From: \"a b\"@c.example\r\n", "[\"a b\"@c.example]"},
        {"From: <\"a>b\"@c.example>\r\n", "[\"a>b\"@c.example]"},
        {"From: Team: a@b.example, C <c@d.example>;\r\n", "[a@b.example][c@d.example]"},
        {"From: , a@b.example,\r\n", "[a@b.example]"},
        {"From: a@b.example", "[a@b.example]"},
    };
    struct buf said;
    buf_init(&said, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_reset(&said);
        ck_assert_msg(author_each(slice_cstr(cases[i][0]), add, &said), "%s", cases[i][0]);
        ck_assert_str_eq(buf_cstr(&said), cases[i][1]);
    }
    buf_fini(&said);
}
END_TEST

START_TEST(what_is_ambiguous_has_no_authors)
{
    static const char *const cases[] = {
        "",
        "Subject: From: a@b.example\r\n",
        "X-From: a@b.example\r\n",
        "From:\r\n",
        "From: nobody\r\n",
        "From: Group:;\r\n",
        "From: a@b.example\r\nFrom: c@d.example\r\n", /* readers differ in which one they show */
        "From: a@b.example c@d.example\r\n",
        "From: <a@b.example> c@d.example\r\n",
        "From: <a@b.example> <c@d.example>\r\n",
        "From: <a@b.example\r\n",
        "From: \"a@b.example\r\n",
        "From: a@b.example (\r\n",
        "From: <@hop.example:a@b.example>\r\n",
        "From: <a@b.example>: c@d.example;\r\n",
        "From: <>\r\n",
        "From: a@b.example, nobody\r\n",
    };
    struct buf said;
    buf_init(&said, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(!author_each(slice_cstr(cases[i]), add, &said), "%s", cases[i]);
    buf_fini(&said);
    char field[AUTHOR_MAX + 64] = "From: <a@";
    memset(field + 9, 'b', AUTHOR_MAX);
    memcpy(field + 9 + AUTHOR_MAX, ">\r\n", 4);
    buf_init(&said, 4096);
    ck_assert(!author_each(slice_cstr(field), add, &said));
    buf_fini(&said);
}
END_TEST

static bool stop(void *arg, struct slice address)
{
    (void)address;
    return ++*(int *)arg < 2;
}

START_TEST(one_that_is_refused_is_enough)
{
    int calls = 0;
    ck_assert(!author_each(slice_cstr("From: a@b.example, c@d.example, e@f.example\r\n"), stop, &calls));
    ck_assert_int_eq(calls, 2);
}
END_TEST

SUITE(author, the_addresses_of_the_from_field_are_read, what_is_ambiguous_has_no_authors, one_that_is_refused_is_enough)
