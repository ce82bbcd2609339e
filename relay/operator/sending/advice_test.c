/* DMARC records and alignment, records of keys, and the advice that follows from what was found. */
#include <stdio.h>

#include "lib/testing/suite.h"
#include "relay/dkim/testing.h"
#include "relay/operator/sending/advice.h"
#include "relay/operator/sending/testing.h"

static struct zone_row zone[] = {
    {"_dmarc.s.example", "TXT", "v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:d@s.example"},
    {"_dmarc.s.example", "TXT", "another record"},
    {"_dmarc.plain.example", "TXT", "v=DMARC1;p=none"},
    {"_dmarc.own.plain.example", "TXT", "v=DMARC1; p=quarantine; aspf=s"},
    {"_dmarc.two.example", "TXT", "v=DMARC1; p=none"},
    {"_dmarc.two.example", "TXT", "v=DMARC1; p=reject"},
    {"_dmarc.odd.example", "TXT", "v=DMARC1; p=refuse"},
    {"_dmarc.late.example", "TXT", "p=none; v=DMARC1"},
    {"_dmarc.silent.example", "TXT", "?"},
    {"_dmarc.example", "TXT", "v=DMARC1; p=reject"},
    {NULL, NULL, NULL}};

START_TEST(the_policy_is_that_of_the_domain_or_of_a_parent)
{
    static const struct {
        const char *domain;
        int state;
        const char *at, *policy;
        bool strict_dkim, strict_spf, reports;
    } rows[] = {
        {"s.example", DMARC_FOUND, "s.example", "reject", true, false, true},
        {"a.b.s.example", DMARC_FOUND, "s.example", "quarantine", true, false, true},
        {"x.plain.example", DMARC_FOUND, "plain.example", "none", false, false, false},
        {"own.plain.example", DMARC_FOUND, "own.plain.example", "quarantine", false, true, false},
        {"none.example", DMARC_NONE, "none.example", "", false, false, false}, /* and not that of `example` */
        {"two.example", DMARC_WRONG, "two.example", "", false, false, false},
        {"odd.example", DMARC_WRONG, "odd.example", "", false, false, false},
        {"late.example", DMARC_NONE, "late.example", "", false, false, false},
        {"silent.example", DMARC_UNKNOWN, "silent.example", "", false, false, false},
    };
    struct spf_dns dns = {zone_ask, zone};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dmarc dmarc;
        dmarc_find(&dns, rows[i].domain, &dmarc);
        ck_assert_msg((int)dmarc.state == rows[i].state, "%s: %d %s", rows[i].domain, dmarc.state, dmarc.words);
        ck_assert_str_eq(dmarc.domain, rows[i].at);
        ck_assert_str_eq(dmarc.policy, rows[i].policy);
        ck_assert(dmarc.strict_dkim == rows[i].strict_dkim && dmarc.strict_spf == rows[i].strict_spf);
        ck_assert(dmarc.reports == rows[i].reports);
    }
}
END_TEST

START_TEST(alignment_is_relaxed_within_the_organizational_domain)
{
    static const struct {
        const char *organization, *author, *signer;
        bool strict, aligned;
    } rows[] = {{"s.example", "a.s.example", "s.example", false, true},
                {"s.example", "a.s.example", "b.s.example", false, true},
                {"s.example", "a.s.example", "A.S.example", true, true},
                {"s.example", "a.s.example", "s.example", true, false},
                {"s.example", "a.s.example", "xs.example", false, false},
                {NULL, "a.s.example", "s.example", false, true},
                {NULL, "a.s.example", "b.s.example", false, false},
                {NULL, "s.example", "a.s.example", false, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dmarc dmarc = {.state = rows[i].organization != NULL ? DMARC_FOUND : DMARC_NONE};
        (void)snprintf(dmarc.domain, sizeof dmarc.domain, "%s",
                       rows[i].organization != NULL ? rows[i].organization : "");
        ck_assert_msg(dmarc_aligns(&dmarc, rows[i].author, rows[i].signer, rows[i].strict) == rows[i].aligned,
                      "row %zu", i);
    }
}
END_TEST

#define GOOD_KEY "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

START_TEST(the_record_of_a_key_is_found_among_others)
{
    static const struct {
        const char *texts[3];
        enum wire_result result;
        enum published published;
        const char *words;
    } rows[] = {
        {{GOOD_KEY}, WIRE_OK, PUBLISHED_GOOD, ""},
        {{"v=spf1 -all", GOOD_KEY}, WIRE_OK, PUBLISHED_GOOD, ""},
        {{GOOD_KEY "; t=y"}, WIRE_OK, PUBLISHED_TEST, ""},
        {{NULL}, WIRE_NXDOMAIN, PUBLISHED_BAD, "there is no record"},
        {{"v=spf1 -all"}, WIRE_OK, PUBLISHED_BAD, "there is no record"},
        {{GOOD_KEY, "v=DKIM1; p="}, WIRE_OK, PUBLISHED_BAD, "there are 2 records, and receivers may take any of them"},
        {{"v=DKIM1; k=ed25519; p=AAAA"}, WIRE_OK, PUBLISHED_BAD, "it has another public key"},
        {{NULL}, WIRE_TEMPORARY, PUBLISHED_UNKNOWN, "the DNS has no usable answer: SERVFAIL"},
    };
    struct dkim_key *key;
    ck_assert_int_eq(dkim_key_read(&key, slice_cstr(testing_ed25519), NULL), ERR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wire_record records[3] = {{0}};
        struct wire_answer answer = {.result = rows[i].result, .why = "SERVFAIL", .records = records};
        struct err words = {0};
        for (; answer.count < 3 && rows[i].texts[answer.count] != NULL; answer.count++)
            records[answer.count].text = slice_cstr(rows[i].texts[answer.count]);
        ck_assert_int_eq(published_look(&answer, key, &words), rows[i].published);
        ck_assert_str_eq(words.text, rows[i].words);
    }
    dkim_key_free(key);
}
END_TEST

/* A domain for which all is well. */
static struct advice_facts *good_facts(void)
{
    static struct advice_facts facts;
    facts = (struct advice_facts){.domain = "s.example", .key_count = 1, .source_count = 1};
    facts.keys[0].signer = "s.example";
    facts.keys[0].selector = "one";
    facts.sources[0].address = ip_of("192.0.2.1");
    facts.sources[0].spf = (struct spf_verdict){.result = SPF_PASS, .words = "a in the record of s.example"};
    facts.dmarc = (struct dmarc){.state = DMARC_FOUND, .domain = "s.example", .policy = "reject", .reports = true};
    return &facts;
}

static const char *advice_of(const struct advice_facts *facts, enum advice wanted)
{
    static struct buf out;
    buf_fini(&out);
    buf_init(&out, 65536);
    ck_assert_int_eq(advice_write(facts, &out), wanted);
    return buf_cstr(&out);
}

static void expect_part(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "lacks: %s\nin: %s", part, text);
}

