/* What a report says of each event, in addition to SMTP itself, and where it stops. */
#include <stdlib.h>
#include <string.h>

#include "harness/report/record/testing.h"
#include "harness/report/record/transcript.h"
#include "lib/base/mem.h"

#define QUIET WORLD("may: x, spec: RFC1, delivered: {of: m1}")

static struct test_run run;

START_TEST(each_event_of_the_story_has_its_sentence)
{
    static const char *const cases[][2] = {
        {"'event':'msg.handed','msg':'m1','n':1", "m1 handed to the target"},
        {"'event':'msg.submitted','msg':'m1','n':1,'from':'a@s','to':['b@d']",
         "m1 submitted, from <a@s>, to 1 recipient"},
        {"'event':'msg.submitted','msg':'m1','n':1,'from':'','to':['b@d','c@d']",
         "m1 submitted, from <>, to 2 recipients"},
        {"'event':'msg.refused','msg':'m1','n':1,'code':554,'text':'5.7.1 no'",
         "m1 refused by the target: 554 5.7.1 no"},
        {"'event':'target.action','action':'stop'", "the target is stopped"},
        {"'event':'target.action','action':'kill'", "the target is killed"},
        {"'event':'target.action','action':'restart'", "the target is started again"},
        {"'event':'target.action','action':'reload'", "the target reloads its configuration"},
        {"'event':'target.action','action':'flush'", "the target tries all waiting messages now"},
        {"'event':'target.action','action':'later'", "later"}, /* of a newer sim */
        {"'event':'target.exit','signal':11", "the target ended, signal 11"},
        {"'event':'target.exit','status':0", "the target ended, status 0"},
        {"'event':'target.exit','status':0,'asked':'stop'", NULL}, /* the action said so */
        {"'event':'target.silent','text':'no answer'", "the target is silent: no answer"},
        {"'event':'world.change','hosts':['mx1.d'],'zones':['d','e']", "the world changes: mx1.d, d, e"},
        {"'event':'world.change'", "the world changes:"},
        {"'event':'violation','addr':'8.8.8.8','port':25", "a connect outside the world was denied: 8.8.8.8 port 25"},
        {"'event':'tcp.connect','conn':1,'host':'mx.d.example'", NULL}, /* they are in the transcripts */
        {"'event':'dns.answer','qname':'d','qtype':'MX'", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *event = mem_printf("{'t':90.5,%s}\n", cases[i][0]);
        test_run_begin(&run, QUIET, event);
        struct json *events = transcript_events(&run.trial.trace);
        const struct json *one = json_at(events, 0);
        const char *words = json_as_str(json_at(one, 2), NULL);
        if (cases[i][1] == NULL)
            ck_assert_msg(json_count(events) == 0, "%s: %s", cases[i][0], words);
        else
            ck_assert_msg(words != NULL && strcmp(words, cases[i][1]) == 0, "%s: %s", cases[i][0], words);
        ck_assert(cases[i][1] == NULL || json_as_real(json_at(one, 0), 0) == 90.5);
        json_free(events);
        test_run_end(&run);
        free(event);
    }
}
END_TEST

/* The trace has the octets of the scenario as the text, with the code that they begin with. */
START_TEST(a_raw_reply_is_shown_as_it_was_on_the_wire)
{
    static const char *const wanted[] = {"rule 1 at rcpt acts: raw, time 1", "250-a\\x0D", "250 b\\x0D", "250 ok"};
    test_run_begin(
        &run, QUIET,
        TEST_CONNECT(1, 1, "mx.d.example") "{'t':2,'conn':1,'event':'rule.fired','rule':1,'at':'rcpt','effect':'raw','"
                                           "count':1}\n" TEST_REPLY(2, 1, "RCPT", 250, "250-a\\\\x0D\\n250 b\\\\x0D\\n")
                                               TEST_REPLY(3, 1, "RCPT", 250, "ok"));
    struct json *connections = transcript_connections(&run.trial.facts.sessions);
    const struct json *lines = json_get(json_at(json_get(connections, "list"), 0), "lines");
    ck_assert_uint_eq(json_count(lines), sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < json_count(lines); i++)
        ck_assert_str_eq(json_as_str(json_at(json_at(lines, i), 2), ""), wanted[i]);
    json_free(connections);
    test_run_end(&run);
}
END_TEST

START_TEST(each_thing_that_the_lab_does_to_a_connection_is_a_note)
{
    static const char *const cases[][2] = {
        {"'event':'rule.fired','rule':2,'at':'rcpt','effect':'reply','count':3", "rule 2 at rcpt acts: reply, time 3"},
        {"'event':'smtp.data','bytes':1234", "1234 octets of message and the final dot"},
        {"'event':'tls.start'", "TLS handshake begins"},
        {"'event':'tls.done','version':'TLSv1.3'", "encrypted: TLSv1.3"},
        {"'event':'tls.done'", "encrypted: TLS"},
        {"'event':'tls.fail','text':'no shared cipher'", "TLS handshake failed: no shared cipher"},
        {"'event':'smtp.accepted','txn':1", "the host keeps the message"},
        {"'event':'dsn.seen','subject':'Undelivered'", "it is a bounce: Undelivered"},
        {"'event':'tcp.close','by':'host','how':'fin'", "connection closed by the host"},
        {"'event':'tcp.close','by':'target','how':'reset'", "connection reset by the target"},
        {"'event':'tcp.close'", "connection closed by the other side"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *events = mem_printf(TEST_CONNECT(1, 1, "mx.d.example") "{'t':2,'conn':1,%s}\n", cases[i][0]);
        test_run_begin(&run, QUIET, events);
        struct json *connections = transcript_connections(&run.trial.facts.sessions);
        const struct json *lines = json_get(json_at(json_get(connections, "list"), 0), "lines"),
                          *one = json_at(lines, 0);
        ck_assert_msg(json_count(lines) == 1, "%s: %zu lines", cases[i][0], json_count(lines));
        ck_assert_str_eq(json_as_str(json_at(one, 1), ""), "#");
        ck_assert_msg(strcmp(json_as_str(json_at(one, 2), ""), cases[i][1]) == 0, "%s: %s", cases[i][0],
                      json_as_str(json_at(one, 2), ""));
        json_free(connections);
        test_run_end(&run);
        free(events);
    }
}
END_TEST

START_TEST(a_reply_is_shown_in_lines_as_it_was_sent)
{
    static const struct {
        const char *text, *first, *last;
        size_t lines;
    } cases[] = {
        {"", "250 ", "250 ", 1},      {"ok", "250 ok", "250 ok", 1}, {"a\\nb\\nc", "250-a", "250 c", 3},
        {"a\\n", "250-a", "250 ", 2}, {"\\n\\n", "250-", "250 ", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *events =
            mem_printf(TEST_CONNECT(1, 1, "mx.d.example") "{'t':2,'event':'smtp.reply','conn':1,'verb':'EHLO',"
                                                          "'code':250,'text':'%s'}\n",
                       cases[i].text);
        test_run_begin(&run, QUIET, events);
        struct json *connections = transcript_connections(&run.trial.facts.sessions);
        const struct json *lines = json_get(json_at(json_get(connections, "list"), 0), "lines");
        ck_assert_msg(json_count(lines) == cases[i].lines, "case %zu: %zu lines", i, json_count(lines));
        ck_assert_str_eq(json_as_str(json_at(json_at(lines, 0), 1), ""), "S");
        ck_assert_str_eq(json_as_str(json_at(json_at(lines, 0), 2), ""), cases[i].first);
        ck_assert_str_eq(json_as_str(json_at(json_at(lines, cases[i].lines - 1), 2), ""), cases[i].last);
        json_free(connections);
        test_run_end(&run);
        free(events);
    }
}
END_TEST

START_TEST(lookups_and_events_are_counted_and_cut)
{
    struct buf events;
    buf_init(&events, 1024 * 1024);
    for (int i = 0; i < 350; i++)
        (void)buf_printf(&events,
                         "{'t':%d,'event':'dns.answer','qname':'d%d.example','qtype':'MX','rcode':'NOERROR'}\n", i, i);
    for (int i = 0; i < 350; i++)
        (void)buf_printf(&events, "{'t':400,'event':'target.action','action':'flush'}\n");
    char *text = mem_printf("{\"trace\":1}\n%s", buf_cstr(&events));
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    trial_begin(&run.trial, QUIET, text);
    struct json *lookups = transcript_lookups(&run.trial.trace), *story = transcript_events(&run.trial.trace);
    ck_assert_int_eq(json_get_int(lookups, "count", 0), 350);
    ck_assert_uint_eq(json_count(json_get(lookups, "list")), 300);
    const struct json *last = json_at(json_get(lookups, "list"), 299);
    ck_assert_str_eq(json_as_str(json_at(last, 2), ""), "d299.example");
    ck_assert_uint_eq(json_count(story), 300);
    json_free(story);
    json_free(lookups);
    trial_end(&run.trial);
    free(text);
    buf_fini(&events);
}
END_TEST

START_TEST(a_lookup_has_its_question_its_code_and_its_records)
{
    test_run_begin(
        &run, QUIET,
        "{'t':1.5,'event':'dns.answer','qname':'d.example','qtype':'MX','rcode':'NOERROR','answers':['a','b']}\n"
        "{'t':2,'event':'dns.answer','rcode':'NXDOMAIN'}\n{'t':3,'event':'dns.query','qname':'d.example'}\n");
    struct json *lookups = transcript_lookups(&run.trial.trace);
    struct buf text;
    buf_init(&text, 4096);
    ck_assert(json_write(lookups, &text));
    ck_assert_str_eq(buf_cstr(&text), "{\"count\":2,\"list\":[[1.5,\"MX\",\"d.example\",\"NOERROR\",[\"a\",\"b\"]],"
                                      "[2.0,\"?\",\"?\",\"NXDOMAIN\",[]]]}");
    buf_fini(&text);
    json_free(lookups);
    test_run_end(&run);
}
END_TEST

static char *around(const char *events, size_t at)
{
    struct buf out;
    test_run_begin(&run, QUIET, events);
    struct json *lines = transcript_around(run.trial.facts.log, at);
    buf_init(&out, 2000);
    for (size_t i = 0; i < json_count(lines); i++)
        (void)buf_printf(&out, "%s%s %s\n", json_as_int(json_at(json_at(lines, i), 3), 0) != 0 ? ">" : "",
                         json_as_str(json_at(json_at(lines, i), 1), ""),
                         json_as_str(json_at(json_at(lines, i), 2), ""));
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    json_free(lines);
    test_run_end(&run);
    return text;
}

#define NOOP(conn, n)   "{'t':1,'event':'smtp.command','conn':" #conn ",'verb':'NOOP','line':'NOOP " n "'}\n"
#define SENDS(n, words) "{'t':1,'event':'dialog.send','dialog':" #n ",'step':1,'text':'" words "'}\n"

START_TEST(five_lines_around_an_event_are_those_of_its_connection_or_dialog)
{
    static const struct {
        const char *events;
        size_t at;
        const char *lines;
    } cases[] = {
        /* in the middle, among those of another connection */
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") NOOP(1, "2") TEST_CONNECT(0, 2, "mx") NOOP(2, "x") NOOP(1, "3")
             NOOP(1, "4") NOOP(1, "5") NOOP(1, "6"),
         5, "C NOOP 1\nC NOOP 2\n>C NOOP 3\nC NOOP 4\nC NOOP 5\n"},
        /* at the begin and at the end there are five, too */
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") NOOP(1, "2") NOOP(1, "3") NOOP(1, "4") NOOP(1, "5") NOOP(1, "6"), 1,
         ">C NOOP 1\nC NOOP 2\nC NOOP 3\nC NOOP 4\nC NOOP 5\n"},
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") NOOP(1, "2") NOOP(1, "3") NOOP(1, "4") NOOP(1, "5") NOOP(1, "6"), 6,
         "C NOOP 2\nC NOOP 3\nC NOOP 4\nC NOOP 5\n>C NOOP 6\n"},
        /* a reply of several lines is one event; one that has no line of its own is not marked */
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") TEST_REPLY(1, 1, "EHLO", 250, "a\\nb") NOOP(1, "2"), 2,
         "C NOOP 1\n>S 250-a\n>S 250 b\nC NOOP 2\n"},
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1"), 0, "C NOOP 1\n"},
        /* outside of connections */
        {"{'t':1,'event':'dns.answer','qtype':'MX','qname':'d.example','rcode':'SERVFAIL'}\n" NOOP(1, "1")
             TEST_NO_CONNECT(1, "mx", "refused") "{'t':2,'event':'target.exit','signal':11}\n",
         3, "# the DNS answers MX d.example: SERVFAIL\n# connect to mx: refused\n># the target ended, signal 11\n"},
        {SENDS(1, "RSET") SENDS(2, "NOOP") "{'t':1,'event':'dialog.reply','dialog':1,'code':250,'text':'ok'}\n{'t':1,"
                                           "'event':'dialog.expect','dialog':1,'met':false}\n",
         3, "C RSET\nS 250 ok\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *lines = around(cases[i].events, cases[i].at);
        ck_assert_msg(strcmp(lines, cases[i].lines) == 0, "case %zu:\n%s", i, lines);
        free(lines);
    }
}
END_TEST

