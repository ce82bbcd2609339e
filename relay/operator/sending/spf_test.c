/* SPF records, and what they say about an address (RFC 7208). */
#include <stdio.h>

#include "lib/testing/suite.h"
#include "relay/operator/sending/testing.h"

static struct zone_row zone[] = {
    {"none.example", "TXT", "something else"},
    {"none.example", "TXT", "v=spf10 +all"},
    {"ip.example", "TXT", "v=spf1 ip4:192.0.2.1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all"},
    {"soft.example", "TXT", "v=spf1 ?ip4:192.0.2.2  ~all"},
    {"nothing.example", "TXT", "v=spf1"},
    {"case.example", "TXT", "V=SPF1 IP4:192.0.2.1 -ALL"},
    {"a.example", "TXT", "v=spf1 a mx -all"},
    {"a.example", "A", "192.0.2.1"},
    {"a.example", "AAAA", "2001:db8::1"},
    {"a.example", "MX", "mx1.example"},
    {"a.example", "MX", "mx2.example"},
    {"mx1.example", "A", "192.0.2.7"},
    {"mx2.example", "A", "192.0.2.8"},
    {"bits.example", "TXT", "v=spf1 a:a.example/24//64 mx:a.example/31 -all"},
    {"include.example", "TXT", "v=spf1 include:ip.example include:soft.example -all"},
    {"lost.example", "TXT", "v=spf1 include:none.example -all"},
    {"redirect.example", "TXT", "v=spf1 redirect=ip.example"},
    {"redirect.none.example", "TXT", "v=spf1 redirect=none.example"},
    {"after-all.example", "TXT", "v=spf1 redirect=none.example ~all"},
    {"loop.example", "TXT", "v=spf1 include:loop.example -all"},
    {"two.example", "TXT", "v=spf1 -all"},
    {"two.example", "TXT", "v=spf1 +all"},
    {"silent.example", "TXT", "?"},
    {"asks-silent.example", "TXT", "v=spf1 include:silent.example -all"},
    {"typo.example", "TXT", "v=spf1 ipv4:192.0.2.1 -all"},
    {"typo2.example", "TXT", "v=spf1 ip4:192.0.2 -all"},
    {"typo3.example", "TXT", "v=spf1 a/33 -all"},
    {"odd.example", "TXT", "v=spf1 \x1b[2Jx -all"},
    {"macro.example", "TXT", "v=spf1 exists:%{i}.x.example ptr ip4:192.0.2.1 exp=e.example -all"},
    {"voids.example", "TXT", "v=spf1 a:v1.example a:v2.example a:v3.example +all"},
    {"few-voids.example", "TXT", "v=spf1 a:v1.example a:v2.example +all"},
    {"eleven.example", "TXT",
     "v=spf1 a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example "
     "a:a.example a:a.example a:a.example +all"},
    {"many-mx.example", "TXT", "v=spf1 mx +all"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {"many-mx.example", "MX", "h.example"},
    {NULL, NULL, NULL}};

START_TEST(a_record_decides_about_an_address)
{
    static const struct {
        const char *domain, *address;
        enum spf_result result;
        const char *words;
    } rows[] = {
        {"none.example", "192.0.2.1", SPF_NONE, "there is no SPF record of none.example"},
        {"missing.example", "192.0.2.1", SPF_NONE, "there is no SPF record of missing.example"},
        {"ip.example", "192.0.2.1", SPF_PASS, "ip4:192.0.2.1 in the record of ip.example"},
        {"ip.example", "198.51.100.77", SPF_PASS, "ip4:198.51.100.0/24 in the record of ip.example"},
        {"ip.example", "2001:db8::5", SPF_PASS, "ip6:2001:db8::/32 in the record of ip.example"},
        {"ip.example", "192.0.2.2", SPF_FAIL, "-all in the record of ip.example"},
        {"soft.example", "192.0.2.2", SPF_NEUTRAL, "?ip4:192.0.2.2 in the record of soft.example"},
        {"soft.example", "192.0.2.3", SPF_SOFTFAIL, "~all in the record of soft.example"},
        {"nothing.example", "192.0.2.3", SPF_NEUTRAL, "no term in the record of nothing.example"},
        {"case.example", "192.0.2.1", SPF_PASS, "IP4:192.0.2.1 in the record of case.example"},
        {"a.example", "192.0.2.1", SPF_PASS, "a in the record of a.example"},
        {"a.example", "2001:db8::1", SPF_PASS, "a in the record of a.example"},
        {"a.example", "192.0.2.8", SPF_PASS, "mx in the record of a.example"},
        {"a.example", "192.0.2.9", SPF_FAIL, "-all in the record of a.example"},
        {"bits.example", "192.0.2.200", SPF_PASS, "a:a.example/24//64 in the record of bits.example"},
        {"bits.example", "2001:db8::ffff", SPF_PASS, "a:a.example/24//64 in the record of bits.example"},
        {"bits.example", "2001:db8:1::1", SPF_FAIL, "-all in the record of bits.example"},
        {"include.example", "198.51.100.1", SPF_PASS, "include:ip.example in the record of include.example"},
        {"include.example", "192.0.2.2", SPF_FAIL, "-all in the record of include.example"},
        {"lost.example", "192.0.2.1", SPF_PERMERROR, "there is no SPF record of none.example"},
        {"redirect.example", "192.0.2.1", SPF_PASS, "ip4:192.0.2.1 in the record of ip.example"},
        {"redirect.example", "192.0.2.9", SPF_FAIL, "-all in the record of ip.example"},
        {"redirect.none.example", "192.0.2.9", SPF_PERMERROR, "there is no SPF record of none.example"},
        {"after-all.example", "192.0.2.9", SPF_SOFTFAIL, "~all in the record of after-all.example"},
        {"loop.example", "192.0.2.1", SPF_PERMERROR, "it needs more than 10 DNS lookups"},
        {"two.example", "192.0.2.1", SPF_PERMERROR, "there is more than one SPF record of two.example"},
        {"silent.example", "192.0.2.1", SPF_TEMPERROR, "the DNS does not answer about silent.example"},
        {"asks-silent.example", "192.0.2.1", SPF_TEMPERROR, "the DNS does not answer about silent.example"},
        {"typo.example", "192.0.2.1", SPF_PERMERROR, "an unknown mechanism: ipv4:192.0.2.1"},
        {"typo2.example", "192.0.2.1", SPF_PERMERROR, "not an address: 192.0.2"},
        {"typo3.example", "192.0.2.1", SPF_PERMERROR, "not the length of a prefix, after "},
        {"odd.example", "192.0.2.1", SPF_PERMERROR, "an unknown mechanism: ?[2Jx"},
        {"macro.example", "192.0.2.1", SPF_PASS, "ip4:192.0.2.1 in the record of macro.example"},
        {"voids.example", "192.0.2.1", SPF_PERMERROR, "more than 2 DNS lookups find nothing, the last is v3.example"},
        {"few-voids.example", "192.0.2.1", SPF_PASS, "+all in the record of few-voids.example"},
        {"eleven.example", "192.0.2.99", SPF_PERMERROR, "it needs more than 10 DNS lookups"},
        {"many-mx.example", "192.0.2.99", SPF_PERMERROR, "more than 10 MX hosts of many-mx.example"},
    };
    struct spf_dns dns = {zone_ask, zone};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct spf_verdict verdict;
        spf_evaluate(&dns, rows[i].domain, ip_of(rows[i].address), &verdict);
        ck_assert_msg(verdict.result == rows[i].result, "%s: %s: %s", rows[i].domain, spf_result_name(verdict.result),
                      verdict.words);
        ck_assert_str_eq(verdict.words, rows[i].words);
        ck_assert_int_eq(verdict.skipped, strcmp(rows[i].domain, "macro.example") == 0);
    }
}
END_TEST

SUITE(spf, a_record_decides_about_an_address)
