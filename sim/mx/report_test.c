#include <string.h>

#include "lib/testing/suite.h"
#include "sim/mx/report.h"

static const char bounce[] =
    "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered\r\n"
    "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_b\"\r\n\r\n"
    "preamble\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nSorry about bob.\r\n"
    "--=_b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
    "Final-Recipient: rfc822; bob@d.example\r\nAction: failed\r\nStatus: 5.1.1 (no mailbox)\r\nRemote-MTA: dns; "
    "mx.d.example\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1\r\n No such user\r\n\r\n"
    "Final-Recipient: rfc822; ann@d.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
    "Will-Retry-Until: Tue, 01 Jan 2030 00:00:00 +0000\r\n\r\n"
    "--=_b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: hello\r\nX-Relaylab-Id: run1.m1.3\r\n\r\n--=_b--\r\n";

START_TEST(a_report_is_read_part_by_part)
{
    struct report r;
    char id[32];
    unsigned n = 0;
    report_read(slice_cstr(bounce), &r);
    ck_assert_int_eq(r.kind, REPORT_STATUS);
    ck_assert(slice_eq_cstr(r.subject, "Undelivered"));
    ck_assert(slice_istarts(buf_slice(&r.text), "Sorry about bob."));
    ck_assert_uint_eq(json_count(r.recipients), 2);
    ck_assert_str_eq(json_get_str(r.form, "type", ""), "multipart/report");
    ck_assert_str_eq(json_get_str(r.form, "report_type", ""), "delivery-status");
    ck_assert_str_eq(json_get_str(r.form, "mta", ""), "dns; relay.example");
    ck_assert_int_eq(json_get_int(r.form, "groups", 0), 2);
    ck_assert_uint_eq(json_count(json_get(r.form, "parts")), 3);
    ck_assert_str_eq(json_as_str(json_at(json_get(r.form, "parts"), 1), ""), "message/delivery-status");
    const struct json *bob = json_at(r.recipients, 0), *ann = json_at(r.recipients, 1);
    ck_assert_str_eq(json_get_str(bob, "rcpt", ""), "bob@d.example");
    ck_assert_str_eq(json_get_str(bob, "action", ""), "failed");
    ck_assert_str_eq(json_get_str(bob, "status", ""), "5.1.1");
    ck_assert_str_eq(json_get_str(bob, "diagnostic", ""), "smtp; 550 5.1.1 No such user");
    ck_assert_str_eq(json_get_str(bob, "remote_mta", ""), "mx.d.example");
    ck_assert_str_eq(json_get_str(ann, "status", ""), "4.4.1");
    ck_assert_str_eq(json_get_str(ann, "will_retry_until", ""), "Tue, 01 Jan 2030 00:00:00 +0000");
    ck_assert_ptr_null(json_get(bob, "will_retry_until"));
    ck_assert(report_split_token(r.token, "run1", id, sizeof id, &n));
    ck_assert_str_eq(id, "m1");
    ck_assert_uint_eq(n, 3);
    ck_assert(!report_split_token(r.token, "run2", id, sizeof id, &n));
    report_fini(&r);
}
END_TEST

START_TEST(an_ordinary_message_is_not_a_report)
{
    struct report r;
    report_read(SLICE_LIT("Subject: hi\r\nX-Relaylab-Id: run1.a.b.1\r\n\r\nFinal-Recipient: x\r\n"), &r);
    ck_assert_int_eq(r.kind, REPORT_NONE);
    ck_assert_str_eq(r.token, "run1.a.b.1");
    ck_assert_uint_eq(json_count(r.recipients), 0);
    report_fini(&r);
}
END_TEST

START_TEST(a_bounce_in_words_names_recipients_before_what_it_returns)
{
    struct report r;
    report_read(SLICE_LIT("Subject: Mail delivery failed\r\n\r\nThere was an error delivering your mail to "
                          "<Bob@d.example>.\r\n\r\nNot yet: ann@d.example.\r\n\r\nMessage headers follow.\r\n\r\n"
                          "To: eve@d.example\r\nX-Relaylab-Id: run1.m1.3\r\n\r\nwords\r\n"),
                &r);
    ck_assert(r.kind == REPORT_NONE && !r.in_own_header && !report_tells_of_delay(&r));
    ck_assert_str_eq(r.token, "run1.m1.3");
    ck_assert(slice_istarts(buf_slice(&r.text), "There was an error"));
    ck_assert(report_names(&r, "bob@d.example") && report_names(&r, "ann@d.example"));
    ck_assert(!report_names(&r, "eve@d.example"));
    ck_assert(!report_names(&r, "ob@d.example") && !report_names(&r, "bob@d.exam"));
    report_fini(&r);
    report_read(SLICE_LIT("Subject: Warning: not sent for 4 hours\r\n\r\nHi\r\n"), &r);
    ck_assert(report_tells_of_delay(&r));
    report_fini(&r);
}
END_TEST

START_TEST(a_bounce_cut_anywhere_is_read_as_far_as_it_goes)
{
    for (size_t len = 0; len < sizeof bounce; len++) {
        struct report r;
        report_read(slice_make(bounce, len), &r);
        ck_assert_uint_le(json_count(r.recipients), 2);
        report_fini(&r);
    }
}
END_TEST

SUITE(report, a_report_is_read_part_by_part, an_ordinary_message_is_not_a_report,
      a_bounce_in_words_names_recipients_before_what_it_returns, a_bounce_cut_anywhere_is_read_as_far_as_it_goes)
