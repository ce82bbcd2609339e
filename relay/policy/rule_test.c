/* What the rules decide about MAIL and RCPT, by facts alone. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/policy/rule.h"

static const struct principal anonymous = {.kind = PRINCIPAL_ANONYMOUS}, network = {.kind = PRINCIPAL_NETWORK},
                              account = {.kind = PRINCIPAL_ACCOUNT, .account = (char *)"alice"};

/* "452 4.3.1", or "" when all accept. */
static const char *ask(enum rule_stage stage, const struct rule_facts *facts)
{
    static char said[32];
    const struct refusal *refusal = rule_ask(stage, facts);
    said[0] = '\0';
    if (refusal != NULL)
        (void)snprintf(said, sizeof said, "%u %s", refusal->code, refusal->status);
    return said;
}

START_TEST(mail_needs_room_for_the_size_that_it_declares)
{
    static const struct {
        uint64_t size, room;
        const char *said;
    } cases[] = {
        {0, 1, ""},          {0, 0, "452 4.3.1"},          {100, 100, ""}, {101, 100, "452 4.3.1"}, {100, 1000, ""},
        {1, 0, "452 4.3.1"}, {UINT64_MAX, UINT64_MAX, ""},
    };
    const struct principal *principals[] = {&anonymous, &network, &account};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t who = 0; who < 3; who++) {
            struct envelope envelope = {.mail.reverse_path = "a@b.example"};
            struct rule_facts facts = {.principal = principals[who],
                                       .envelope = &envelope,
                                       .size = cases[i].size,
                                       .room = cases[i].room,
                                       .recipients_max = 1};
            ck_assert_msg(strcmp(ask(RULE_MAIL, &facts), cases[i].said) == 0, "case %zu, principal %zu: %s", i, who,
                          ask(RULE_MAIL, &facts));
        }
}
END_TEST

START_TEST(rcpt_needs_a_client_that_may_relay_and_a_place_in_the_list)
{
    static const struct {
        const struct principal *principal;
        size_t recipients_max;
        const char *address, *said;
    } cases[] = {
        {&anonymous, 9, "new@d.example", "550 5.7.1"},
        {&anonymous, 2, "new@d.example", "550 5.7.1"}, /* who may not relay does not learn of limits */
        {&anonymous, 9, "c@d.example", "550 5.7.1"},
        {&network, 3, "new@d.example", ""},
        {&network, 2, "new@d.example", "452 4.5.3"},
        {&network, 1, "new@d.example", "452 4.5.3"},
        {&network, 2, "c@d.example", ""}, /* again */
        {&network, 2, "e@D.EXAMPLE", ""},
        {&network, 2, "E@d.example", "452 4.5.3"},
        {&account, 3, "new@d.example", ""},
        {&account, 2, "new@d.example", "452 4.5.3"},
    };
    struct envelope_recipient before[] = {{.address = "c@d.example"}, {.address = "e@d.example"}};
    struct envelope envelope = {.mail.reverse_path = "a@b.example", .recipients = before, .recipient_count = 2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope_recipient recipient = {.address = cases[i].address};
        struct rule_facts facts = {.principal = cases[i].principal,
                                   .envelope = &envelope,
                                   .recipient = &recipient,
                                   .recipients_max = cases[i].recipients_max};
        ck_assert_msg(strcmp(ask(RULE_RCPT, &facts), cases[i].said) == 0, "case %zu: %s", i, ask(RULE_RCPT, &facts));
    }
}
END_TEST

/* RFC 2034 §4: the class of the status code is that of the reply; RFC 5321 §4.2.1 */
START_TEST(each_rule_has_a_well_formed_refusal_and_a_clause)
{
#define ROW(name, help) &rule_##name,
    static const struct rule *const rules[] = {RULES(ROW)};
#undef ROW
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct refusal *refusal = &rules[i]->refusal;
        ck_assert_uint_ge(refusal->code, 400);
        ck_assert_uint_lt(refusal->code, 600);
        ck_assert_uint_eq(refusal->code / 100, (unsigned)(refusal->status[0] - '0'));
        ck_assert_uint_gt(strlen(refusal->text), 0);
        ck_assert_int_eq(strncmp(rules[i]->clause, "RFC ", 4), 0);
    }
}
END_TEST

SUITE(rule, mail_needs_room_for_the_size_that_it_declares, rcpt_needs_a_client_that_may_relay_and_a_place_in_the_list,
      each_rule_has_a_well_formed_refusal_and_a_clause)
