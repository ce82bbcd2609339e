/* The questions that the judge and the reports ask about a run, over a trace that is a text. */
#include "harness/facts/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"

#define EVENT(t, event, more) "{\"t\":" t ",\"event\":\"" event "\"" more "}\n"
#define OF(n)                 ",\"msg\":\"m1\",\"n\":" n
#define ENTRY                 "{\"from\":\"alice@sender.example\",\"rcpt\":\"bob@dest.example\"}"

static const char trace_text[] = "{\"trace\":1}\n"                             /* no event */
    EVENT("1.0", "msg.handed", OF("1") ",\"to\":[\"bob@dest.example\"]")       /* 0 */
    EVENT("2.0", "msg.submitted", OF("1") ",\"to\":[\"bob@dest.example\"]")    /* 1 */
    EVENT("3.0", "tcp.connect", ",\"conn\":1,\"host\":\"mx1.dest.example\"")   /* 2 */
    EVENT("4.0", "smtp.reply", ",\"conn\":1,\"verb\":\"banner\",\"code\":220") /* 3 */
    EVENT("5.0", "dsn.seen", OF("1"))                                          /* 4 */
    EVENT("6.0", "dsn.seen", OF("2"))                                          /* 5 */
    EVENT("7.0", "target.queue", ",\"count\":0,\"entries\":[]")                /* 6 */
    EVENT("8.0", "target.queue", ",\"count\":1,\"entries\":[" ENTRY "]") /* 7 */;

struct fixture {
    struct scenario *scenario;
    struct trace_log log;
    struct facts facts;
};

static void begin(struct fixture *f)
{
    struct err err = {0};
    struct buf report;
    FILE *file = tmpfile();
    buf_init(&report, 65536);
    f->scenario = test_scenario(TEST_SCENARIO("", ""), NULL, &report);
    ck_assert_msg(f->scenario != NULL, "%s", buf_cstr(&report));
    buf_fini(&report);
    (void)fputs(trace_text, file);
    rewind(file);
    ck_assert_msg(trace_read_file(&f->log, file, "trace", &err) == ERR_OK, "%s", err.text);
    (void)fclose(file);
    facts_make(&f->facts, f->scenario, &f->log);
}

static void end(struct fixture *f)
{
    facts_fini(&f->facts);
    trace_log_fini(&f->log);
    scenario_free(f->scenario);
}

START_TEST(events_are_found_by_kind_and_submission)
{
    static const struct {
        enum trace_kind kind;
        const char *msg;
        unsigned n;
        size_t from, found; /* indexes of events; found SIZE_MAX = none */
    } rows[] = {
        {TRACE_MSG_HANDED, "m1", 1, 0, 0},        {TRACE_MSG_HANDED, "m1", 1, 1, SIZE_MAX},
        {TRACE_MSG_HANDED, "m2", 1, 0, SIZE_MAX}, {TRACE_DSN_SEEN, NULL, 0, 0, 4},
        {TRACE_DSN_SEEN, NULL, 0, 5, 5},          {TRACE_DSN_SEEN, "m1", 0, 5, 5},
        {TRACE_DSN_SEEN, "m1", 2, 0, 5},          {TRACE_DSN_SEEN, "m1", 3, 0, SIZE_MAX},
        {TRACE_RUN_END, NULL, 0, 0, SIZE_MAX},
    };
    struct fixture f;
    begin(&f);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at = rows[i].from;
        const struct trace_event *event = facts_next(&f.facts, rows[i].kind, rows[i].msg, rows[i].n, &at);
        ck_assert_msg(event == (rows[i].found != SIZE_MAX ? &f.log.events[rows[i].found] : NULL), "row %zu", i);
        ck_assert_msg(at == (event != NULL ? rows[i].found + 1 : f.log.count), "row %zu", i);
    }
    end(&f);
}
END_TEST

START_TEST(the_last_queue_is_the_one_that_counts)
{
    struct fixture f;
    size_t at = 0;
    begin(&f);
    const struct trace_event *last = facts_last(&f.facts, TRACE_TARGET_QUEUE, &at);
    ck_assert_ptr_eq(last, &f.log.events[7]);
    ck_assert_uint_eq(at, 8);
    ck_assert(facts_queue_has(last->json, "Alice@sender.example", "bob@DEST.example"));
    ck_assert(!facts_queue_has(last->json, "alice@sender.example", "carol@dest.example"));
    ck_assert(!facts_queue_has(f.log.events[6].json, "alice@sender.example", "bob@dest.example"));
    ck_assert(!facts_queue_has(NULL, "alice@sender.example", "bob@dest.example"));
    ck_assert_ptr_null(facts_last(&f.facts, TRACE_RUN_END, &at));
    end(&f);
}
END_TEST

START_TEST(times_of_a_submission_count_from_its_hand_over)
{
    static const struct {
        const char *msg;
        unsigned n;
        int64_t handed_ns, submitted_ns;
    } rows[] = {
        {"m1", 1, INT64_C(1000000000), INT64_C(2000000000)},
        {"m1", 2, INT64_MAX, INT64_MAX},
        {"m2", 1, INT64_MAX, INT64_MAX},
    };
    struct fixture f;
    begin(&f);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(facts_handed_ns(&f.facts, rows[i].msg, rows[i].n), rows[i].handed_ns);
        ck_assert_int_eq(facts_submitted_ns(&f.facts, rows[i].msg, rows[i].n), rows[i].submitted_ns);
        ck_assert_int_eq(facts_handed(&f.facts, rows[i].msg, rows[i].n) != NULL, rows[i].handed_ns != INT64_MAX);
    }
    end(&f);
}
END_TEST

START_TEST(sessions_come_with_the_facts)
{
    struct fixture f;
    begin(&f);
    const struct session *session = sessions_get(&f.facts.sessions, 1);
    ck_assert_ptr_nonnull(session);
    ck_assert_str_eq(session->host, "mx1.dest.example");
    ck_assert_uint_eq(session->first, 2);
    ck_assert_uint_eq(sessions_next(&f.facts.sessions, 2), 3);
    ck_assert_uint_eq(sessions_next(&f.facts.sessions, 3), NO_EVENT);
    ck_assert_int_eq(session->close_ns, INT64_MAX);
    ck_assert_ptr_null(sessions_get(&f.facts.sessions, 2));
    ck_assert_ptr_null(sessions_get(&f.facts.sessions, 0));
    end(&f);
}
END_TEST

SUITE(facts, events_are_found_by_kind_and_submission, the_last_queue_is_the_one_that_counts,
      times_of_a_submission_count_from_its_hand_over, sessions_come_with_the_facts)
