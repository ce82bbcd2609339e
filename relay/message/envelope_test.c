/* Envelopes own what they copy, and know one mailbox by each of its spellings. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/message/envelope.h"

START_TEST(a_copy_lives_longer_than_what_it_was_copied_from)
{
    char from[] = "a@s.example", to[] = "b@d.example";
    struct envelope envelope = {0};
    envelope_mail_copy(&envelope.mail, &(struct envelope_mail){.reverse_path = from, .octets = OCTETS_8BIT_BODY});
    envelope_add(&envelope, &(struct envelope_recipient){.address = to});
    memset(from, 'x', sizeof from - 1);
    memset(to, 'x', sizeof to - 1);
    ck_assert_str_eq(envelope.mail.reverse_path, "a@s.example");
    ck_assert_uint_eq(envelope.mail.octets, OCTETS_8BIT_BODY);
    ck_assert_str_eq(envelope.recipients[0].address, "b@d.example");
    envelope_fini(&envelope);
    ck_assert_ptr_null(envelope.mail.reverse_path);
    ck_assert_ptr_null(envelope.recipients);
    ck_assert_uint_eq(envelope.recipient_count, 0);
}
END_TEST

START_TEST(a_recipient_is_recognised_in_each_spelling_of_its_mailbox)
{
    static const struct {
        const char *address;
        bool known;
    } rows[] = {{"b@d.example", true}, {"b@D.Example", true}, {"B@d.example", false}, {"b@e.example", false}};
    struct envelope envelope = {0};
    ck_assert(!envelope_has(&envelope, "b@d.example"));
    envelope_add(&envelope, &(struct envelope_recipient){.address = "a@d.example"});
    envelope_add(&envelope, &(struct envelope_recipient){.address = "b@d.example"});
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(envelope_has(&envelope, rows[i].address) == rows[i].known, "%s", rows[i].address);
    envelope_fini(&envelope);
}
END_TEST

SUITE(envelope, a_copy_lives_longer_than_what_it_was_copied_from,
      a_recipient_is_recognised_in_each_spelling_of_its_mailbox)
