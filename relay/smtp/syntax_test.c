/* Addresses, base64, replies: the small parsers of the SMTP grammar. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/testing/suite.h"
#include "relay/smtp/address.h"
#include "relay/smtp/reply.h"

START_TEST(paths_are_read_as_the_grammar_says)
{
    static const struct {
        const char *text;
        bool null_allowed, good;
        const char *whole;
    } cases[] = {{"<a@b.example>", false, true, "a@b.example"},
                 {"<>", true, true, ""},
                 {"<>", false, false, NULL},
                 {"<@x.example,@y.example:a@b.example>", false, true, "a@b.example"},
                 {"<\"a b\"@b.example>", false, true, "\"a b\"@b.example"},
                 {"<a@[192.0.2.1]>", false, true, "a@[192.0.2.1]"},
                 {"<postmaster>", false, false, NULL},
                 {"<a@b@c>", false, false, NULL},
                 {"<\"a@home\"@b.example>", false, true, "\"a@home\"@b.example"},
                 {"<\"a>\"@b.example>", false, true, "\"a>\"@b.example"},
                 {"<a@[IPv6:2001:db8::1]>", false, true, "a@[IPv6:2001:db8::1]"},
                 {"<@[IPv6:2001:db8::2],@y.example:a@b.example>", false, true, "a@b.example"},
                 {"< a@b.example >", false, true, "a@b.example"},
                 {"a@b.example", false, true, "a@b.example"},
                 {"a@b.example SIZE=1", false, true, "a@b.example"},
                 {"\"a b\"@b.example\tSIZE=1", false, true, "\"a b\"@b.example"},
                 {"<a@b.example>SIZE=1", false, true, "a@b.example"},
                 {"<a@b.example.>", false, true, "a@b.example"},
                 {"<a..b@b.example>", false, true, "\"a..b\"@b.example"},
                 {"<.a.@b.example>", false, true, "\".a.\"@b.example"},
                 {"<a@under_score.example>", false, true, "a@under_score.example"},
                 {"<a@host>", false, true, "a@host"},
                 {"<a@b.example..>", false, false, NULL},
                 {"<a@.>", false, false, NULL},
                 {"<a@>", false, false, NULL},
                 {"<@b.example>", false, false, NULL},
                 {"<@x.example:>", true, false, NULL},
                 {"< >", true, true, ""},
                 {"", true, false, NULL},
                 {"Al <a@b.example>", false, false, NULL},
                 {"a@b.example>", false, false, NULL},
                 {"<a@b.example>>", false, true, "a@b.example"}, /* what follows is a parameter, which is refused */
                 {"<gr\xc3\xbc@b.example>", false, true, "gr\xc3\xbc@b.example"}, /* RFC 6531 §3.3 */
                 {"<a@gr\xc3\xbc.example>", false, true, "a@xn--gr-yka.example"},
                 {"<\"gr\xc3\xbc a\"@GR\xc3\x9c.example>", false, true, "\"gr\xc3\xbc a\"@xn--gr-yka.example"},
                 {"<gr\xc3\xbc..a@b.example>", false, true, "\"gr\xc3\xbc..a\"@b.example"},
                 {"<gr\xfc@b.example>", false, false, NULL},           /* Latin-1 */
                 {"<a\xc2\x85@b.example>", false, false, NULL},        /* a control character */
                 {"<a@\xf0\x9f\x93\xa7.example>", false, false, NULL}, /* not in IDNA */
                 {"<a@\xe2\x80\x8b.example>", false, false, NULL},
                 {"<a@-b.example>", false, false, NULL},
                 {"<a@b..example>", false, false, NULL},
                 {"<a b@c.example>", false, false, NULL},
                 {"<a@b.example", false, false, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice rest = slice_cstr(cases[i].text);
        struct address out = {0};
        bool good = address_parse_path(&rest, cases[i].null_allowed, &out);
        ck_assert_msg(good == cases[i].good, "%s", cases[i].text);
        if (!good)
            continue;
        char *canonical = address_canonical(&out);
        ck_assert_msg(strcmp(canonical, cases[i].whole) == 0, "%s: %s", cases[i].text, canonical);
        free(canonical);
    }
}
END_TEST

