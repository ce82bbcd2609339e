#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/mx/report.h"

static const char bounce[] =
    "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered\r\n"
    "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_b\"\r\n\r\n"
    "preamble\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nSorry about bob.\r\n"
    "--=_b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n"
    "Original-Envelope-Id: QQ1\r\n\r\nOriginal-Recipient: rfc822;Bob+x@old.example\r\n"
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
    ck_assert_str_eq(json_get_str(r.form, "envid", ""), "QQ1");
    const struct json *bob = json_at(r.recipients, 0), *ann = json_at(r.recipients, 1);
    ck_assert_str_eq(json_get_str(bob, "rcpt", ""), "bob@d.example");
    ck_assert_str_eq(json_get_str(bob, "action", ""), "failed");
    ck_assert_str_eq(json_get_str(bob, "status", ""), "5.1.1");
    ck_assert_str_eq(json_get_str(bob, "diagnostic", ""), "smtp; 550 5.1.1 No such user");
    ck_assert_str_eq(json_get_str(bob, "remote_mta", ""), "mx.d.example");
    ck_assert_str_eq(json_get_str(ann, "status", ""), "4.4.1");
    ck_assert_str_eq(json_get_str(ann, "will_retry_until", ""), "Tue, 01 Jan 2030 00:00:00 +0000");
    ck_assert_str_eq(json_get_str(bob, "orcpt", ""), "rfc822;Bob+x@old.example");
    ck_assert_ptr_null(json_get(ann, "orcpt"));
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

/* ---- kinds ---- */

#define PARTS(type, second)                                                                                            \
    "Content-Type: " type                                                                                              \
    "; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b\r\nContent-Type: " second                 \
    "\r\n\r\nFinal-Recipient: rfc822; b@d\r\n\r\n--b--\r\n"