/* "1.3": connection and line; "-" without one. Caller frees. */
static char *place_of(const char *events, size_t at)
{
    int64_t conn;
    size_t line;
    test_run_begin(&run, QUIET, events);
    char *place = transcript_place(&run.trial.facts.sessions, at, &conn, &line) ? mem_printf("%d.%zu", (int)conn, line)
                                                                                : mem_strdup("-");
    test_run_end(&run);
    return place;
}

START_TEST(an_event_of_a_connection_has_its_line)
{
    static const struct {
        const char *events;
        size_t at;
        const char *place;
    } cases[] = {
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") TEST_CONNECT(0, 2, "mx") NOOP(2, "x") NOOP(1, "2"), 4, "1.1"},
        {TEST_CONNECT(0, 1, "mx") TEST_REPLY(1, 1, "EHLO", 250, "a\\nb") NOOP(1, "1"), 2, "1.2"},
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1") NOOP(1, "2") TEST_DELIVERED(1, 1, "b@d") NOOP(1, "3"), 3, "1.1"},
        {TEST_CONNECT(0, 1, "mx") NOOP(1, "1"), 0, "1.0"},
        {TEST_CONNECT(0, 1, "mx"), 0, "-"}, /* nothing was said */
        {TEST_NO_CONNECT(1, "mx", "refused") NOOP(1, "1"), 0, "-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *place = place_of(cases[i].events, cases[i].at);
        ck_assert_msg(strcmp(place, cases[i].place) == 0, "case %zu: %s", i, place);
        free(place);
    }
}
END_TEST

START_TEST(a_line_after_those_left_out_is_counted_as_the_reader_sees_it)
{
    struct buf events;
    buf_init(&events, 65536);
    (void)buf_add_cstr(&events, TEST_CONNECT(0, 1, "mx"));
    for (int i = 0; i < 100; i++)
        (void)buf_add_cstr(&events, NOOP(1, "x"));
    char *last = place_of(buf_cstr(&events), 100), *cut = place_of(buf_cstr(&events), 75);
    ck_assert_str_eq(last, "1.90"); /* 70, the note, and 20 */
    ck_assert_str_eq(cut, "-");
    free(last);
    free(cut);
    buf_fini(&events);
}
END_TEST

SUITE(transcript, each_event_of_the_story_has_its_sentence, a_raw_reply_is_shown_as_it_was_on_the_wire,
      each_thing_that_the_lab_does_to_a_connection_is_a_note, a_reply_is_shown_in_lines_as_it_was_sent,
      lookups_and_events_are_counted_and_cut, a_lookup_has_its_question_its_code_and_its_records,
      five_lines_around_an_event_are_those_of_its_connection_or_dialog, an_event_of_a_connection_has_its_line,
      a_line_after_those_left_out_is_counted_as_the_reader_sees_it)
