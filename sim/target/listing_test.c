#include "lib/testing/suite.h"
#include "sim/target/listing.h"

static const struct {
    const char *about, *text, *message, *recipient, *entries;
} rows[] = {
    {"postqueue -j of Postfix",
     "{\"queue_name\": \"deferred\", \"sender\": \"a@s.example\", \"recipients\": [{\"address\": \"b@d.example\", "
     "\"delay_reason\": \"later\"}, {\"address\": \"c@d.example\"}]}\n"
     "{\"queue_name\": \"active\", \"sender\": \"MAILER-DAEMON\", \"recipients\": [{\"address\": \"a@s.example\"}]}\n",
     "\"sender\": \"([^\"]*)\"", "\"address\": \"([^\"]*)\"",
     "a@s.example>b@d.example a@s.example>c@d.example >a@s.example "},
    {"smtpctl show queue of OpenSMTPD",
     "7e1|inet4|mta||a@s.example|b@d.example|b@d.example|1893456000|1893801600|0|1|pending|400|later\n"
     "7e2|inet4|mta||<>|a@s.example|a@s.example|1893456000|1893801600|0|1|pending|400|later\n",
     "^([^|]*\\|){4}([^|]*)", "^([^|]*\\|){5}([^|]*)", "a@s.example>b@d.example >a@s.example "},
    {"exim -bp",
     " 2h  1.2K 1hXyZ1-0000-AB <a@s.example>\n          b@d.example\n        D c@d.example\n\n"
     " 3m   800 1hXyZ2-0000-AB <>\n          a@s.example\n",
     "<([^>]*)>$", "^          ([^ ]+)$", "a@s.example>b@d.example >a@s.example "},
    {"nothing waits", "Mail queue is empty\n", "\"sender\": \"([^\"]*)\"", "\"address\": \"([^\"]*)\"", ""},
    {"recipients before the first message", "r x@y\ns <a@b>\nr c@d\n", "^s <([^>]*)>", "^r (.*)$", "a@b>c@d "},
    {"a message without recipients", "s <a@b>\ns <e@f>\nr c@d\n", "^s <([^>]*)>", "^r (.*)$", "e@f>c@d "},
    {"several in a line", "s <a@b> r <c@d> r <e@f>\n", "^s <([^>]*)>", "r <([^>]*)>", "a@b>c@d a@b>e@f "},
    {"the last group counts", "s (x) <a@b>\nr 1 c@d\n", "^s (\\(.*\\)) <([^>]*)>", "^r ([0-9]) (.*)$", "a@b>c@d "},
    {"a pattern without a group", "a@b\nc@d\n", "^a@b$", "^c@d$", "a@b>c@d "},
    {"an anchor fits the line once", "s a\nrr\n", "^s (.)$", "^(r)", "a>r "},
    {"carriage returns are of the line", "s <a@b>\r\nr c@d\r\n", "<([^>]*)>", "^r ([^\r]*)", "a@b>c@d "},
    {"octets of any kind", "s <\xff@b>\nr J\xc3\xb6rg@d\n", "<([^>]*)>", "^r (.*)$", NULL},
    {"no end of the line", "s <a@b>\nr c@d", "<([^>]*)>", "^r (.*)$", "a@b>c@d "},
};

static void as_words(const struct json *entries, struct buf *out)
{
    buf_init(out, 4096);
    for (size_t i = 0; i < json_count(entries); i++)
        (void)buf_printf(out, "%s>%s ", json_get_str(json_at(entries, i), "from", "?"),
                         json_get_str(json_at(entries, i), "rcpt", "?"));
}

START_TEST(lines_are_read_by_two_expressions)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *entries = NULL;
        struct err err = {0};
        struct buf words;
        ck_assert_msg(
            listing_read_lines(slice_cstr(rows[i].text), rows[i].message, rows[i].recipient, &entries, &err) == ERR_OK,
            "%s: %s", rows[i].about, err.text);
        as_words(entries, &words);
        ck_assert_msg(rows[i].entries == NULL || strcmp(buf_cstr(&words), rows[i].entries) == 0, "%s: %s",
                      rows[i].about, buf_cstr(&words));
        buf_fini(&words);
        json_free(entries);
    }
}
END_TEST

START_TEST(an_invalid_listing_does_not_pass_for_an_empty_queue)
{
    static const char *const bad[] = {"",
                                      "[]",
                                      "{}",
                                      "{\"messages\":[{\"from\":\"a\"}]}",
                                      "queue is empty",
                                      "{\"messages\":[{\"from\":\"a\",\"recipients\":[{}]}]}"};
    struct json *entries = NULL;
    struct err err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(listing_read_json(slice_cstr(bad[i]), &entries, &err) != ERR_OK, "%s", bad[i]);
    ck_assert_int_eq(listing_read_lines(slice_cstr("x"), "(", "x", &entries, &err), ERR_INVALID);
    ck_assert_int_eq(listing_read_lines(slice_cstr("x"), "x", "[", &entries, &err), ERR_INVALID);
    ck_assert_int_eq(listing_read_json(slice_cstr("{\"messages\":[]}"), &entries, &err), ERR_OK);
    ck_assert_uint_eq(json_count(entries), 0);
    json_free(entries);
}
END_TEST

START_TEST(a_listing_in_json_has_a_recipient_a_line)
{
    static const char *const cases[][2] = {
        {"{\"messages\":[{\"from\":\"a@b\",\"recipients\":[{\"rcpt\":\"c@d\"},{\"rcpt\":\"e@f\"}]}]}",
         "a@b>c@d a@b>e@f "},
        {"{\"messages\":[{\"from\":\"\",\"recipients\":[]},{\"from\":\"\",\"recipients\":[{\"rcpt\":\"c@d\"}]}]}",
         ">c@d "},
        {" {\"later\":1,\"messages\":[{\"id\":\"q\",\"from\":\"a\",\"recipients\":[{\"rcpt\":\"b\",\"state\":\"held\"}]"
         "}]}\n",
         "a>b "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *entries = NULL;
        struct err err = {0};
        struct buf words;
        ck_assert_msg(listing_read_json(slice_cstr(cases[i][0]), &entries, &err) == ERR_OK, "%s", err.text);
        as_words(entries, &words);
        ck_assert_msg(strcmp(buf_cstr(&words), cases[i][1]) == 0, "case %zu: %s", i, buf_cstr(&words));
        buf_fini(&words);
        json_free(entries);
    }
}
END_TEST

START_TEST(a_line_without_an_end_is_refused)
{
    struct json *entries = NULL;
    struct err err = {0};
    struct buf text;
    buf_init(&text, LISTING_LINE_MAX + 2);
    while (text.len <= LISTING_LINE_MAX)
        (void)buf_add_char(&text, 'x');
    ck_assert_int_eq(listing_read_lines(buf_slice(&text), "y", "y", &entries, &err), ERR_TOO_BIG);
    text.len = LISTING_LINE_MAX;
    ck_assert_int_eq(listing_read_lines(buf_slice(&text), "y", "y", &entries, &err), ERR_OK);
    json_free(entries);
    buf_fini(&text);
}
END_TEST

SUITE(listing, lines_are_read_by_two_expressions, a_listing_in_json_has_a_recipient_a_line,
      a_line_without_an_end_is_refused, an_invalid_listing_does_not_pass_for_an_empty_queue)