/* "<", a local part of so many octets, "@b.example>" */
static bool takes_local_part(size_t octets, char first)
{
    char text[600];
    struct address out;
    memset(text, 'a', sizeof text);
    text[0] = '<';
    text[1] = first;
    memcpy(text + 1 + octets, "@b.example>", 11);
    struct slice rest = slice_make(text, octets + 12);
    return address_parse_path(&rest, false, &out) && out.local.len == octets && rest.len == 0;
}

START_TEST(an_address_is_as_long_as_a_path_may_be)
{
    size_t longest = ADDRESS_PATH_MAX - 12;
    ck_assert(takes_local_part(64, 'a'));
    ck_assert(takes_local_part(65, 'a')); /* as variable envelope return paths have it */
    ck_assert(takes_local_part(longest, 'a'));
    ck_assert(!takes_local_part(longest + 1, 'a'));
    ck_assert(!takes_local_part(longest, '.')); /* with its two quotes it is longer */
    ck_assert(takes_local_part(longest - 2, '.'));
}
END_TEST

START_TEST(one_mailbox_is_recognised_in_every_spelling)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {{"bob@d.example", "bob@D.Example", true},
                 {"bob@d.example", "Bob@d.example", false},
                 {"bob@d.example", "\"bob\"@d.example", true},
                 {"\"b\\ob\"@d.example", "bob@d.example", true},
                 {"\"a b\"@d.example", "\"a b\"@d.EXAMPLE", true},
                 {"\"a@d.example\"@e.example", "a@d.example", false},
                 {"gr\xc3\xbc@d.example", "gr\xc3\xbc@D.example", true},
                 {"gr\xc3\xbc@d.example", "GR\xc3\x9c@d.example", false},
                 {"bob@d.example", "bob@d.example.net", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(address_same(slice_cstr(cases[i].a), slice_cstr(cases[i].b)) == cases[i].same, "%s %s",
                      cases[i].a, cases[i].b);
}
END_TEST

START_TEST(addresses_are_shown_with_u_labels)
{
    static const struct {
        const char *canonical, *unicode;
    } rows[] = {{"a@d.example", "a@d.example"},
                {"gr\xc3\xbc@xn--gr-yka.example", "gr\xc3\xbc@gr\xc3\xbc.example"},
                {"\"a@b\"@xn--gr-yka.example", "\"a@b\"@gr\xc3\xbc.example"},
                {"a@[192.0.2.1]", "a@[192.0.2.1]"},
                {"", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *unicode = address_unicode(rows[i].canonical);
        ck_assert_str_eq(unicode, rows[i].unicode);
        free(unicode);
    }
}
END_TEST

START_TEST(base64_is_strict)
{
    char out[16];
    size_t len;
    ck_assert(base64_decode(SLICE_LIT("AGFsaWNlAA=="), out, sizeof out, &len) && len == 7);
    ck_assert_mem_eq(out, "\0alice\0", 7);
    ck_assert(base64_decode(SLICE_LIT(""), out, sizeof out, &len) && len == 0);
    static const char *const bad[] = {"A", "AAA", "AA=A", "====", "AA A", "QUFBQUFBQUFBQUFBQUFBQUFB"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!base64_decode(slice_cstr(bad[i]), out, sizeof out, &len), "%s", bad[i]);
}
END_TEST

static enum reply_state feed(struct reply *reply, const char *text)
{
    struct buf in;
    buf_init(&in, 1024 * 1024);
    ck_assert(buf_add_cstr(&in, text));
    enum reply_state state = reply_feed(reply, &in);
    buf_fini(&in);
    return state;
}

START_TEST(replies_of_several_lines_are_one)
{
    struct reply reply;
    char text[64], status[REPLY_STATUS_MAX];
    reply_init(&reply);
    ck_assert_int_eq(feed(&reply, "550-5.1.1 No\r\n"), REPLY_MORE);
    ck_assert_int_eq(feed(&reply, "550 5.1.1 such\x01user\r\n"), REPLY_COMPLETE);
    reply_describe(&reply, text, sizeof text);
    ck_assert_str_eq(text, "550 5.1.1 No 5.1.1 such?user");
    ck_assert(reply_status(&reply, status));
    ck_assert_str_eq(status, "5.1.1");
    reply_reset(&reply);
    ck_assert_int_eq(feed(&reply, "250\r\n"), REPLY_COMPLETE);
    ck_assert(!reply_status(&reply, status));
    reply_fini(&reply);
}
END_TEST

START_TEST(status_codes_must_match_the_class)
{
    char out[REPLY_STATUS_MAX];
    ck_assert(reply_parse_status(SLICE_LIT("4.7.1 later"), '4', out));
    ck_assert(reply_parse_status(SLICE_LIT("5.123.456"), '5', out));
    ck_assert(reply_parse_status(SLICE_LIT("4.7.1: later"), '4', out));
    ck_assert(reply_parse_status(SLICE_LIT("4.7.1<b@d.example> later"), '4', out));
    ck_assert(reply_parse_status(SLICE_LIT("4.7.1."), '4', out));
    ck_assert_str_eq(out, "4.7.1");
    static const char *const bad[] = {"5.7.1 no", "4.7", "4.7.", "4.7.1x", "4.1234.1", "", "4..1", "4.7.1.2 no"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!reply_parse_status(slice_cstr(bad[i]), '4', out), "%s", bad[i]);
}
END_TEST

START_TEST(a_host_cannot_grow_a_reply_without_end)
{
    struct reply reply;
    static char line[REPLY_LINE_MAX + 10];
    memset(line, '2', sizeof line - 1);
    reply_init(&reply);
    ck_assert_int_eq(feed(&reply, line), REPLY_MALFORMED);
    reply_reset(&reply);
    enum reply_state state = REPLY_MORE;
    for (int i = 0; i <= REPLY_LINES_MAX && state == REPLY_MORE; i++)
        state = feed(&reply, "250-again\r\n");
    ck_assert_int_eq(state, REPLY_MALFORMED);
    reply_fini(&reply);
}
END_TEST

/* Wherever a host puts it, if it cannot be anything else. */
START_TEST(status_codes_are_found_in_unusual_places)
{
    static const struct {
        const char *reply, *status; /* NULL = none */
    } cases[] = {
        {"550-No mailbox here\r\n550 5.1.1 Unknown\r\n", "5.1.1"},
        {"550-5.7.1 Policy\r\n550 5.1.1 Unknown\r\n", "5.7.1"},
        {"550-see (#5.7.1)\r\n550 5.1.1 Unknown\r\n", "5.1.1"},
        {"550 #5.1.1 Address rejected\r\n", "5.1.1"},
        {"550 sorry, no mailbox by that name. (#5.1.1)\r\n", "5.1.1"},
        {"550 no such user (5.1.1)\r\n", "5.1.1"},
        {"550 no such user [5.1.1]\r\n", "5.1.1"},
        {"451 come back, #4.7.1.\r\n", "4.7.1"},
        {"550 no such user (4.1.1)\r\n", NULL},
        {"550 no such user #4.1.1\r\n", NULL},
        {"550 5.1.1.2 Unknown\r\n", NULL},
        {"550 blocked: your address [5.1.1.2]\r\n", NULL},
        {"550 mailer (5.9.1) is old\r\n", NULL},
        {"550 mailer (5.1.1-rc2) is old\r\n", NULL},
        {"550 see http://h.example/page#5.1.1\r\n", NULL},
        {"550 version 5.1.1 of the policy\r\n", NULL},
        {"550 (\r\n", NULL},
        {"550 (#\r\n", NULL},
        {"550\r\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reply reply;
        struct buf in;
        char status[REPLY_STATUS_MAX] = "";
        reply_init(&reply);
        buf_init(&in, 1024);
        (void)buf_add_cstr(&in, cases[i].reply);
        ck_assert_int_eq(reply_feed(&reply, &in), REPLY_COMPLETE);
        ck_assert_msg(reply_status(&reply, status) == (cases[i].status != NULL), "%s", cases[i].reply);
        ck_assert_str_eq(status, cases[i].status != NULL ? cases[i].status : "");
        buf_fini(&in);
        reply_fini(&reply);
    }
}
END_TEST

SUITE(syntax, paths_are_read_as_the_grammar_says, an_address_is_as_long_as_a_path_may_be,
      one_mailbox_is_recognised_in_every_spelling, base64_is_strict, addresses_are_shown_with_u_labels,
      replies_of_several_lines_are_one, status_codes_must_match_the_class, status_codes_are_found_in_unusual_places,
      a_host_cannot_grow_a_reply_without_end)
