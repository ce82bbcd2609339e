/* Patterns over events, and the ids of sentences. */
#include "harness/judge/pattern.h"

#include <stdio.h>
#include <string.h>

#include "harness/judge/slug.h"
#include "lib/testing/suite.h"

static struct trace_log trace;

static void read_event(const char *event)
{
    struct err err = {0};
    FILE *file = tmpfile();
    fprintf(file, "{\"trace\":1}\n%s\n", event);
    rewind(file);
    ck_assert_msg(trace_read_file(&trace, file, "trace", &err) == ERR_OK, "%s: %s", event, err.text);
    (void)fclose(file);
}

static bool fits(enum trace_field field, const char *value, const char *event)
{
    enum trace_field fields[] = {field};
    const char *values[] = {value};
    const struct pattern pattern = {.fields = fields, .values = values, .count = 1};
    read_event(event);
    bool does = pattern_fits(&pattern, &trace.events[0]);
    trace_log_fini(&trace);
    return does;
}

#define REPLY                                                                                                          \
    "{\"t\":90.5,\"event\":\"smtp.reply\",\"conn\":1,\"code\":421,\"host\":\"mx1.d.example\",\"text\":\"4.3.2 x\"}"
#define HANDED  "{\"t\":0,\"event\":\"msg.handed\",\"msg\":\"m1\",\"n\":1,\"to\":[\"bob@d.example\",\"ann@d.example\"]}"
#define COMMAND "{\"t\":0,\"event\":\"smtp.command\",\"verb\":\"MAIL\",\"tls\":true,\"pipelined\":true}"
#define QUIET   "{\"t\":0,\"event\":\"smtp.command\",\"verb\":\"MAIL\",\"tls\":false}"

START_TEST(a_value_fits_as_text_number_time_list_or_flag)
{
    static const struct {
        enum trace_field field;
        const char *value, *event;
        bool fits;
    } cases[] = {
        {FIELD_EVENT, "smtp.reply", REPLY, true},
        {FIELD_EVENT, "SMTP.*", REPLY, true}, /* a glob, without case */
        {FIELD_EVENT, "smtp", REPLY, false},
        {FIELD_HOST, "mx?.d.example", REPLY, true},
        {FIELD_HOST, "mx2*", REPLY, false},
        {FIELD_CODE, "421", REPLY, true},
        {FIELD_CODE, ">=400", REPLY, true},
        {FIELD_CODE, "400..420", REPLY, false},
        {FIELD_CODE, "<=421", REPLY, true},
        {FIELD_CODE, "4*", REPLY, true}, /* over its digits */
        {FIELD_CODE, "?21", REPLY, true},
        {FIELD_CODE, "42", REPLY, false},
        {FIELD_T, ">=90s", REPLY, true},
        {FIELD_T, ">=91s", REPLY, false},
        {FIELD_T, "1m..90500ms", REPLY, true},
        {FIELD_RCPT, "*", REPLY, false}, /* it has none */
        {FIELD_TO, "ann@*", HANDED, true},
        {FIELD_TO, "eve@*", HANDED, false},
        {FIELD_TLS, "true", COMMAND, true},
        {FIELD_TLS, "false", COMMAND, false},
        {FIELD_TLS, "false", QUIET, true},
        {FIELD_TLS, "true", QUIET, false},
        {FIELD_PIPELINED, "true", COMMAND, true},
        {FIELD_PIPELINED, "false", COMMAND, false},
        {FIELD_PIPELINED, "false", QUIET, true}, /* a flag is left out where it is false */
        {FIELD_PIPELINED, "true", QUIET, false},
        {FIELD_PIPELINED, "false", REPLY, false}, /* an event that never has it */
        {FIELD_TLS, "false", REPLY, false},       /* not known is not false */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(fits(cases[i].field, cases[i].value, cases[i].event) == cases[i].fits, "case %zu: %s: %s", i,
                      trace_field_rows[cases[i].field].name, cases[i].value);
}
END_TEST

START_TEST(all_fields_of_a_pattern_must_fit)
{
    enum trace_field fields[] = {FIELD_EVENT, FIELD_CODE, FIELD_HOST};
    const char *good[] = {"smtp.reply", "4*", "mx1*"}, *bad[] = {"smtp.reply", "4*", "mx2*"};
    read_event(REPLY);
    ck_assert(pattern_fits(&(struct pattern){.fields = fields, .values = good, .count = 3}, &trace.events[0]));
    ck_assert(!pattern_fits(&(struct pattern){.fields = fields, .values = bad, .count = 3}, &trace.events[0]));
    ck_assert(pattern_fits(&(struct pattern){.fields = fields, .values = bad, .count = 2}, &trace.events[0]));
    trace_log_fini(&trace);
}
END_TEST

START_TEST(a_pattern_is_written_as_the_scenario_has_it_and_cut_when_long)
{
    static char long_value[2 * PATTERN_WORDS_MAX];
    enum trace_field fields[] = {FIELD_EVENT, FIELD_CODE, FIELD_HOST};
    const char *values[] = {"smtp.reply", ">=400", "mx"};
    char words[PATTERN_WORDS_MAX];
    struct pattern pattern = {.fields = fields, .values = values, .count = 2};
    ck_assert_str_eq(pattern_words(words, &pattern), "{event: smtp.reply, code: >=400}");
    pattern.count = 3;
    memset(long_value, 'x', sizeof long_value - 1);
    for (size_t len = PATTERN_WORDS_MAX - 20; len < sizeof long_value; len++) {
        long_value[len] = '\0';
        values[1] = long_value;
        ck_assert_uint_lt(strlen(pattern_words(words, &pattern)), PATTERN_WORDS_MAX);
        long_value[len] = 'x';
    }
}
END_TEST

/* They are the keys of baselines: a change of this is a change of everybody's files. */
START_TEST(a_sentence_has_an_id_of_its_letters_cut_after_a_whole_word)
{
    static const char *const cases[][2] = {
        {"It arrives once", "it-arrives-once"},
        {"  It -- arrives, once!", "it-arrives-once"},
        {"RFC 5321 \xc2\xa7"
         "4.5",
         "rfc-5321-4-5"},
        {"M\xc3\xbcller's mail", "m-ller-s-mail"},
        {"a_b/c", "a-b-c"},
        {"421", "421"},
        {"", ""},
        {"!!!", ""},
        {"ends with -", "ends-with"},
    };
    char id[SLUG_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        slug_write(id, cases[i][0]);
        ck_assert_msg(strcmp(id, cases[i][1]) == 0, "%s: %s", cases[i][0], id);
    }
    char sentence[4 * SLUG_MAX];
    for (size_t i = 0; i + 1 < sizeof sentence; i++)
        sentence[i] = i % 8 == 7 ? ' ' : 'w';
    sentence[sizeof sentence - 1] = '\0';
    slug_write(id, sentence);
    size_t len = strlen(id);
    ck_assert_msg(len < SLUG_MAX && len > SLUG_MAX - 10 && len % 8 == 7, "%zu: %s", len, id); /* no part of a word */
    memset(sentence, 'w', sizeof sentence - 1);
    slug_write(id, sentence);
    ck_assert_uint_eq(strlen(id), SLUG_MAX - 1); /* unless there is only one */
}
END_TEST

SUITE(pattern, a_value_fits_as_text_number_time_list_or_flag, all_fields_of_a_pattern_must_fit,
      a_pattern_is_written_as_the_scenario_has_it_and_cut_when_long,
      a_sentence_has_an_id_of_its_letters_cut_after_a_whole_word)
