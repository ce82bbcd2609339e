/* Bounces in words: whom they are about, what they say, and what is only the copy of the message. */
#include "sim/mx/words.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/testing/suite.h"

static struct buf found;

static void note(void *arg, const char *address)
{
    (void)arg;
    (void)buf_printf(&found, "%s%s", found.len > 0 ? " " : "", address);
}

START_TEST(an_address_counts_at_the_beginning_of_a_line_or_after_words_of_delivery)
{
    static const char *const cases[][2] = {
        {"bob@d.example\n", "bob@d.example"},
        {"  <bob@d.example>: 550 no\n", "bob@d.example"},
        {"\"bob@d.example\"\n", "bob@d.example"},
        {"mailto:bob@d.example\n", "bob@d.example"},
        {"* (bob@d.example)\n", "bob@d.example"},
        {"bob@d.example (no such user)\n", "bob@d.example"},
        {"bob@d.example.\n", "bob@d.example"}, /* the end of a sentence */
        {"bob@d.example on 2030-01-01\n", "bob@d.example"},
        {"bob@d.example - gone\n", "bob@d.example"},
        {"bob@d.example, ann@d.example\n", "bob@d.example"},
        {"bob@d.example wrote to us\n", ""}, /* the sentence is about another person */
        {"Your message to <bob@d.example> could not be delivered\n", "bob@d.example"},
        {"could not be delivered to the following address: bob@d.example\n", "bob@d.example"},
        {"RCPT TO:<bob@d.example>\n", "bob@d.example"},
        {"Failed address: Bob <bob@d.example>\n", "bob@d.example"},
        {"Unknown user: bob@d.example\n", "bob@d.example"},
        {"could not be delivered to postmaster@d.example\n", ""},
        {"From: bob@d.example\n", ""},
        {"Reply-To: delivered to bob@d.example\n", ""},
        {"Please write to bob@d.example\n", ""},
        {"Contact bob@d.example, or your mail to us is lost\n", ""},
        {"the mail came from bob@d.example\n", ""},
        {"no address here\n", ""},
        {"a@\n@b\n@\n", ""},
        {"bob@d.example\r\nann@d.example", "bob@d.example ann@d.example"},
        {"J\xc3\xb6rg@d.example\n", "J\xc3\xb6rg@d.example"},
        {"bob+tag@d.example\n", "bob+tag@d.example"},
        {"bob@d.example...\n", "bob@d.example"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_init(&found, 65536);
        words_each_recipient(slice_cstr(cases[i][0]), note, NULL);
        ck_assert_msg(strcmp(buf_cstr(&found), cases[i][1]) == 0, "%s: %s", cases[i][0], buf_cstr(&found));
        buf_fini(&found);
    }
}
END_TEST

START_TEST(an_address_is_at_most_as_long_as_any_can_be)
{
    char text[400];
    for (size_t len = WORDS_ADDRESS_MAX - 2; len <= WORDS_ADDRESS_MAX + 1; len++) {
        memset(text, 'x', sizeof text);
        memcpy(text, "b@", 2);
        text[len] = '\0';
        buf_init(&found, 65536);
        words_each_recipient(slice_make(text, len), note, NULL);
        ck_assert_msg((found.len > 0) == (len < WORDS_ADDRESS_MAX), "%zu: %zu", len, found.len);
        buf_fini(&found);
    }
}
END_TEST

START_TEST(an_address_is_named_as_a_whole)
{
    static const struct {
        const char *text;
        bool names;
    } cases[] = {
        {"bob@d.example", true},
        {"<BOB@D.example>", true},
        {"about bob@d.example, sorry", true},
        {"about bob@d.example.", true},
        {"bob@d.example.org", false},
        {"jimbob@d.example", false},
        {"bob@d.example@x", false},
        {"x@bob@d.example", false},
        {"bob@d.examples", false},
        {"bob@d.exampl", false},
        {"bob@d.example-x", false},
        {"jimbob@d.example bob@d.example", true},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(words_name(slice_cstr(cases[i].text), "bob@d.example") == cases[i].names, "%s", cases[i].text);
}
END_TEST

START_TEST(words_end_where_the_copy_of_the_message_begins)
{
    static const char *const cases[][2] = {
        {"Sorry.\n--- Below this line is a copy of the message.\nTo: eve\n", "Sorry.\n"},
        {"Sorry.\n----- Original message -----\nx", "Sorry.\n"},
        {"Sorry.\nMessage headers follow\nx", "Sorry.\n"},
        {"Sorry.\nReceived: from x\n", "Sorry.\n"},
        {"Sorry.\nX-Relaylab-Id: x\n", "Sorry.\n"},
        {"Sorry, the original message is lost.\n", "Sorry, the original message is lost.\n"},
        {"Sorry.\n-- \nThe postmaster\n", "Sorry.\n-- \nThe postmaster\n"}, /* a signature */
        {"Sorry.\n-----\nmore\n", "Sorry.\n-----\nmore\n"},
        {"Received: x\n", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice words = words_without_copy(slice_cstr(cases[i][0]));
        ck_assert_msg(slice_eq_cstr(words, cases[i][1]), "%s: %.*s", cases[i][0], SLICE_ARG(words));
    }
}
END_TEST

START_TEST(a_delay_and_an_absence_are_distinguished_from_a_failure)
{
    static const struct {
        const char *text;
        bool delay, absence;
    } cases[] = {
        {"Your message could not be delivered", false, false},
        {"Your message has NOT YET BEEN DELIVERED", true, false},
        {"We will keep trying for 4 days", true, false},
        {"Warning only: you do not need to resend", true, false},
        {"Delivery Status Notification (Delay)", true, false},
        {"Out of Office: Bob", false, true},
        {"Automatic reply: hello", false, true},
        {"Re: Out of Office", false, false}, /* it begins so, or is a subject of people */
        {"", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(words_tell_of_delay(slice_cstr(cases[i].text)) == cases[i].delay, "%s", cases[i].text);
        ck_assert_msg(words_tell_of_absence(slice_cstr(cases[i].text)) == cases[i].absence, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(a_status_is_that_of_the_recipient)
{
    static const struct {
        const char *text;
        bool only;
        const char *status; /* NULL = the text has none */
    } cases[] = {
        {"bob@d.example: 550 5.1.1 no such user\n", false, "5.1.1"},
        {"bob@d.example: 550 no such user\n", false, "5.0.0"},
        {"bob@d.example: 452-later\n", false, "4.0.0"},
        {"bob@d.example\n  said: 5.7.1 denied\n", false, "5.7.1"},
        {"bob@d.example: 550 no\n  5.2.2 full\n", false, "5.2.2"}, /* the better of both */
        {"ann@d.example: 5.1.1\nbob@d.example: 4.4.1\n", false, "4.4.1"},
        {"bob@d.example: gone\nann@d.example: 5.1.1\n", false, NULL}, /* that one is of ann */
        {"5.1.1 first\n\nbob@d.example\n", false, NULL},
        {"5.1.1 first\n\nbob@d.example\n", true, "5.1.1"}, /* there is no other whom it could be of */
        {"bob@d.example: 5.1.1.1\n", false, NULL},         /* an address of IP, or a version */
        {"bob@d.example: 15.1.1\n", false, NULL},
        {"bob@d.example: x5.1.1\n", false, NULL},
        {"bob@d.example: 5.1234.1\n", false, NULL},
        {"bob@d.example: 2.1.5\n", false, NULL},
        {"bob@d.example: 5.1.1.\n", false, "5.1.1"},
        {"bob@d.example: 250 ok\n", false, NULL},
        {"bob@d.example: 5501 octets\n", false, NULL},
        {"bob@d.example: 570 x\n", false, NULL}, /* no such reply code: RFC 5321 §4.2.1 */
        {"bob@d.example: 550\n", false, NULL},
        {"", true, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char status[WORDS_STATUS_MAX] = "";
        bool has = words_status(slice_cstr(cases[i].text), "bob@d.example", cases[i].only, status);
        ck_assert_msg(has == (cases[i].status != NULL), "%s: %s", cases[i].text, status);
        ck_assert_msg(!has || strcmp(status, cases[i].status) == 0, "%s: %s", cases[i].text, status);
    }
}
END_TEST

SUITE(words, an_address_counts_at_the_beginning_of_a_line_or_after_words_of_delivery,
      an_address_is_at_most_as_long_as_any_can_be, an_address_is_named_as_a_whole,
      words_end_where_the_copy_of_the_message_begins, a_delay_and_an_absence_are_distinguished_from_a_failure,
      a_status_is_that_of_the_recipient)
