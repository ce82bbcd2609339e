/* What kind of failure a reply is: by its enhanced status code, by its words, by its code. */
#include "harness/facts/failure_class.h"

#include <string.h>

#include "lib/testing/suite.h"

START_TEST(a_reply_is_classed_by_its_status_then_its_words_then_its_code)
{
    static const struct {
        int code;
        const char *text, *class;
    } cases[] = {
        {550, "5.1.1 No such user", CLASS_BAD_ADDRESS},
        {550, "5.1.8 Bad sender", CLASS_POLICY},
        {450, "4.2.1 busy mailbox", CLASS_BUSY},
        {550, "5.2.1 disabled", CLASS_BAD_ADDRESS}, /* permanently: there is no such user */
        {452, "4.2.2 over quota", CLASS_FULL},
        {552, "5.2.3 too long", CLASS_CONTENT},
        {452, "4.3.1 disk", CLASS_FULL},
        {421, "4.3.2 shutting down", CLASS_BUSY},
        {521, "5.3.2 never", CLASS_POLICY},
        {552, "5.3.4 too big", CLASS_CONTENT},
        {451, "4.4.3 directory", CLASS_DNS},
        {451, "4.4.2 broke", CLASS_NETWORK},
        {452, "4.5.3 too many recipients", CLASS_BUSY},
        {554, "5.6.0 format", CLASS_CONTENT},
        {530, "5.7.0 Must issue STARTTLS", CLASS_POLICY},
        {454, "4.7.5 cryptography", CLASS_PROTOCOL},
        {550, "5.7.23 SPF", CLASS_REPUTATION},
        {550, "5.7.27 null MX of the sender", CLASS_POLICY},
        /* policy says little: the words say which */
        {450, "4.7.1 Greylisted, try later", CLASS_POLICY},
        {554, "5.7.1 listed by SPAMHAUS", CLASS_REPUTATION},
        {554, "5.7.1 this is spam", CLASS_CONTENT},
        {450, "4.7.1 Too many connections", CLASS_BUSY},
        {550, "5.1.1 blocklist", CLASS_BAD_ADDRESS}, /* a status that says more is believed */
        /* without a status */
        {550, "No such user", CLASS_BAD_ADDRESS},
        {550, "rejected: block list", CLASS_REPUTATION},
        {451, "quota exceeded", CLASS_FULL},
        {450, "", CLASS_POLICY},
        {421, "", CLASS_BUSY},
        {552, "", CLASS_FULL},
        {554, "", CLASS_POLICY},
        {503, "", CLASS_PROTOCOL},
        {499, "", CLASS_OTHER},
        {0, "", CLASS_OTHER},
        /* what is not a status, is words */
        {451, "5.1", CLASS_BUSY},
        {451, "5.1.", CLASS_BUSY},
        {451, "5.1.1x", CLASS_BUSY},
        {451, "3.1.1 x", CLASS_BUSY},
        {451, "5.1.1.1 x", CLASS_BUSY},
        {451, "55.1.1 x", CLASS_BUSY},
        {451, "x 5.1.1", CLASS_BUSY},
        {451, "4.9.9 unknown", CLASS_BUSY},
        {451, "4.1.1", CLASS_BAD_ADDRESS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *class = failure_class_of_reply(cases[i].code, cases[i].text);
        ck_assert_msg(strcmp(class, cases[i].class) == 0, "%d %s: %s", cases[i].code, cases[i].text, class);
    }
}
END_TEST

START_TEST(a_recipient_of_a_bounce_is_classed_by_the_reply_in_it_if_there_is_one)
{
    static const struct {
        const char *status, *diagnostic, *class;
    } cases[] = {
        {"5.1.1", "smtp; 550 5.1.1 No such user", CLASS_BAD_ADDRESS},
        {"5.0.0", "smtp; 550 5.7.1 listed in a DNSBL", CLASS_REPUTATION},
        {"5.0.0", "SMTP;552", CLASS_FULL},
        {"5.0.0", "smtp; 552-5.2.3 too long", CLASS_CONTENT},
        {"5.7.1", "smtp; 250 ok", CLASS_POLICY}, /* not a failure: the status decides */
        {"5.1.1", "smtp; 5501 x", CLASS_BAD_ADDRESS},
        {"5.1.1", "smtp;", CLASS_BAD_ADDRESS},
        {"5.1.1", "smtp; no reply", CLASS_BAD_ADDRESS},
        {"4.4.7", "x-unix; 550 spam", CLASS_NETWORK}, /* of another protocol */
        {"4.4.1", "", CLASS_NETWORK},
        {"5.4.4", "", CLASS_DNS},
        {"", "smtp; 421 4.3.2 x", CLASS_BUSY},
        {"", "", CLASS_OTHER},
        {"nonsense", "nonsense", CLASS_OTHER},
        {"5.0.0", "", CLASS_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *class = failure_class_of_status(cases[i].status, cases[i].diagnostic);
        ck_assert_msg(strcmp(class, cases[i].class) == 0, "%s, %s: %s", cases[i].status, cases[i].diagnostic, class);
    }
}
END_TEST

SUITE(failure_class, a_reply_is_classed_by_its_status_then_its_words_then_its_code,
      a_recipient_of_a_bounce_is_classed_by_the_reply_in_it_if_there_is_one)
