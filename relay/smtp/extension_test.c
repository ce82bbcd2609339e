/* The table of extensions from both sides: what the relay offers and accepts, and how it uses a host's offers. */
#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/smtp/extension.h"

static struct buf out;

static const char *offers_of(const struct extension_door *door)
{
    buf_reset(&out);
    extension_add_offers(door, &out);
    return buf_cstr(&out);
}

#define ALWAYS "250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-CHUNKING\r\n250 ENHANCEDSTATUSCODES\r\n"
START_TEST(what_is_offered_depends_on_the_door_and_on_tls)
{
    static const struct {
        struct extension_door door;
        const char *lines;
    } rows[] = {
        {{.size_max = 9}, "250-PIPELINING\r\n250-SIZE 9\r\n" ALWAYS},
        {{.submission = true, .tls_available = true, .size_max = 9},
         "250-PIPELINING\r\n250-SIZE 9\r\n250-STARTTLS\r\n" ALWAYS},
        {{.submission = true, .tls = true, .tls_available = true, .size_max = 9},
         "250-PIPELINING\r\n250-SIZE 9\r\n250-AUTH PLAIN LOGIN\r\n" ALWAYS},
        {{.tls = true, .tls_available = true, .size_max = 9}, "250-PIPELINING\r\n250-SIZE 9\r\n" ALWAYS},
    };
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(offers_of(&rows[i].door), rows[i].lines);
    buf_fini(&out);
}
END_TEST

START_TEST(parameters_are_accepted_or_refused_with_a_reply_that_says_why)
{
    static const struct {
        enum extension_command command;
        bool may_auth;
        const char *parameters, *refusal; /* "" = taken */
        uint64_t size;
    } rows[] = {
        {EXTENSION_MAIL, false, "", "", 0},
        {EXTENSION_MAIL, false, " size=100  BODY=8bitmime ", "", 100},
        {EXTENSION_MAIL, false, "BODY=7BIT", "", 0},
        {EXTENSION_MAIL, true, "AUTH=<>", "", 0},
        {EXTENSION_MAIL, true, "AUTH=a+20b", "", 0},
        {EXTENSION_MAIL, false, "AUTH=<>", "555 5.5.4 Unknown parameter AUTH", 0},
        {EXTENSION_MAIL, true, "AUTH=a+2", "501 5.5.4 Invalid value of AUTH", 0},
        {EXTENSION_MAIL, false, "SIZE=1001", "552 5.3.4 Message exceeds the limit of 1000 octets", 1001},
        {EXTENSION_MAIL, false, "SIZE", "501 5.5.4 Invalid value of SIZE", 0},
        {EXTENSION_MAIL, false, "SIZE=1 SIZE=1", "501 5.5.4 Duplicate parameter", 1},
        {EXTENSION_MAIL, false, "BODY=9BIT", "501 5.5.4 Invalid value of BODY", 0},
        {EXTENSION_MAIL, false, "NOTIFY=NEVER", "555 5.5.4 Unknown parameter NOTIFY", 0},
        {EXTENSION_RCPT, false, "", "", 0},
        {EXTENSION_RCPT, false, "SIZE=1", "555 5.5.4 Unknown parameter SIZE", 0},
    };
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct extension_door door = {.submission = rows[i].may_auth, .tls = rows[i].may_auth, .size_max = 1000};
        struct envelope_mail mail = {0};
        struct extension_values values = {.mail = &mail};
        buf_reset(&out);
        bool taken = extension_take(&door, rows[i].command, slice_cstr(rows[i].parameters), &values, &out);
        ck_assert_str_eq(buf_cstr(&out), rows[i].refusal);
        ck_assert(taken == (rows[i].refusal[0] == '\0'));
        ck_assert_uint_eq(values.size, rows[i].size);
    }
    buf_fini(&out);
}
END_TEST

/* EHLO lines of a host, separated by "/". */
static struct extension_offers note(const char *lines)
{
    struct extension_offers offers = {0};
    for (struct slice rest = slice_cstr(lines); rest.len > 0;)
        extension_note(&offers, slice_cut(&rest, '/'));
    return offers;
}

