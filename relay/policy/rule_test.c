/* What the rules decide about MAIL and RCPT, by facts alone. */
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/policy/rule.h"

static const struct principal anonymous = {.kind = PRINCIPAL_ANONYMOUS}, network = {.kind = PRINCIPAL_NETWORK},
                              account = {.kind = PRINCIPAL_ACCOUNT, .account = (char *)"alice"};

/* A principal's rights, when it is an account that has no restrictions. */
static const struct rights any;
static const struct rights_usage unused;

static const struct rights *rights_of(const struct principal *principal)
{
    return principal->kind == PRINCIPAL_ACCOUNT ? &any : NULL;
}

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
                                       .rights = rights_of(principals[who]),
                                       .usage = &unused,
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
                                   .rights = rights_of(cases[i].principal),
                                   .usage = &unused,
                                   .envelope = &envelope,
                                   .recipient = &recipient,
                                   .recipients_max = cases[i].recipients_max};
        ck_assert_msg(strcmp(ask(RULE_RCPT, &facts), cases[i].said) == 0, "case %zu: %s", i, ask(RULE_RCPT, &facts));
    }
}
END_TEST

static const enum rule_stage stages[] = {RULE_MAIL, RULE_RCPT, RULE_MESSAGE};

START_TEST(an_account_that_has_gone_may_do_nothing_and_others_need_no_rights)
{
    struct envelope_recipient recipient = {.address = "c@d.example"};
    struct envelope envelope = {.mail.reverse_path = "a@b.example", .recipients = &recipient, .recipient_count = 1};
    struct rule_facts facts = {.envelope = &envelope, .recipient = &recipient, .room = 1, .recipients_max = 9};
    for (size_t i = 0; i < 3; i++) {
        facts.principal = &account;
        ck_assert_str_eq(ask(stages[i], &facts), "550 5.7.1");
        facts.principal = &network;
        ck_assert_str_eq(ask(stages[i], &facts), "");
    }
}
END_TEST

START_TEST(an_account_may_use_the_addresses_that_are_its_own)
{
    static char *globs[] = {(char *)"b.example"};
    static const struct rights own = {.senders = {globs, 1}, .authors = {globs, 1}};
    static const struct {
        const char *sender, *header, *mail, *message;
    } cases[] = {{"a@b.example", "From: a@b.example\r\n", "", ""},
                 {"", "From: A <x@b.example>, y@b.example\r\n", "", ""}, /* no one can be answered there */
                 {"a@c.example", "From: a@b.example\r\n", "550 5.7.1", ""},
                 {"a@b.example", "From: a@c.example\r\n", "", "550 5.7.1"},
                 {"a@b.example", "From: a@b.example, a@c.example\r\n", "", "550 5.7.1"},
                 {"a@b.example", "From: a@b.example\r\nFrom: a@b.example\r\n", "", "550 5.7.1"},
                 {"a@b.example", "Subject: x\r\n", "", "550 5.7.1"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct envelope envelope = {.mail.reverse_path = cases[i].sender};
        struct rule_facts facts = {.principal = &account,
                                   .rights = &own,
                                   .usage = &unused,
                                   .envelope = &envelope,
                                   .room = 1,
                                   .recipients_max = 9,
                                   .header = slice_cstr(cases[i].header)};
        ck_assert_msg(strcmp(ask(RULE_MAIL, &facts), cases[i].mail) == 0, "case %zu", i);
        ck_assert_msg(strcmp(ask(RULE_MESSAGE, &facts), cases[i].message) == 0, "case %zu", i);
        facts.rights = &any;
        ck_assert_str_eq(ask(RULE_MAIL, &facts), "");
        ck_assert_str_eq(ask(RULE_MESSAGE, &facts), "");
    }
}
END_TEST

START_TEST(an_account_sends_no_more_than_its_rate_and_its_quota)
{
    static const struct rights_usage usage = {.messages_hour = 2, .recipients_day = 7, .recipients_month = 70};
    static const struct {
        struct rights rights;
        const char *address; /* of RCPT */
        const char *said[3]; /* at MAIL, RCPT, DATA; two recipients were accepted before */
    } cases[] = {{{.messages_per_hour = 0}, "new@d.example", {"", "", ""}},
                 {{.messages_per_hour = 3}, "new@d.example", {"", "", ""}},
                 {{.messages_per_hour = 2}, "new@d.example", {"450 4.7.1", "450 4.7.1", "450 4.7.1"}},
                 {{.recipients_per_day = 7}, "new@d.example", {"450 4.7.1", "450 4.7.1", "450 4.7.1"}},
                 {{.recipients_per_day = 8}, "new@d.example", {"", "450 4.7.1", "450 4.7.1"}},
                 {{.recipients_per_day = 9}, "new@d.example", {"", "450 4.7.1", ""}},
                 {{.recipients_per_day = 9}, "c@d.example", {"", "", ""}}, /* again */
                 {{.recipients_per_day = 10}, "new@d.example", {"", "", ""}},
                 {{.recipients_per_month = 70}, "new@d.example", {"550 5.7.1", "550 5.7.1", "550 5.7.1"}},
                 {{.recipients_per_month = 72}, "new@d.example", {"", "550 5.7.1", ""}},
                 {{.recipients_per_month = 73}, "new@d.example", {"", "", ""}}};
    struct envelope_recipient before[] = {{.address = "c@d.example"}, {.address = "e@d.example"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < 3; k++) {
            struct envelope envelope = {.mail.reverse_path = "a@b.example",
                                        .recipients = before,
                                        .recipient_count = stages[k] == RULE_MAIL ? 0 : 2};
            struct envelope_recipient recipient = {.address = cases[i].address};
            struct rule_facts facts = {.principal = &account,
                                       .rights = &cases[i].rights,
                                       .usage = &usage,
                                       .envelope = &envelope,
                                       .recipient = stages[k] == RULE_RCPT ? &recipient : NULL,
                                       .room = 1,
                                       .recipients_max = 9};
            ck_assert_msg(strcmp(ask(stages[k], &facts), cases[i].said[k]) == 0, "case %zu, stage %zu: %s", i, k,
                          ask(stages[k], &facts));
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
      an_account_that_has_gone_may_do_nothing_and_others_need_no_rights,
      an_account_may_use_the_addresses_that_are_its_own, an_account_sends_no_more_than_its_rate_and_its_quota,
      each_rule_has_a_well_formed_refusal_and_a_clause)
