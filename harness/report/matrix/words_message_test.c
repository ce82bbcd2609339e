/* The words about one message. */
#include "harness/report/matrix/row.h"
#include "harness/report/matrix/testing.h"

#define DELIVERED(s, tries, attempts) RECORD(MESSAGE("delivered", AFTER(s), tries, attempts), "", "")
#define BOUNCED(s, tries, dsn)        RECORD(MESSAGE("bounced", AFTER(s), tries, TRY("0", "")), dsn, "")
#define LOST(tries, attempts, dsn)    RECORD(MESSAGE("given up", "", tries, attempts), dsn, "")
#define QUEUED(tries)                 RECORD(MESSAGE("queued", "", tries, TRY("0", "")), "", "")
#define FIRST                         "{'hosts':[]}"

static void check(extractor *extract, const char *text, const char *words, const char *more)
{
    struct row row = {.extract = extract, .about = ""};
    struct json *record = test_json(text);
    struct cell cell;
    cell_make(&cell, &row, record);
    ck_assert_msg(strcmp(buf_cstr(&cell.words), words) == 0, "\"%s\", not \"%s\", of %s", buf_cstr(&cell.words), words,
                  text);
    ck_assert_msg(strcmp(buf_cstr(&cell.more), more) == 0, "\"%s\", not \"%s\", of %s", buf_cstr(&cell.more), more,
                  text);
    cell_free(&cell);
    json_free(record);
}

struct example {
    const char *record, *words, *more;
};

static void check_all(extractor *extract, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(extract, examples[i].record, examples[i].words, examples[i].more);
}

#define CHECK(extract, examples) check_all(extract, examples, sizeof examples / sizeof examples[0])

START_TEST(the_fate_of_a_message_says_whether_it_waited)
{
    static const struct example examples[] = {
        {DELIVERED("0", "1", FIRST), "delivers at once", ""},
        {DELIVERED("290", "1", FIRST), "delivers after 4m50s", ""}, /* a slow session, not a second attempt */
        {DELIVERED("9300", "6", FIRST), "waits, then delivers", "after 2h35m, 6 tries"},
        {DELIVERED("0.5", "2", FIRST), "waits, then delivers", "at once, 2 tries"},
        {BOUNCED("1", "1", DSN("failed", "5.4.3", REPORT)), "bounces at once", "status 5.4.3"},
        {BOUNCED("0", "0", DSN("failed", "", PLAIN)), "bounces at once", "in plain words"},
        {BOUNCED("0", "1", DSN("failed", "", REPORT)), "bounces at once", "without a status"},
        {BOUNCED("120", "1", DSN("failed", "5.5.1", REPORT)), "bounces after 2m", ""},
        {BOUNCED("432180", "1442", DSN("failed", "", PLAIN)), "waits, then bounces", "after 5d3m, 1442 tries"},
        {QUEUED("16"), "waits", "in the queue at the end, after 16 tries"},
        {QUEUED("0"), "waits", "in the queue at the end"},
        {LOST("1", FIRST, ""), "dropped; sender not notified", ""},
        {LOST("30", FIRST, DSN("delayed", "4.4.7", REPORT)), "30 tries, then dropped; sender not notified",
         "its last report says delayed"},
        {RECORD(MESSAGE("not taken", "", "0", ""), "", ""), "refuses the message", ""},
        {RECORD(MESSAGE("no word", "", "1", FIRST), "", ""), "1 try, then not seen again", ""},
        {RECORD(MESSAGE("another", "", "1", FIRST), "", ""), "1 pass", ""}, /* what is not known is not claimed */
        {RECORD("", "", ""), "1 pass", ""},
    };
    CHECK(words_fate, examples);
}
END_TEST

START_TEST(without_a_sender_no_one_has_to_be_notified)
{
    check(
        words_fate,
        RECORD("{'of':'m1','n':1,'from':'','rcpt':'b@d.example','outcome':'given up','attempt_count':1,'attempts':[]}",
               "", ""),
        "dropped", "");
}
END_TEST

START_TEST(a_report_about_another_message_does_not_count)
{
    check(words_fate, LOST("1", FIRST, "{'of':'m2','n':1,'rcpt':'b@d.example','action':'delayed'}"),
          "dropped; sender not notified", "");
    check(words_fate, LOST("1", FIRST, "{'of':'m1','n':1,'rcpt':'other@d.example','action':'delayed'}"),
          "dropped; sender not notified", "");
}
END_TEST

START_TEST(a_row_may_be_about_another_message_than_the_first)
{
    struct row row = {.extract = words_fate, .about = "m2"};
    struct json *record =
        test_json(RECORD(MESSAGE("delivered", AFTER("0"), "1", FIRST) ",{'of':'m2','n':1,'from':'a',"
                                                                      "'outcome':'queued','attempt_count':3}",
                         "", ""));
    struct cell cell;
    cell_make(&cell, &row, record);
    ck_assert_str_eq(buf_cstr(&cell.words), "waits");
    cell_free(&cell);
    json_free(record);
}
END_TEST

START_TEST(the_first_wait_is_that_of_the_second_attempt)
{
    static const struct example examples[] = {
        {DELIVERED("300", "2", FIRST "," TRY("300", "")), "back in 5m", ""},
        {DELIVERED("448", "4", FIRST "," TRY("64", "")), "back in 1m4s", "delivered after 7m28s, 4 tries"},
        {RECORD(MESSAGE("bounced", AFTER("900"), "3", FIRST "," TRY("400.4", "")), "", ""), "back in 6m40s",
         "bounced in the end"},
        {BOUNCED("0", "1", DSN("failed", "5.4.1", REPORT)), "bounces at once", "status 5.4.1"}, /* there was no wait */
    };
    CHECK(words_back, examples);
}
END_TEST

