#include <stdio.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "relay/message/dsn.h"
#include "relay/message/check_header.h"
#include "relay/message/mend.h"
#include "relay/message/trace.h"

#define DAY_2030 (INT64_C(1893456000) * 1000000000)

static const struct prepare_info submitted = {.hostname = "relay.example",
                                              .queue_id = "q1",
                                              .helo = "app.example",
                                              .client_address = "192.0.2.9",
                                              .recipient = "bob@d.example",
                                              .esmtp = true,
                                              .tls = true,
                                              .authenticated = true,
                                              .submission = true,
                                              .wall_ns = DAY_2030};

static const char *prepare(const struct prepare_info *info, const char *message)
{
    static struct buf out;
    struct draft draft;
    buf_fini(&out);
    buf_init(&out, 65536);
    ck_assert(draft_open(&draft, slice_cstr(message)));
    mend(&draft, info);
    trace_add(&draft, info);
    ck_assert(draft_write(&draft, &out));
    ck_assert_uint_le(out.len, draft_head_size(&draft));
    ck_assert(buf_add_slice(&out, draft.body));
    draft_close(&draft);
    return buf_cstr(&out);
}

static void expect_part(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "lacks: %s\nin: %s", part, text);
}

START_TEST(a_trace_field_is_put_before_the_message)
{
    const char *text = prepare(&submitted, "Date: x\r\nMessage-ID: <y>\r\nSubject: z\r\n\r\nbody\r\n");
    ck_assert_int_eq(strncmp(text, "Received: from app.example ([192.0.2.9])", 40), 0);
    expect_part(text, "with ESMTPSA id q1");
    expect_part(text, "for <bob@d.example>");
    expect_part(text, "Tue, 1 Jan 2030 00:00:00 +0000");
    expect_part(text, "Date: x\r\nMessage-ID: <y>\r\nSubject: z\r\n\r\nbody\r\n");
}
END_TEST

START_TEST(what_a_submission_lacks_is_added_and_what_must_not_leave_is_removed)
{
    const char *text = prepare(
        &submitted, "Bcc: secret@d.example,\r\n more@d.example\r\nReturn-Path: <x>\r\nSubject: z\r\n\r\nBcc: body\r\n");
    expect_part(text, "Date: Tue, 1 Jan 2030 00:00:00 +0000\r\n");
    expect_part(text, "Message-ID: <q1@relay.example>\r\n");
    ck_assert_ptr_null(strstr(text, "secret"));
    ck_assert_ptr_null(strstr(text, "more@"));
    ck_assert_ptr_null(strstr(text, "Return-Path"));
    expect_part(text, "\r\n\r\nBcc: body\r\n");
}
END_TEST

/* What follows our own fields, which end with the date of the Received field. */
static const char *after_received(const struct prepare_info *info, const char *message)
{
    const char *text = strstr(prepare(info, message), "+0000\r\n");
    ck_assert_ptr_nonnull(text);
    return text + strlen("+0000\r\n");
}

START_TEST(no_copy_of_the_hidden_recipients_leaves_at_either_door)
{
    static const char *const hidden[] = {"Bcc: a\r\n",
                                         "BCC:a\r\n b\r\n\tc\r\n",
                                         "bcc : a\r\n",
                                         "bCc\t:\r\n a\r\n",
                                         "Bcc:\r\n",
                                         "Resent-Bcc: a\r\n",
                                         "RESENT-BCC:\r\n a,\r\n b\r\nBcc: c\r\nresent-bcc: d\r\n"};
    struct prepare_info relayed = submitted;
    relayed.submission = relayed.authenticated = false;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        char message[200];
        ck_assert_str_eq(after_received(&relayed, hidden[i]), "");
        (void)snprintf(message, sizeof message, "%s\r\nbody\r\n", hidden[i]);
        ck_assert_str_eq(after_received(&relayed, message), "\r\nbody\r\n");
        (void)snprintf(message, sizeof message, "%sDate: x\r\n%sMessage-ID: y\r\n%s\r\nBcc: z\r\n", hidden[i],
                       hidden[i], hidden[i]);
        ck_assert_str_eq(after_received(&submitted, message), "Date: x\r\nMessage-ID: y\r\n\r\nBcc: z\r\n");
    }
    ck_assert_str_eq(after_received(&relayed, "Bccx: a\r\nX-Bcc: b\r\n\r\n"), "Bccx: a\r\nX-Bcc: b\r\n\r\n");
}
END_TEST