START_TEST(a_domain_in_order_needs_no_advice)
{
    ck_assert_str_eq(advice_of(good_facts(), ADVICE_NONE_NEEDED),
                     "DKIM\n  one._domainkey.s.example: good, aligned\n"
                     "SPF\n  192.0.2.1: pass: a in the record of s.example\n"
                     "DMARC\n  _dmarc.s.example: policy reject, relaxed alignment of DKIM, relaxed alignment of SPF\n"
                     "Mail from s.example passes DMARC by DKIM and by SPF, if its reverse-path is in this domain.\n");
}
END_TEST

START_TEST(what_is_wrong_is_followed_by_what_to_do)
{
    struct advice_facts *f = good_facts();
    f->keys[0].published = PUBLISHED_BAD;
    (void)err_set(&f->keys[0].words, ERR_INVALID, "it has another public key");
    const char *text = advice_of(f, ADVICE_GIVEN);
    expect_part(text, "  one._domainkey.s.example: it has another public key\n");
    expect_part(text, "passes DMARC by SPF, if");
    expect_part(text,
                "What to do\n  - Correct the record of one._domainkey.s.example: `relaylab dkim dns` prints it.\n");
    f->sources[0].spf.result = SPF_FAIL;
    text = advice_of(f, ADVICE_GIVEN);
    expect_part(text, "Mail from s.example fails DMARC.\n");
    expect_part(text, "  - Add ip4:192.0.2.1 to the SPF record of s.example, before its `all`.\n");

    f = good_facts();
    f->keys[0].signer = "relay.example";
    expect_part(advice_of(f, ADVICE_GIVEN), "one._domainkey.relay.example: good, not aligned with From\n");
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Create a key of s.example: `relaylab dkim keygen s.example SELECTOR");
    f->key_count = 0;
    expect_part(advice_of(f, ADVICE_GIVEN), "  no key signs mail from s.example\n");

    f = good_facts();
    f->keys[0].published = PUBLISHED_TEST;
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Remove t=y from the record of one._domainkey.s.example");
    f = good_facts();
    f->sources[0].spf.result = SPF_NONE;
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Add a TXT record to s.example: \"v=spf1 ip4:192.0.2.1 -all\"");
    f->sources[0].spf.result = SPF_PERMERROR;
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Correct the SPF record of s.example");
    f = good_facts();
    f->source_count = 0;
    expect_part(advice_of(f, ADVICE_GIVEN), "are not known: give --address\n");
    f = good_facts();
    f->dmarc.state = DMARC_NONE;
    expect_part(advice_of(f, ADVICE_GIVEN),
                "  - Add a TXT record to _dmarc.s.example: \"v=DMARC1; p=none; rua=mailto:…\"");
    f = good_facts();
    f->dmarc.reports = false;
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Add rua=mailto:… to the record of _dmarc.s.example");
    f->dmarc.state = DMARC_WRONG;
    expect_part(advice_of(f, ADVICE_GIVEN), "  - Correct the record of _dmarc.s.example.\n");
}
END_TEST

START_TEST(what_the_dns_does_not_answer_is_unknown)
{
    struct advice_facts *f = good_facts();
    f->keys[0].published = PUBLISHED_UNKNOWN;
    f->sources[0].spf.result = SPF_TEMPERROR;
    expect_part(advice_of(f, ADVICE_UNKNOWN), "Mail from s.example may fail DMARC: the DNS does not answer.\n");
    f = good_facts();
    f->dmarc.state = DMARC_UNKNOWN;
    expect_part(advice_of(f, ADVICE_UNKNOWN), "passes DMARC by DKIM");
}
END_TEST

SUITE(advice, the_policy_is_that_of_the_domain_or_of_a_parent, alignment_is_relaxed_within_the_organizational_domain,
      the_record_of_a_key_is_found_among_others, a_domain_in_order_needs_no_advice,
      what_is_wrong_is_followed_by_what_to_do, what_the_dns_does_not_answer_is_unknown)