/* RFC 3461 §4 */
START_TEST(the_wishes_for_notifications_are_read_kept_and_passed_on)
{
    static const struct {
        enum extension_command command;
        const char *parameters;
        const char *refused; /* the key whose value is; NULL = taken */
        const char *printed; /* for a host with DSN */
    } rows[] = {
        {EXTENSION_MAIL, "RET=FULL ENVID=QQ+2B314", NULL, " RET=FULL ENVID=QQ+2B314"},
        {EXTENSION_MAIL, "ret=hdrs", NULL, " RET=HDRS"},
        {EXTENSION_MAIL, "RET=BODY", "RET", NULL},
        {EXTENSION_MAIL, "RET", "RET", NULL},
        {EXTENSION_MAIL, "ENVID=", "ENVID", NULL},
        {EXTENSION_MAIL, "ENVID=a=b", "ENVID", NULL},
        {EXTENSION_MAIL, "ENVID=a+0D+0Ab", "ENVID", NULL}, /* would be a line of its own in a report */
        {EXTENSION_MAIL, "ENVID=a+E4", "ENVID", NULL},
        {EXTENSION_RCPT, "NOTIFY=NEVER", NULL, " NOTIFY=NEVER"},
        {EXTENSION_RCPT, "NOTIFY=delay,Failure ORCPT=rfc822;Bob+2B@D.example", NULL,
         " NOTIFY=FAILURE,DELAY ORCPT=rfc822;Bob+2B@D.example"},
        {EXTENSION_RCPT, "NOTIFY=SUCCESS,FAILURE,DELAY", NULL, " NOTIFY=SUCCESS,FAILURE,DELAY"},
        {EXTENSION_RCPT, "NOTIFY=NEVER,DELAY", "NOTIFY", NULL},
        {EXTENSION_RCPT, "NOTIFY=", "NOTIFY", NULL},
        {EXTENSION_RCPT, "NOTIFY=SUCCESS,", "NOTIFY", NULL},
        {EXTENSION_RCPT, "NOTIFY=,SUCCESS", "NOTIFY", NULL},
        {EXTENSION_RCPT, "NOTIFY=SOMETIMES", "NOTIFY", NULL},
        {EXTENSION_RCPT, "ORCPT=bob@d.example", "ORCPT", NULL},
        {EXTENSION_RCPT, "ORCPT=;bob@d.example", "ORCPT", NULL},
        {EXTENSION_RCPT, "ORCPT=rfc822;", "ORCPT", NULL},
        {EXTENSION_RCPT, "ORCPT=rfc(822);bob", "ORCPT", NULL},
        {EXTENSION_RCPT, "ORCPT=rfc822;bob+0A", "ORCPT", NULL},
        {EXTENSION_RCPT, "", NULL, ""},
    };
    struct extension_offers with = note("DSN"), without = note("SIZE");
    struct extension_door door = {.size_max = 1000};
    buf_init(&out, 2000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct envelope_mail mail = {0};
        struct envelope_recipient recipient = {0};
        struct extension_values values = {.mail = &mail, .recipient = &recipient};
        struct extension_message message = {.mail = &mail, .recipient = &recipient};
        char expected[100] = "";
        if (rows[i].refused != NULL)
            (void)snprintf(expected, sizeof expected, "501 5.5.4 Invalid value of %s", rows[i].refused);
        buf_reset(&out);
        bool taken = extension_take(&door, rows[i].command, slice_cstr(rows[i].parameters), &values, &out);
        ck_assert_msg(taken == (rows[i].refused == NULL), "%s", rows[i].parameters);
        ck_assert_str_eq(buf_cstr(&out), expected);
        buf_reset(&out);
        extension_print(&without, rows[i].command, &message, &out);
        ck_assert_uint_eq(out.len, rows[i].command == EXTENSION_MAIL ? strlen(" SIZE=0") : 0);
        buf_reset(&out);
        extension_print(&with, rows[i].command, &message, &out);
        if (taken)
            ck_assert_str_eq(buf_cstr(&out), rows[i].printed);
        envelope_mail_fini(&mail);
        envelope_recipient_fini(&recipient);
    }
    buf_fini(&out);
}
END_TEST

/* RFC 3461 §5.4: 100 and 500 characters must be accepted. */
START_TEST(the_texts_of_dsn_parameters_have_the_limits_of_the_rfc)
{
    static const struct {
        enum extension_command command;
        const char *head;
        size_t fits;
    } rows[] = {{EXTENSION_MAIL, "ENVID=", 100}, {EXTENSION_RCPT, "ORCPT=rfc822;", 500 - sizeof "rfc822;" + 1}};
    struct extension_door door = {.size_max = 1000};
    buf_init(&out, 2000);
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        struct envelope_mail mail = {0};
        struct envelope_recipient recipient = {0};
        struct extension_values values = {.mail = &mail, .recipient = &recipient};
        char text[600], word[600];
        memset(word, 'x', sizeof word);
        (void)snprintf(text, sizeof text, "%s%.*s", rows[i / 2].head, (int)(rows[i / 2].fits + i % 2), word);
        ck_assert(extension_take(&door, rows[i / 2].command, slice_cstr(text), &values, &out) == (i % 2 == 0));
        envelope_mail_fini(&mail);
        envelope_recipient_fini(&recipient);
    }
    buf_fini(&out);
}
END_TEST