START_TEST(text_without_a_header_section_becomes_body)
{
    static const struct {
        const char *message, *wanted;
    } cases[] = {{"Hello Bob\r\nBcc: and so on\r\n", "\r\nHello Bob\r\nBcc: and so on\r\n"},
                 {"Dear Bob: yes\r\n\r\nmore\r\n", "\r\nDear Bob: yes\r\n\r\nmore\r\n"},
                 {" indented: x\r\n", "\r\n indented: x\r\n"},
                 {": x\r\n", "\r\n: x\r\n"},
                 {"gr\xc3\xbc: x\r\n", "\r\ngr\xc3\xbc: x\r\n"},
                 {"\r\nSubject: x\r\n", "\r\nSubject: x\r\n"},
                 {"Subject: x\r\nHello Bob\r\n\r\ny\r\n", "Subject: x\r\n\r\nHello Bob\r\n\r\ny\r\n"},
                 {"Subject : x\r\n y\r\n\r\nz\r\n", "Subject : x\r\n y\r\n\r\nz\r\n"},
                 {"From alice Tue Jan  1 00:00:00 2030\r\nSubject: x\r\n\r\ny\r\n",
                  "X-Mailbox-Line: From alice Tue Jan  1 00:00:00 2030\r\nSubject: x\r\n\r\ny\r\n"},
                 {"From here on:\r\nit is text\r\n", "\r\nFrom here on:\r\nit is text\r\n"},
                 {"Subject: x", "Subject: x\r\n"},
                 {"", ""}};
    struct prepare_info relayed = submitted;
    relayed.submission = relayed.authenticated = false;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(after_received(&relayed, cases[i].message), cases[i].wanted);
    expect_part(prepare(&submitted, "Hello\r\n"), "\r\nMessage-ID: <q1@relay.example>\r\n\r\nHello\r\n");
}
END_TEST

