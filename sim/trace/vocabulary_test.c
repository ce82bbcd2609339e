/* The vocabulary against its users: the writer, the reader, and the linter. */
#include "sim/trace/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/testing/suite.h"
#include "sim/scenario/testing.h"
#include "sim/trace/reader.h"
#include "sim/trace/writer.h"

static int64_t now(void *arg)
{
    (void)arg;
    return INT64_C(2000000000);
}

/* A value of the field's type. */
static struct json *sample(enum trace_type type)
{
    struct json *json = NULL;
    switch (type) {
    case TRACE_TIME:
    case TRACE_NUMBER:
        return json_new_int(7);
    case TRACE_TEXT:
        return json_new_str("seven");
    case TRACE_BOOL:
    case TRACE_FLAG:
        return json_new_bool(true);
    case TRACE_TEXTS:
        json = json_new_array();
        json_push(json, json_new_str("seven"));
        return json;
    case TRACE_OBJECT:
        json = json_new_object();
        json_set_int(json, "seven", 7);
        return json;
    }
    return json;
}

static bool is_fixed(int field)
{
    return field == FIELD_T || field == FIELD_SEQ || field == FIELD_EVENT;
}

/* Each event, with all that it can carry. */
static void write_all(struct trace *trace)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++) {
        struct json *extra = json_new_object();
        for (int i = 0; i < FIELDS; i++)
            if (!is_fixed(i) && trace_carries((enum trace_kind)kind, (enum trace_field)i))
                json_set(extra, trace_field_rows[i].name, sample(trace_field_rows[i].type));
        trace_emit(trace, (enum trace_kind)kind, &(struct trace_fields){0}, extra);
    }
}

/* What sample() made, read as its type; what is of another type gives the fallback. */
static void check_value(const struct json *event, enum trace_field field)
{
    enum trace_type type = trace_field_rows[field].type;
    bool number = type == TRACE_TIME || type == TRACE_NUMBER, boolean = type == TRACE_BOOL || type == TRACE_FLAG;
    ck_assert_int_eq(trace_int(event, field, -1), number ? 7 : -1);
    ck_assert_int_eq((int)trace_real(event, field, -1), number ? 7 : -1);
    ck_assert_str_eq(trace_str(event, field, "none"), type == TRACE_TEXT ? "seven" : "none");
    ck_assert_int_eq(trace_bool(event, field, false), boolean);
    ck_assert_uint_eq(json_count(trace_value(event, field)), type == TRACE_TEXTS || type == TRACE_OBJECT ? 1 : 0);
    ck_assert_str_eq(trace_str(NULL, field, "none"), "none");
}

static void check_event(const struct trace_event *event, int kind)
{
    ck_assert_int_eq(event->kind, kind);
    ck_assert_str_eq(event->event, trace_event_rows[kind].name);
    ck_assert_int_eq(event->t_ns, INT64_C(1000000000));
    for (int i = 0; i < FIELDS; i++) {
        enum trace_field field = (enum trace_field)i;
        bool carried = trace_carries(event->kind, field), there = trace_value(event->json, field) != NULL;
        ck_assert_msg(there == carried, "%s: %s", event->event, trace_field_rows[i].name);
        if (carried && !is_fixed(i))
            check_value(event->json, field);
    }
}

START_TEST(each_event_is_written_with_each_of_its_fields_and_read_back)
{
    char path[] = "/tmp/relaylab-trace-XXXXXX";
    struct trace_header header = {.scenario = "x", .case_name = "", .target = "t", .start_ns = 1000000000};
    struct trace *trace;
    struct trace_log log;
    struct err err;
    close(mkstemp(path));
    ck_assert_int_eq(trace_open(&trace, path, &header, now, NULL, &err), ERR_OK);
    write_all(trace);
    ck_assert_int_eq(trace_close(trace, &err), ERR_OK);
    ck_assert_msg(trace_read(&log, path, &err) == ERR_OK, "%s", err.text);
    (void)unlink(path);
    ck_assert_uint_eq(log.count, TRACE_KINDS);
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        check_event(&log.events[kind], kind);
    trace_log_fini(&log);
}
END_TEST

