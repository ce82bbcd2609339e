/* The vocabulary against those who use it: the writer, the reader, and the linter. */
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

static bool is_fixed(const char *name)
{
    return strcmp(name, "t") == 0 || strcmp(name, "seq") == 0 || strcmp(name, "event") == 0;
}

/* Each event, with all that it can carry. */
static void write_all(struct trace *trace)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++) {
        struct json *extra = json_new_object();
        for (unsigned i = 0; i < trace_field_count; i++)
            if (!is_fixed(trace_field_rows[i].name) && trace_carries((enum trace_kind)kind, trace_field_rows[i].name))
                json_set(extra, trace_field_rows[i].name, sample(trace_field_rows[i].type));
        trace_emit(trace, (enum trace_kind)kind, &(struct trace_fields){0}, extra);
    }
}

static void check_event(const struct trace_event *event, int kind)
{
    ck_assert_int_eq(event->kind, kind);
    ck_assert_str_eq(event->event, trace_event_rows[kind].name);
    ck_assert_int_eq(event->t_ns, INT64_C(1000000000));
    for (unsigned i = 0; i < trace_field_count; i++) {
        const char *name = trace_field_rows[i].name;
        bool there = json_get(event->json, name) != NULL;
        ck_assert_msg(there == trace_carries(event->kind, name), "%s: %s", event->event, name);
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
            ck_assert_msg(trace_field_of(word) != NULL, "%s: %s", trace_event_rows[kind].name, word);
        }
    }
    for (unsigned i = 0; i < trace_field_count; i++) {
        bool used = false;
        for (int kind = 0; kind < TRACE_KINDS; kind++)
            used = used || trace_carries((enum trace_kind)kind, trace_field_rows[i].name);
        ck_assert_msg(used, "%s", trace_field_rows[i].name);
    }
    ck_assert_int_eq(trace_kind_of("smtp.repl"), TRACE_KINDS);
    ck_assert(!trace_carries(TRACE_DNS_QUERY, "name")); /* a part of `qname` */
}
END_TEST

static const char *value_of(enum trace_type type)
{
    return type == TRACE_TIME                          ? "\">=1m\""
           : type == TRACE_NUMBER                      ? "1..7"
           : type == TRACE_TEXT || type == TRACE_TEXTS ? "\"s*\""
                                                       : "true";
}

/* NULL: without an error. */
static void expect_pattern(const char *pattern, const char *words)
{
    char more[512], text[2048];
    struct buf report;
    buf_init(&report, 65536);
    (void)snprintf(more, sizeof more, "  - must: Never\n    spec: RFC5321#1\n    never: {%s}\n", pattern);
    (void)snprintf(text, sizeof text, TEST_SCENARIO("", "%s"), more);
    struct scenario *s = test_scenario(text, NULL, &report);
    ck_assert_msg((s != NULL) == (words == NULL), "%s: %s", pattern, buf_cstr(&report));
    ck_assert_msg(words == NULL || strstr(buf_cstr(&report), words) != NULL, "%s: wanted %s, got %s", pattern, words,
                  buf_cstr(&report));
    scenario_free(s);
    buf_fini(&report);
}

START_TEST(a_pattern_has_the_fields_that_its_event_carries)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        for (unsigned i = 0; i < trace_field_count; i++) {
            const struct trace_field_row *field = &trace_field_rows[i];
            const char *name = trace_event_rows[kind].name;
            char pattern[128], words[128];
            if (strcmp(field->name, "event") == 0)
                continue;
            (void)snprintf(pattern, sizeof pattern, "event: %s, %s: %s", name, field->name, value_of(field->type));
            (void)snprintf(words, sizeof words, "%s has no `%s`; these events have: ", name, field->name);
            if (!trace_carries((enum trace_kind)kind, field->name))
                expect_pattern(pattern, words);
            else
                expect_pattern(pattern, field->type == TRACE_OBJECT ? "has fields of its own" : NULL);
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
      a_misspelt_or_impossible_pattern_says_what_was_meant)