START_TEST(what_a_client_calls_itself_makes_a_received_field_in_any_case)
{
    static const struct {
        const char *helo, *from;
    } cases[] = {{"[192.0.2.9]", "Received: from [192.0.2.9] ([192.0.2.9])\r\n"},
                 {"my_pc", "Received: from my_pc ([192.0.2.9])\r\n"},
                 {"bob's pc (old)\\", "Received: from [192.0.2.9] (HELO bob's pc ?old?\?)\r\n"},
                 {"m\xc3\xbcller", "Received: from [192.0.2.9] (HELO m?\?ller)\r\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct prepare_info info = submitted;
        info.helo = cases[i].helo;
        expect_part(prepare(&info, "\r\n"), cases[i].from);
    }
}
END_TEST

START_TEST(on_the_other_door_nothing_is_fixed)
{
    struct prepare_info info = submitted;
    info.submission = info.authenticated = false;
    const char *text = prepare(&info, "Subject: z\r\n\r\nbody\r\n");
    expect_part(text, "with ESMTPS id");
    ck_assert_ptr_null(strstr(text, "Message-ID"));
}
END_TEST

START_TEST(the_trace_field_names_the_protocol)
{
    static const struct {
        bool esmtp, utf8, tls, authenticated;
        const char *name;
    } rows[] = {{false, false, false, false, "SMTP"},   {true, false, false, false, "ESMTP"},
                {true, false, true, false, "ESMTPS"},   {true, false, false, true, "ESMTPA"},
                {true, true, false, false, "UTF8SMTP"}, {true, true, true, false, "UTF8SMTPS"},
                {true, true, false, true, "UTF8SMTPA"}, {true, true, true, true, "UTF8SMTPSA"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char part[40];
        struct prepare_info info = submitted;
        info.esmtp = rows[i].esmtp;
        info.utf8 = rows[i].utf8;
        info.tls = rows[i].tls;
        info.authenticated = rows[i].authenticated;
        (void)snprintf(part, sizeof part, "with %s id q1", rows[i].name);
        expect_part(prepare(&info, "Subject: z\r\n\r\nbody\r\n"), part);
    }
}
END_TEST

START_TEST(as_many_received_fields_as_the_limit_are_a_loop)
{
    struct draft draft;
    ck_assert(draft_open(&draft, SLICE_LIT("Received: a\r\n b\r\nSubject: x\r\nreceived: c\r\n\r\nReceived: d\r\n")));
    ck_assert(check_header_loops(&draft.header, 2));
    ck_assert(!check_header_loops(&draft.header, 3));
    draft_close(&draft);
}
END_TEST

START_TEST(one_click_unsubscription_is_kept)
{
    static const char fields[] = "Date: x\r\nMessage-ID: <y>\r\nList-Unsubscribe: <https://s.example/u?x=1>,\r\n"
                                 " <mailto:u@s.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\n";
    ck_assert_str_eq(after_received(&submitted, fields), fields);
}
END_TEST

START_TEST(a_bounce_has_its_three_parts)
{
    struct dsn_recipient recipients[] = {{.address = "bob@d.example",
                                          .status = "5.1.1",
                                          .diagnostic = "550 5.1.1 No such user",
                                          .from_host = true,
                                          .remote_mta = "mx.d.example",
                                          .last_attempt_ns = DAY_2030},
                                         {.address = "ann@d.example",
                                          .status = "4.4.1",
                                          .diagnostic = "Connecting: no answer\r\nX: y",
                                          .last_attempt_ns = DAY_2030}};
    struct dsn dsn = {.hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .boundary = "b0undary",
                      .now_ns = DAY_2030,
                      .arrival_ns = DAY_2030,
                      .recipients = recipients,
                      .recipient_count = 2,
                      .original = SLICE_LIT("Subject: hello\r\nX-Mark: 1\r\n\r\nthe body\r\n")};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    const char *text = buf_cstr(&out);
    expect_part(text, "To: <alice@s.example>\r\n");
    expect_part(text, "Auto-Submitted: auto-replied\r\n");
    expect_part(text, "Content-Type: multipart/report; report-type=delivery-status;");
    expect_part(text, "Reporting-MTA: dns; relay.example\r\n");
    expect_part(text, "\r\n\r\nFinal-Recipient: rfc822; bob@d.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
                      "Remote-MTA: dns; mx.d.example\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n");
    expect_part(text, "Diagnostic-Code: x-relaylab; Connecting: no answer? X: y\r\n"); /* no line of its own */
    expect_part(text, "Content-Type: text/rfc822-headers\r\n\r\nSubject: hello\r\nX-Mark: 1\r\n\r\n--b0undary--\r\n");
    ck_assert_ptr_null(strstr(text, "the body"));
    buf_fini(&out);
}
END_TEST

/* A host's reply and name at their longest; and a header section whose lines are as long. */
START_TEST(no_line_of_a_report_is_too_long)
{
    static char word[2000], words[2000], header[4000];
    memset(word, 'w', sizeof word - 1);
    for (size_t i = 0; i + 1 < sizeof words; i++)
        words[i] = i % 10 == 9 ? ' ' : 'x';
    (void)snprintf(header, sizeof header, "Subject: caf\xc3\xa9\r\nX-Long: %.1000s\r\nX-Fits: %.990s\r\n\r\n", word,
                   word);
    struct dsn_recipient recipients[] = {{.address = "bob@d.example",
                                          .status = "5.1.1",
                                          .diagnostic = word,
                                          .from_host = true,
                                          .remote_mta = word,
                                          .last_attempt_ns = DAY_2030},
                                         {.address = "ann@d.example",
                                          .status = "5.1.1",
                                          .diagnostic = words,
                                          .from_host = true,
                                          .remote_mta = "mx.d.example",
                                          .last_attempt_ns = DAY_2030}};
    struct dsn dsn = {.hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .boundary = "b0undary",
                      .recipients = recipients,
                      .recipient_count = 2,
                      .original = slice_cstr(header)};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    struct slice rest = buf_slice(&out);
    size_t longest = 0, folds = 0;
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        longest = line.len - 1 > longest ? line.len - 1 : longest;
        folds += slice_istarts(line, " xxxxxxxxx xxx");
        ck_assert(!slice_istarts(line, " xxx") || line.len - 1 <= 78);
    }
    ck_assert_uint_eq(longest, 998);
    ck_assert_uint_ge(folds, 10);
    const char *text = buf_cstr(&out);
    ck_assert_ptr_nonnull(
        strstr(text, "\r\n    mx.d.example said: xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx\r\n    x"));
    ck_assert_ptr_nonnull(
        strstr(text, "\r\nDiagnostic-Code: smtp; xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx xxxxxxxxx\r\n x"));
    ck_assert_ptr_nonnull(strstr(text, "www\r\nX-Fits: www"));
    ck_assert_ptr_nonnull(strstr(text, "\r\nSubject: caf??\r\n")); /* it is sent as seven bits */
    buf_fini(&out);
}
END_TEST

START_TEST(a_delay_report_says_how_long_the_relay_will_retry)
{
    struct dsn_recipient late = {.address = "bob@d.example",
                                 .status = "5.7.1",
                                 .diagnostic = "554 5.7.1 Not now",
                                 .from_host = true,
                                 .remote_mta = "mx.d.example"};
    struct dsn dsn = {.action = DSN_DELAYED,
                      .hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .boundary = "b0undary",
                      .now_ns = DAY_2030,
                      .arrival_ns = DAY_2030,
                      .retry_until_ns = DAY_2030 + 5 * INT64_C(86400000000000),
                      .recipients = &late,
                      .recipient_count = 1,
                      .original = SLICE_LIT("Subject: hello\r\n\r\n")};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    const char *text = buf_cstr(&out);
    expect_part(text, "Subject: Delayed mail (still being retried)\r\n");
    expect_part(text, "\r\nAction: delayed\r\nStatus: 4.7.1\r\n");
    expect_part(text, "\r\nWill-Retry-Until: Sun, 6 Jan 2030 00:00:00 +0000\r\n");
    ck_assert_ptr_null(strstr(text, "Last-Attempt-Date"));
    ck_assert_ptr_null(strstr(text, "will not be tried"));
    buf_fini(&out);
}
END_TEST

/* RFC 3461 §6.3, RFC 3464 §2.2.1 and §2.3.1 */
START_TEST(a_report_returns_what_the_sender_knows_the_message_and_its_recipients_by)
{
    struct dsn_recipient recipients[] = {
        {.address = "bob@d.example",
         .orcpt = "rfc822;b+2Bo+3Db@old.example",
         .status = "2.0.0",
         .diagnostic = "250 ok"},
        {.address = "ann@d.example", .orcpt = "", .status = "2.0.0", .diagnostic = "250 ok"}};
    struct dsn dsn = {.action = DSN_RELAYED,
                      .hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .envid = "QQ+2B314+20159",
                      .boundary = "b0undary",
                      .recipients = recipients,
                      .recipient_count = 2,
                      .original = SLICE_LIT("Subject: hello\r\n\r\nbody\r\n")};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    const char *text = buf_cstr(&out);
    expect_part(text, "\r\nOriginal-Envelope-Id: QQ+314 159\r\n\r\n");
    expect_part(text, "\r\n\r\nOriginal-Recipient: rfc822; b+o=b@old.example\r\n"
                      "Final-Recipient: rfc822; bob@d.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n");
    expect_part(text, "\r\n\r\nFinal-Recipient: rfc822; ann@d.example\r\nAction: relayed\r\n");
    expect_part(text, "\r\nSubject: Successful mail delivery report\r\n");
    buf_fini(&out);
}
END_TEST

START_TEST(a_report_returns_the_whole_message_when_it_is_to)
{
    struct dsn_recipient bob = {.address = "bob@d.example", .status = "5.1.1", .diagnostic = "550 no"};
    struct dsn dsn = {.action = DSN_FAILED,
                      .hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .boundary = "b0undary",
                      .recipients = &bob,
                      .recipient_count = 1,
                      .original = SLICE_LIT("Subject: hello\r\n\r\nthe body\r\n"),
                      .full = true};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    const char *text = buf_cstr(&out);
    expect_part(text, "Content-Type: message/rfc822\r\n\r\nSubject: hello\r\n\r\nthe body\r\n\r\n--b0undary--\r\n");
    ck_assert_ptr_null(strstr(text, "Original-"));
    buf_fini(&out);
}
END_TEST

/* RFC 6533 §4 */
START_TEST(a_report_about_international_mail_is_in_utf8)
{
#define GRUE "gr\xc3\xbc"
    struct dsn_recipient to = {.address = GRUE "@xn--gr-yka.example",
                               .orcpt = "utf-8;\\x{FC}@d.example",
                               .status = "5.1.1",
                               .diagnostic = "550 kein " GRUE "\xff",
                               .from_host = true,
                               .remote_mta = "mx.d.example"};
    struct dsn dsn = {.action = DSN_FAILED,
                      .hostname = "relay.example",
                      .queue_id = "q2",
                      .original_id = "q1",
                      .sender = "alice@s.example",
                      .boundary = "b0undary",
                      .recipients = &to,
                      .recipient_count = 1,
                      .original = SLICE_LIT("Subject: " GRUE "\r\n\r\nbody\r\n"),
                      .utf8 = true,
                      .eight_bit = true};
    struct buf out;
    buf_init(&out, 65536);
    ck_assert(dsn_write(&dsn, &out));
    const char *text = buf_cstr(&out);
    expect_part(text, "Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    expect_part(text, "\r\nOriginal-Recipient: utf-8; \xc3\xbc@d.example\r\nFinal-Recipient: utf-8; " GRUE "@" GRUE
                      ".example\r\n");
    expect_part(text, "\r\nDiagnostic-Code: smtp; 550 kein " GRUE "?\r\n");
    expect_part(text, "Content-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: " GRUE);
    dsn.eight_bit = false; /* its own sender has an address in ASCII: nothing needs SMTPUTF8 */
    buf_reset(&out);
    ck_assert(dsn_write(&dsn, &out));
    ck_assert(slice_is_ascii(buf_slice(&out)));
    expect_part(buf_cstr(&out), "Content-Type: message/global-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                "U3ViamVjdDogZ3LDvA0K\r\n--b0undary--\r\n");
    buf_fini(&out);
}
END_TEST

SUITE(message, a_trace_field_is_put_before_the_message,
      what_a_submission_lacks_is_added_and_what_must_not_leave_is_removed, on_the_other_door_nothing_is_fixed,
      no_copy_of_the_hidden_recipients_leaves_at_either_door, text_without_a_header_section_becomes_body,
      what_a_client_calls_itself_makes_a_received_field_in_any_case, as_many_received_fields_as_the_limit_are_a_loop,
      one_click_unsubscription_is_kept, the_trace_field_names_the_protocol, a_bounce_has_its_three_parts,
      a_report_about_international_mail_is_in_utf8, a_delay_report_says_how_long_the_relay_will_retry,
      no_line_of_a_report_is_too_long, a_report_returns_what_the_sender_knows_the_message_and_its_recipients_by,
      a_report_returns_the_whole_message_when_it_is_to)