START_TEST(the_offers_of_a_host_are_understood_in_each_spelling)
{
    static const struct {
        const char *lines;
        bool plain, login, size, starttls;
        uint64_t size_max;
    } rows[] = {
        {"AUTH LOGIN PLAIN", true, true, false, false, 0},
        {"AUTH=LOGIN", false, true, false, false, 0},
        {"auth=CRAM-MD5 plain", true, false, false, false, 0},
        {"AUTHENTIC PLAIN", false, false, false, false, 0},
        {"STARTTLS", false, false, false, true, 0},
        {"STARTTLS=1", false, false, false, false, 0},
        {"SIZE", false, false, true, false, 0},
        {"size 100", false, false, true, false, 100},
        {"SIZE=100", false, false, false, false, 0},
        {"SIZE x/STARTTLS", false, false, true, true, 0},
        {"XFOO/", false, false, false, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct extension_offers offers = note(rows[i].lines);
        ck_assert_msg(offers.auth_plain == rows[i].plain && offers.auth_login == rows[i].login, "%s", rows[i].lines);
        ck_assert_msg(offers.has[EXTENSION_SIZE] == rows[i].size && offers.size_max == rows[i].size_max, "%s",
                      rows[i].lines);
        ck_assert_msg(offers.has[EXTENSION_STARTTLS] == rows[i].starttls, "%s", rows[i].lines);
    }
}
END_TEST

START_TEST(what_a_host_is_given_depends_on_what_it_offers)
{
    static const struct {
        const char *lines;
        unsigned octets;
        const char *printed; /* after MAIL; NULL = it cannot be given the message */
        enum client_cause cause;
    } rows[] = {
        {"", OCTETS_7BIT, "", CLIENT_NO_CAUSE},
        {"SIZE/8BITMIME", OCTETS_7BIT, " SIZE=20", CLIENT_NO_CAUSE},
        {"8BITMIME/SIZE 20", OCTETS_8BIT_BODY, " SIZE=20 BODY=8BITMIME", CLIENT_NO_CAUSE},
        {"8BITMIME", OCTETS_8BIT_HEADER, " BODY=8BITMIME", CLIENT_NO_CAUSE},
        {"SIZE 19/8BITMIME", OCTETS_8BIT_BODY, NULL, CLIENT_TOO_BIG},
        {"SIZE 19", OCTETS_8BIT_BODY, NULL, CLIENT_TOO_BIG},
        {"SIZE 20", OCTETS_8BIT_BODY, NULL, CLIENT_NOT_8BIT},
        {"AUTH PLAIN/PIPELINING", OCTETS_7BIT, "", CLIENT_NO_CAUSE},
    };
    char text[CLIENT_TEXT_MAX];
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct extension_offers offers = note(rows[i].lines);
        struct envelope_mail mail = {.reverse_path = "a@s.example", .octets = rows[i].octets};
        struct extension_message message = {.mail = &mail, .size = 20};
        text[0] = '\0';
        ck_assert_int_eq(extension_misfit(&offers, &message, text), rows[i].cause);
        ck_assert_msg((text[0] == '\0') == (rows[i].printed != NULL), "%s", rows[i].lines);
        buf_reset(&out);
        extension_print(&offers, EXTENSION_MAIL, &message, &out);
        if (rows[i].printed != NULL)
            ck_assert_str_eq(buf_cstr(&out), rows[i].printed);
    }
    buf_fini(&out);
}
END_TEST

SUITE(extension, what_is_offered_depends_on_the_door_and_on_tls,
      parameters_are_accepted_or_refused_with_a_reply_that_says_why,
      the_wishes_for_notifications_are_read_kept_and_passed_on, the_texts_of_dsn_parameters_have_the_limits_of_the_rfc,
      the_offers_of_a_host_are_understood_in_each_spelling, what_a_host_is_given_depends_on_what_it_offers)