START_TEST(a_bounce_is_distinguished_from_receipts_complaints_and_replies)
{
    static const struct {
        const char *message;
        enum report_kind kind;
    } cases[] = {
        {PARTS("multipart/report; report-type=delivery-status", "message/delivery-status"), REPORT_STATUS},
        {PARTS("multipart/report", "message/global-delivery-status"), REPORT_STATUS},
        {PARTS("multipart/mixed", "message/delivery-status"), REPORT_STATUS}, /* the part says what it is */
        {PARTS("multipart/report; report-type=disposition-notification", "message/disposition-notification"),
         REPORT_RECEIPT},
        {PARTS("multipart/report; report-type=feedback-report", "message/feedback-report"), REPORT_COMPLAINT},
        {PARTS("multipart/report; report-type=delivery-status", "text/plain"), REPORT_STATUS}, /* without its part */
        {PARTS("multipart/report; report-type=Disposition-Notification", "text/plain"), REPORT_RECEIPT},
        {PARTS("multipart/report", "text/plain"), REPORT_STATUS},
        {PARTS("multipart/mixed", "text/plain"), REPORT_NONE},
        {"Subject: Out of Office: Bob\r\n\r\nx\r\n", REPORT_REPLY},
        {"Subject: x\r\nPrecedence: AUTO_REPLY\r\n\r\nx\r\n", REPORT_REPLY},
        {"Subject: x\r\nPrecedence: bulk\r\n\r\nx\r\n", REPORT_NONE},
        {"Subject: x\r\nX-Autoreply: yes\r\n\r\nx\r\n", REPORT_REPLY},
        {"Subject: x\r\nX-Autorespond: yes\r\n\r\nx\r\n", REPORT_REPLY},
        {"Subject: x\r\n\r\nX-Autoreply: yes\r\n", REPORT_NONE},
        {"", REPORT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r;
        report_read(slice_cstr(cases[i].message), &r);
        ck_assert_msg(r.kind == cases[i].kind, "case %zu: kind %d", i, (int)r.kind);
        report_fini(&r);
    }
}
END_TEST

/* ---- groups of fields, as mail servers write them ---- */

#define STATUS(groups)                                                                                                 \
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\n"       \
    "Content-Type: message/delivery-status\r\n\r\n" groups "\r\n--b--\r\n"

START_TEST(a_group_is_read_with_comments_types_and_brackets_left_out)
{
    static const struct {
        const char *group, *rcpt, *action, *status; /* rcpt: NULL = no recipient is found */
    } cases[] = {
        {"Final-Recipient: rfc822; b@d\r\nAction: failed\r\nStatus: 5.1.1\r\n", "b@d", "failed", "5.1.1"},
        {"final-recipient:RFC822;b@d\r\naction:FAILED\r\nstatus:5.1.1\r\n", "b@d", "failed", "5.1.1"},
        {"Final-Recipient: rfc822; <b@d>\r\nAction: failed (for good)\r\nStatus: 5.1.1 (no (such) user)\r\n", "b@d",
         "failed", "5.1.1"},
        {"Final-Recipient: b@d\r\nAction: Delayed\r\nStatus: 4.4.1\r\n", "b@d", "delayed", "4.4.1"},
        {"Final-Recipient: rfc822;\r\n b@d\r\nAction: failed\r\nStatus: 5.1.1\r\n", "b@d", "failed", "5.1.1"},
        {"Final-Recipient: rfc822; b@d (Bob)\r\n", "b@d", "", ""},
        {"Final-Recipient: rfc822; \"b (x)\"@d\r\n", "\"b (x)\"@d", "", ""}, /* in quotes there are no comments */
        {"Original-Recipient: rfc822; o@d\r\nAction: failed\r\nStatus: 5.0.0\r\n", "o@d", "failed", "5.0.0"},
        {"Original-Recipient: rfc822; o@d\r\nFinal-Recipient: rfc822; b@d\r\n", "b@d", "", ""},
        {"Action: failed\r\nStatus: 5.1.1\r\n", NULL, "", ""},
        {"Final-Recipient: (nobody)\r\n", NULL, "", ""},
        {"Final-Recipient: rfc822; b@d (open\r\nAction: failed\r\n", "b@d", "failed", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r;
        char message[2048];
        (void)snprintf(message, sizeof message, STATUS("Reporting-MTA: dns; r\r\n\r\n%s"), cases[i].group);
        report_read(slice_cstr(message), &r);
        const struct json *one = json_at(r.recipients, 0);
        ck_assert_msg(json_count(r.recipients) == (cases[i].rcpt != NULL), "case %zu: %zu", i,
                      json_count(r.recipients));
        if (cases[i].rcpt != NULL) {
            ck_assert_msg(strcmp(json_get_str(one, "rcpt", "?"), cases[i].rcpt) == 0, "case %zu: %s", i,
                          json_get_str(one, "rcpt", "?"));
            ck_assert_msg(strcmp(json_get_str(one, "action", "?"), cases[i].action) == 0, "case %zu: %s", i,
                          json_get_str(one, "action", "?"));
            ck_assert_msg(strcmp(json_get_str(one, "status", "?"), cases[i].status) == 0, "case %zu: %s", i,
                          json_get_str(one, "status", "?"));
        }
        ck_assert_int_eq(json_get_int(r.form, "groups", -1), 1);
        report_fini(&r);
    }
}
END_TEST

START_TEST(recipients_without_a_final_one_are_marked)
{
    struct report r;
    report_read(
        SLICE_LIT(STATUS("X: y\r\n\r\nOriginal-Recipient: rfc822; o@d\r\n\r\nFinal-Recipient: rfc822; b@d\r\n")), &r);
    ck_assert_uint_eq(json_count(r.recipients), 2);
    ck_assert(!json_get_bool(json_at(r.recipients, 0), "final", true));
    ck_assert(json_get_bool(json_at(r.recipients, 1), "final", true));
    report_fini(&r);
}
END_TEST

START_TEST(no_report_has_more_recipients_than_the_limit)
{
    struct report r;
    struct buf message;
    buf_init(&message, 1024 * 1024);
    (void)buf_add_cstr(&message, "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; r\r\n\r\n");
    for (int i = 0; i < REPORT_RECIPIENTS_MAX + 50; i++)
        (void)buf_printf(&message, "Final-Recipient: rfc822; b%d@d\r\n\r\n", i);
    report_read(buf_slice(&message), &r);
    ck_assert_uint_eq(json_count(r.recipients), REPORT_RECIPIENTS_MAX);
    ck_assert_int_eq(json_get_int(r.form, "groups", 0), REPORT_RECIPIENTS_MAX + 50);
    report_fini(&r);
    buf_fini(&message);
}
END_TEST

/* ---- tokens ---- */

START_TEST(the_token_is_that_of_the_message_that_comes_back)
{
    static const struct {
        const char *message, *token;
        bool own;
    } cases[] = {
        {"X-Relaylab-Id: r.m1.1\r\n\r\nx\r\n", "r.m1.1", true},
        {"x-relaylab-id:r.m1.1\r\n\r\nX-Relaylab-Id: r.m2.1\r\n", "r.m1.1", true},
        {"Subject: x\r\n\r\n> quoted\r\nX-Relaylab-Id: r.m2.1\r\n", "r.m2.1", false},
        {"Subject: x\r\n\r\n> X-Relaylab-Id: r.m2.1\r\n", "", false}, /* not at the beginning of a line */
        {"Subject: x\r\n\r\nX-Relaylab-Id:\r\n", "", false},
        {"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nX-Relaylab-Id: "
         "r.m1.1\r\n\r\n"
         "X-Relaylab-Id: r.m2.1\r\n--b--\r\n",
         "r.m1.1", false},
        {"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\nWC1SZWxheWxhYi1JZDogci5tMS4xDQo=\r\n--b--\r\n",
         "r.m1.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r;
        report_read(slice_cstr(cases[i].message), &r);
        ck_assert_msg(strcmp(r.token, cases[i].token) == 0 && r.in_own_header == cases[i].own, "case %zu: %s", i,
                      r.token);
        report_fini(&r);
    }
}
END_TEST

START_TEST(a_token_names_run_message_and_number)
{
    static const struct {
        const char *token, *id; /* id: NULL = it is not of this run */
        unsigned n;
    } cases[] = {
        {"run1.m1.3", "m1", 3},
        {"run1.a.b.1", "a.b", 1},
        {"run1.m1.1000000", "m1", 1000000},
        {"run1.m1.1000001", NULL, 0},
        {"run1.m1.", NULL, 0},
        {"run1.m1", NULL, 0},
        {"run1..1", NULL, 0},
        {"run1.1", NULL, 0},
        {"run1m1.1", NULL, 0},
        {"run2.m1.1", NULL, 0},
        {"run.m1.1", NULL, 0},
        {"", NULL, 0},
        {"run1.m1.-1", NULL, 0},
        {"run1.m1.1x", NULL, 0},
        {"run1.12345678901234567890123456789012.1", NULL, 0},
        {"run1.1234567890123456789012345678901.1", "1234567890123456789012345678901", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char id[32] = "";
        unsigned n = 0;
        bool is = report_split_token(cases[i].token, "run1", id, sizeof id, &n);
        ck_assert_msg(is == (cases[i].id != NULL), "%s", cases[i].token);
        ck_assert_msg(!is || (strcmp(id, cases[i].id) == 0 && n == cases[i].n), "%s: %s %u", cases[i].token, id, n);
    }
}
END_TEST

/* ---- bounces in words ---- */

START_TEST(words_become_recipients_with_what_is_said_of_each)
{
    static const struct {
        const char *message, *recipients; /* "rcpt action status;" */
    } cases[] = {
        {"To: a@s\r\nSubject: failed\r\n\r\nbob@d.example: 550 5.1.1 no such user\r\n", "bob@d.example failed 5.1.1;"},
        {"Subject: Warning: delayed\r\n\r\nbob@d.example: 451 later\r\n", "bob@d.example delayed 4.0.0;"},
        {"Subject: x\r\n\r\nbob@d.example\r\nann@d.example: 5.2.2\r\nBOB@d.example\r\n",
         "bob@d.example failed -;ann@d.example failed 5.2.2;"},
        {"To: alice@s.example\r\nSubject: x\r\n\r\nalice@s.example: your mail\r\nbob@d.example: 550 no\r\n",
         "bob@d.example failed 5.0.0;"},
        {"Subject: x\r\nX-Failed-Recipients: bob@d.example, ann@d.example\r\n\r\nSorry: 5.1.1\r\n",
         "bob@d.example failed -;ann@d.example failed -;"},
        {"Subject: x\r\n\r\nSorry.\r\n", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report r;
        struct buf got;
        buf_init(&got, 4096);
        report_read(slice_cstr(cases[i].message), &r);
        struct json *names = report_words_name(&r);
        report_add_words(&r, names);
        for (size_t k = 0; k < json_count(r.recipients); k++) {
            const struct json *one = json_at(r.recipients, k);
            (void)buf_printf(&got, "%s %s %s;", json_get_str(one, "rcpt", "?"), json_get_str(one, "action", "?"),
                             json_get_str(one, "status", "-"));
        }
        ck_assert_msg(strcmp(buf_cstr(&got), cases[i].recipients) == 0, "case %zu: %s", i, buf_cstr(&got));
        json_free(names);
        report_fini(&r);
        buf_fini(&got);
    }
}
END_TEST

SUITE(report, a_report_is_read_part_by_part, a_bounce_in_words_names_recipients_before_what_it_returns,
      a_bounce_cut_anywhere_is_read_as_far_as_it_goes, a_bounce_is_distinguished_from_receipts_complaints_and_replies,
      a_group_is_read_with_comments_types_and_brackets_left_out, recipients_without_a_final_one_are_marked,
      no_report_has_more_recipients_than_the_limit, the_token_is_that_of_the_message_that_comes_back,
      a_token_names_run_message_and_number, words_become_recipients_with_what_is_said_of_each,
      an_ordinary_message_is_not_a_report)