START_TEST(rows_name_fields_that_are_there_and_every_field_is_in_a_row)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++) {
        struct slice words = slice_cstr(trace_event_rows[kind].fields);
        ck_assert_int_eq(trace_kind_of(trace_event_rows[kind].name), kind);
        while (words.len > 0) {
            char word[32];
            struct slice cut = slice_cut(&words, ' ');
            (void)snprintf(word, sizeof word, "%.*s", SLICE_ARG(cut));
            ck_assert_msg(trace_field_of(word) != FIELDS, "%s: %s", trace_event_rows[kind].name, word);
        }
    }
    for (int i = 0; i < FIELDS; i++) {
        bool used = false;
        for (int kind = 0; kind < TRACE_KINDS; kind++)
            used = used || trace_carries((enum trace_kind)kind, (enum trace_field)i);
        ck_assert_msg(used, "%s", trace_field_rows[i].name);
        ck_assert_int_eq(trace_field_of(trace_field_rows[i].name), i);
    }
    ck_assert_int_eq(trace_kind_of("smtp.repl"), TRACE_KINDS);
    ck_assert(!trace_carries(TRACE_DNS_QUERY, trace_field_of("name"))); /* a part of `qname` */
}
END_TEST

static const char *value_of(enum trace_type type)
{
    return type == TRACE_TIME                          ? "\">=1m\""
           : type == TRACE_NUMBER                      ? "1..7"
           : type == TRACE_TEXT || type == TRACE_TEXTS ? "\"s*\""
                                                       : "true";
}

/* words NULL: without an error. */
static void expect_check(const char *check, const char *words)
{
    char more[512], text[2048];
    struct buf report;
    buf_init(&report, 65536);
    (void)snprintf(more, sizeof more, "  - must: Never\n    spec: RFC5321#1\n    %s\nseeds: 4\n", check);
    (void)snprintf(text, sizeof text, TEST_SCENARIO("", "%s"), more);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg((s != NULL) == (words == NULL), "%s: %s", check, buf_cstr(&report));
    ck_assert_msg(words == NULL || strstr(buf_cstr(&report), words) != NULL, "%s: wanted %s, got %s", check, words,
                  buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
}

static void expect_pattern(const char *pattern, const char *words)
{
    char check[256];
    (void)snprintf(check, sizeof check, "never: {%s}", pattern);
    expect_check(check, words);
}

START_TEST(a_pattern_has_the_fields_that_its_event_carries)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        for (int i = 0; i < FIELDS; i++) {
            const struct trace_field_row *field = &trace_field_rows[i];
            const char *name = trace_event_rows[kind].name;
            char pattern[128], words[128];
            if (i == FIELD_EVENT)
                continue;
            (void)snprintf(pattern, sizeof pattern, "event: %s, %s: %s", name, field->name, value_of(field->type));
            (void)snprintf(words, sizeof words, "%s has no `%s`; these events have: ", name, field->name);
            if (!trace_carries((enum trace_kind)kind, (enum trace_field)i))
                expect_pattern(pattern, words);
            else
                expect_pattern(pattern, field->type == TRACE_OBJECT ? "is structured" : NULL);
        }
}
END_TEST

START_TEST(shares_are_counted_by_a_text_that_the_event_carries)
{
    static const struct {
        const char *event, *by, *words; /* NULL: without an error */
    } rows[] = {
        {"smtp.accepted", "host", NULL},
        {"\"smtp.*\"", "peer", NULL},
        {"smtp.accepted", "hosts", "smtp.accepted has no `hosts`; these events have: world.change"},
        {"smtp.accepted", "qname", "smtp.accepted has no `qname`; these events have: dns.query, dns.answer"},
        {"dns.query", "qnam", "no field `qnam` in a trace; did you mean `qname`?"},
        {"smtp.accepted", "rcpts", "expected a field of the trace whose value is text"},
        {"smtp.accepted", "code", "expected a field of the trace whose value is text"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char check[256];
        (void)snprintf(check, sizeof check, "over_seeds: {event: %s, by: %s, each: \">=1%%\", among: [a]}",
                       rows[i].event, rows[i].by);
        expect_check(check, rows[i].words);
    }
}
END_TEST

START_TEST(a_misspelt_or_impossible_pattern_says_what_was_meant)
{
    expect_pattern("event: dns.answer, truncatd: true", "no field `truncatd` in a trace; did you mean `truncated`?");
    expect_pattern("event: dns.anser, truncated: true", "no event `dns.anser` in a trace; did you mean `dns.answer`?");
    expect_pattern("event: \"dsn.q*\"", "no event `dsn.q*` in a trace");
    expect_pattern("event: \"dns.*\", truncated: true", NULL); /* one of them has it */
    expect_pattern("event: dns.query, truncated: true", "dns.query has no `truncated`; these events have: dns.answer");
    expect_pattern("event: smtp.command, pipelined: maybe", "expected true or false");
    expect_pattern("qname: dest.example", NULL);
}
END_TEST

SUITE(vocabulary, each_event_is_written_with_each_of_its_fields_and_read_back,
      rows_name_fields_that_are_there_and_every_field_is_in_a_row, a_pattern_has_the_fields_that_its_event_carries,
      a_misspelt_or_impossible_pattern_says_what_was_meant, shares_are_counted_by_a_text_that_the_event_carries)