START_TEST(tries_are_counted_with_the_first_waits)
{
#define FIVE FIRST "," TRY("1800", "") "," TRY("3600", "") "," TRY("7200", "") "," TRY("14400", "") "," TRY("14400", "")
    static const struct example examples[] = {
        {RECORD(MESSAGE("bounced", AFTER("432030"), "34", FIVE), "", ""), "34 tries, bounce after 5d",
         "waits 30m, 1h, 2h, 4h, …"},
        {DELIVERED("41400", "3", FIRST "," TRY("1800", "") "," TRY("3600", "")), "3 tries, delivered after 11h30m",
         "waits 30m, 1h"},
        {RECORD(MESSAGE("queued", "", "2", FIRST "," TRY("60", "")), "", ""), "2 tries, then still in the queue",
         "waits 1m"},
        {LOST("2", FIRST "," TRY("60", ""), DSN("delayed", "4.4.7", REPORT)),
         "2 tries, then dropped; sender not notified", "its last report says delayed; waits 1m"},
        {DELIVERED("0", "1", FIRST), "delivers at once", ""},
    };
    CHECK(words_tries, examples);
}
END_TEST

START_TEST(what_carried_the_message_was_encrypted_or_not)
{
    static const struct example examples[] = {
        {DELIVERED("0", "1", TRY("0", HOST("mx", "true"))), "delivers encrypted", ""},
        {DELIVERED("0", "1", TRY("0", HOST("mx", "true") "," HOST("mx", "false"))), "delivers unencrypted",
         "on a new connection"},
        {DELIVERED("300", "2", TRY("0", HOST("mx", "true")) "," TRY("300", HOST("mx", "false"))),
         "delivers unencrypted", "delivered after 5m, 2 tries"},
        {DELIVERED("0", "1", TRY("0", "")), "delivers at once", ""}, /* the session is not known */
        {QUEUED("10"), "waits", "in the queue at the end, after 10 tries"},
    };
    CHECK(words_security, examples);
}
END_TEST

START_TEST(a_message_that_goes_to_another_host_names_it)
{
    static const struct example examples[] = {
        {DELIVERED("0", "1", TRY("0", HOST("mx1", "true") "," HOST("mx2", "true"))), "goes to another host at once",
         "delivered to mx2"},
        {DELIVERED("0", "1", TRY("0", HOST("mx1", "true"))), "delivers at once", ""},
        {DELIVERED("60", "2", TRY("0", HOST("mx1", "true")) "," TRY("60", HOST("mx1", "true") "," HOST("mx2", "true"))),
         "waits, then delivers", "after 1m, 2 tries"},
    };
    CHECK(words_next, examples);
}
END_TEST

START_TEST(a_bounce_is_a_report_or_plain_text)
{
    static const struct example examples[] = {
        {BOUNCED("0", "1", DSN("failed", "5.1.1", REPORT)), "reports 5.1.1", "with Diagnostic-Code"},
        {BOUNCED("0", "1", DSN("failed", "", REPORT)), "reports no status", "with Diagnostic-Code"},
        {BOUNCED("0", "1", DSN("failed", "5.1.1", PLAIN)), "plain text, not a report", ""},
        {BOUNCED("0", "1", DSN("failed", "5.0.0", "'diagnostic':'','report':{'type':'multipart/mixed'}")),
         "reports 5.0.0", "as multipart/mixed; without Diagnostic-Code"},
        {BOUNCED("0", "1", DSN("failed", "5.1.1", "'diagnostic':'smtp; 550'")), "reports 5.1.1",
         "with Diagnostic-Code"}, /* another recipient's entry has the report */
        {LOST("1", FIRST, DSN("delayed", "4.0.0", REPORT)), "dropped; sender not notified",
         "its last report says delayed"},
    };
    CHECK(words_report, examples);
}
END_TEST

START_TEST(notices_of_delay_are_listed)
{
    static const struct example examples[] = {
        {QUEUED("4"), "no notice of the delay", ""},
        {BOUNCED("4", "4", DSN("failed", "5.0.0", REPORT)), "no notice of the delay", ""},
        {LOST("4", FIRST,
              DSN("delayed", "4.0.0", REPORT) "," DSN("failed", "5.0.0", REPORT) "," DSN("delayed", "4.0.0", REPORT)),
         "after 4h, 4h", ""},
    };
    CHECK(words_notices, examples);
}
END_TEST

START_TEST(copies_are_counted)
{
    static const struct example examples[] = {
        {DELIVERED("300", "2", FIRST), "1 copy", "delivered after 5m, 2 tries"},
        {"{'target':'x','result':'pass','verdicts':[{'verdict':'pass'}],'behaviour':{'messages':[{'of':'m1','outcome':"
         "'delivered','after':450,'copies':2,'attempt_count':3}]}}",
         "2 copies", "the first after 7m30s, 3 tries"},
        {"{'target':'x','result':'pass','verdicts':[{'verdict':'pass'}],'behaviour':{'messages':[{'of':'m1','outcome':"
         "'queued','copies':0,'attempt_count':3}]}}",
         "waits", "in the queue at the end, after 3 tries"},
    };
    CHECK(words_copies, examples);
}
END_TEST

SUITE(words_message, the_fate_of_a_message_says_whether_it_waited, without_a_sender_no_one_has_to_be_notified,
      a_report_about_another_message_does_not_count, a_row_may_be_about_another_message_than_the_first,
      the_first_wait_is_that_of_the_second_attempt, tries_are_counted_with_the_first_waits,
      what_carried_the_message_was_encrypted_or_not, a_message_that_goes_to_another_host_names_it,
      a_bounce_is_a_report_or_plain_text, notices_of_delay_are_listed, copies_are_counted)
