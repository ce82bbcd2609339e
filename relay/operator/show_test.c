/* What relaylab-queue prints of the relay's answers: columns for people, JSON for programs, messages octet for octet.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/operator/show.h"

#define NOW 1700000000 /* 2023-11-14 22:13:20Z */

static char *printed;
static size_t printed_len;

static struct json *parse(const char *text)
{
    struct json *json = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(slice_cstr(text), &json, &err) == ERR_OK, "%s: %s", text, err.text);
    return json;
}

static void begin(struct show *show)
{
    show->out = open_memstream(&printed, &printed_len);
    show->now_s = NOW;
    show_begin(show);
}

static void line(struct show *show, const char *text)
{
    struct json *json = parse(text);
    show_line(show, json);
    json_free(json);
}

static void end(struct show *show, const char *text)
{
    struct json *json = parse(text);
    show_end(show, json);
    json_free(json);
    ck_assert_int_eq(fclose(show->out), 0);
}

/* A whole answer of at most three lines (NULL = fewer) and an end. */
static void expect(struct show show, const char *const lines[3], const char *last, const char *wanted)
{
    begin(&show);
    for (int i = 0; i < 3 && lines[i] != NULL; i++)
        line(&show, lines[i]);
    end(&show, last);
    ck_assert_msg(strcmp(printed, wanted) == 0, "got:\n%s\nwanted:\n%s", printed, wanted);
    free(printed);
}

#define MESSAGE(created, size)                                                                                         \
    "{\"message\":{\"id\":\"q1\",\"from\":\"a@s.example\",\"created\":" created ",\"size\":" size "}}"
#define COUNTS(m, r) "{\"messages\":" m ",\"recipients\":" r "}"

/* ---- listings ---- */

START_TEST(a_listed_message_has_its_age_and_size_in_units_that_fit)
{
    static const struct {
        const char *message, *wanted;
    } cases[] = {
        {MESSAGE("1700000000", "0"), "q1                     0s      0B  <a@s.example>\n"},
        {MESSAGE("1699999941", "9999"), "q1                    59s   9999B  <a@s.example>\n"},
        {MESSAGE("1699999940", "10000"), "q1                     1m    10kB  <a@s.example>\n"},
        {MESSAGE("1699996401", "9999999"), "q1                 59m59s  9999kB  <a@s.example>\n"},
        {MESSAGE("1699996399", "10000000"), "q1                     1h    10MB  <a@s.example>\n"},
        {MESSAGE("1699992700", "25000000"), "q1                   2h1m    25MB  <a@s.example>\n"},
        {MESSAGE("1699909000", "1"), "q1                   1d1h      1B  <a@s.example>\n"},
        {MESSAGE("1699568000", "1"), "q1                     5d      1B  <a@s.example>\n"},
        {MESSAGE("1700000100", "1"), "q1                     0s      1B  <a@s.example>\n"}, /* clocks may be set back */
        {"{\"message\":{\"id\":\"q1\",\"from\":\"\",\"created\":1700000000,\"size\":1}}",
         "q1                     0s      1B  <>\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *wanted = mem_printf("%s1 message, 0 recipients\n", cases[i].wanted);
        expect((struct show){0}, (const char *[3]){cases[i].message}, COUNTS("1", "0"), wanted);
        free(wanted);
    }
}
END_TEST

#define R(rest) "{\"recipient\":{\"rcpt\":\"bob@d.example\"," rest "}}"

START_TEST(a_listed_recipient_has_its_attempts_its_next_one_and_the_last_reply)
{
    static const struct {
        const char *recipient, *wanted;
    } cases[] = {
        {R("\"state\":\"waiting\",\"attempts\":0,\"next\":1700000000"), "0 tries, next in 0s"},
        {R("\"state\":\"waiting\",\"attempts\":0,\"next\":1699990000"), "0 tries, next in 0s"}, /* it is due */
        {R("\"state\":\"deferred\",\"attempts\":1,\"next\":1700000300,\"reply\":\"451 4.7.1 later\","
           "\"host\":\"mx.d.example\""),
         "1 try, next in 5m  mx.d.example: 451 4.7.1 later"},
        {R("\"state\":\"deferred\",\"attempts\":2,\"next\":1700014400,\"reply\":\"no route\",\"host\":\"\""),
         "2 tries, next in 4h  no route"},
        {R("\"state\":\"deferred\",\"attempts\":2,\"next\":1700000001,\"reply\":\"\",\"host\":\"mx\""),
         "2 tries, next in 1s"},
        {R("\"state\":\"ready\",\"attempts\":3,\"next\":1700000300"), "3 tries, ready"},
        {R("\"state\":\"held\",\"attempts\":3,\"next\":1700000300"), "3 tries, held"},
        {R("\"state\":\"damaged\",\"attempts\":0,\"next\":0"), "0 tries, damaged"},
        {R("\"state\":\"active\",\"attempts\":0,\"next\":0"), "0 tries, on the wire"},
        {R("\"state\":\"frozen\",\"attempts\":1,\"next\":5"), "1 try, frozen"}, /* of a newer relay */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *wanted = mem_printf("    bob@d.example  %s\n0 messages, 1 recipient\n", cases[i].wanted);
        expect((struct show){0}, (const char *[3]){cases[i].recipient}, COUNTS("0", "1"), wanted);
        free(wanted);
    }
}
END_TEST

START_TEST(a_listing_ends_with_its_counts)
{
    static const struct {
        const char *end, *wanted;
    } cases[] = {{COUNTS("0", "0"), "0 messages, 0 recipients\n"},
                 {COUNTS("1", "2"), "1 message, 2 recipients\n"},
                 {COUNTS("70000", "1"), "70000 messages, 1 recipient\n"},
                 {"{}", "0 messages, 0 recipients\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect((struct show){0}, (const char *[3]){NULL}, cases[i].end, cases[i].wanted);
}
END_TEST

/* ---- hostile text ---- */

/* Each control character of C0 and C1, and DEL; UTF-8 text stays. */
START_TEST(text_of_strangers_steers_no_terminal)
{
    static const struct {
        const char *octets, *shown; /* octets: as JSON */
    } cases[] = {
        {"\\u001b[2J\\u001b]0;owned\\u0007", "?[2J?]0;owned?"},
        {"a\\r\\nb", "a??b"},
        {"a\\tb", "a?b"},
        {"\\u0001\\u001f\\u007f", "???"},
        {"\\u0080\\u009b31m\\u009f", "??31m?"},
        {"J\\u00f6rg \\u00a0\\u4f8b", "J\xc3\xb6rg \xc2\xa0\xe4\xbe\x8b"},
        {"%s%n%99999d", "%s%n%99999d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *octets = cases[i].octets, *shown = cases[i].shown;
        char *message =
            mem_printf("{\"message\":{\"id\":\"q1\",\"from\":\"%s\",\"created\":1700000000,\"size\":1}}", octets);
        char *recipient = mem_printf("{\"recipient\":{\"rcpt\":\"%s\",\"state\":\"held\",\"attempts\":1,"
                                     "\"reply\":\"%s\",\"host\":\"%s\"}}",
                                     octets, octets, octets);
        char *wanted = mem_printf("q1                     0s      1B  <%s>\n    %s  1 try, held  %s: %s\n"
                                  "1 message, 1 recipient\n",
                                  shown, shown, shown, shown);
        expect((struct show){0}, (const char *[3]){message, recipient}, COUNTS("1", "1"), wanted);
        free(wanted);
        free(recipient);
        free(message);
    }
}
END_TEST

START_TEST(details_of_strangers_steer_no_terminal_either)
{
    static const char message[] =
        "{\"message\":{\"id\":\"q1\",\"from\":\"a\\u001b@b\",\"created\":0,\"size\":1,\"damage\":\"x\\u0007\"}}";
    static const char recipient[] = "{\"recipient\":{\"rcpt\":\"b\\u009b@c\",\"state\":\"held\",\"attempts\":2,"
                                    "\"next\":0,\"status\":\"4\\n\",\"reply\":\"\\u001b[m\",\"host\":\"\\u007f\"}}";
    expect((struct show){.detailed = true}, (const char *[3]){message, recipient}, "{}",
           "Id         q1\nFrom       a?@b\nArrived    1970-01-01 00:00:00Z\nSize       1B\nDamaged    x?\n\n"
           "To         b?@c\nState      held, 2 tries\nLast try   none\nNext try   1970-01-01 00:00:00Z (held)\n"
           "Reply      ?[m\nStatus     4?\nFrom host  ?\n");
}
END_TEST

/* ---- one message ---- */

START_TEST(a_shown_message_has_all_that_is_known)
{
    static const char message[] = MESSAGE("1699999000", "2500");
    static const char fresh[] = R("\"state\":\"waiting\",\"attempts\":0,\"last\":0,\"next\":1700000060");
    static const char deferred[] = R("\"state\":\"deferred\",\"attempts\":1,\"last\":1699999700,\"next\":1700000300,"
                                     "\"reply\":\"451 4.7.1 later\",\"status\":\"4.7.1\",\"host\":\"mx.d.example\"");
    expect((struct show){.detailed = true}, (const char *[3]){message, fresh, deferred}, "{}",
           "Id         q1\nFrom       a@s.example\nArrived    2023-11-14 21:56:40Z\nSize       2500B\n"
           "\nTo         bob@d.example\nState      waiting, 0 tries\nLast try   none\n"
           "Next try   2023-11-14 22:14:20Z (next in 1m)\n"
           "\nTo         bob@d.example\nState      deferred, 1 try\nLast try   2023-11-14 22:08:20Z\n"
           "Next try   2023-11-14 22:18:20Z (next in 5m)\n"
           "Reply      451 4.7.1 later\nStatus     4.7.1\nFrom host  mx.d.example\n");
}
END_TEST

START_TEST(a_bounce_is_shown_with_its_null_reverse_path_and_our_own_words_without_a_host)
{
    static const char message[] = "{\"message\":{\"id\":\"q1\",\"from\":\"\",\"created\":1700000000,\"size\":1}}";
    static const char recipient[] = R("\"state\":\"deferred\",\"attempts\":2,\"last\":1699999700,\"next\":1700000300,"
                                      "\"reply\":\"no MX host answers\",\"status\":\"4.4.1\",\"host\":\"\"");
    expect((struct show){.detailed = true}, (const char *[3]){message, recipient}, "{}",
           "Id         q1\nFrom       <>\nArrived    2023-11-14 22:13:20Z\nSize       1B\n"
           "\nTo         bob@d.example\nState      deferred, 2 tries\nLast try   2023-11-14 22:08:20Z\n"
           "Next try   2023-11-14 22:18:20Z (next in 5m)\nReply      no MX host answers\nStatus     4.4.1\n");
}
END_TEST

/* A line of content with these octets; the caller frees. */
static char *content(struct slice octets)
{
    struct buf text;
    buf_init(&text, 4 * octets.len + 16);
    ck_assert(base64_encode(octets, &text));
    char *line = mem_printf("{\"content\":\"%s\"}", buf_cstr(&text));
    buf_fini(&text);
    return line;
}

START_TEST(contents_are_made_visible_or_given_octet_for_octet)
{
    static const struct {
        struct slice octets;
        const char *shown;
    } cases[] = {
        {SLICE_LIT("Subject: x\r\n\tfolded\r\n"), "Subject: x\r\n\tfolded\r\n"},
        {SLICE_LIT("\x1b[2J\x07\x7f"), "\\x1b[2J\\x07\\x7f"},
        {SLICE_LIT("J\xc3\xb6rg"), "J\\xc3\\xb6rg"}, /* whatever the charset is, it is not the terminal's */
        {SLICE_LIT("\xc2\x9b\xff"), "\\xc2\\x9b\\xff"},
        {SLICE_LIT("a\0b"), "a\\x00b"},
        {SLICE_LIT("\\x1b"), "\\x1b"},
        {SLICE_LIT(""), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct show visible = {.detailed = true}, exact = {.exact = true};
        char *text = content(cases[i].octets), *wanted = mem_printf("\n%s", cases[i].shown);
        expect(visible, (const char *[3]){text}, "{}", wanted);
        begin(&exact);
        line(&exact, MESSAGE("0", "1"));
        line(&exact, R("\"state\":\"held\""));
        line(&exact, text);
        end(&exact, COUNTS("1", "1"));
        ck_assert_msg(slice_eq(slice_make(printed, printed_len), cases[i].octets), "case %zu: %s", i, printed);
        free(printed);
        free(wanted);
        free(text);
    }
}
END_TEST

START_TEST(contents_in_several_lines_are_one_text_after_one_empty_line)
{
    struct show show = {.detailed = true};
    char *one = content(SLICE_LIT("Subject: ")), *two = content(SLICE_LIT("x\r\n"));
    expect(show, (const char *[3]){one, two}, "{}", "\nSubject: x\r\n");
    free(one);
    free(two);
}
END_TEST

START_TEST(content_that_is_not_base64_is_left_out)
{
    expect((struct show){.exact = true}, (const char *[3]){"{\"content\":\"%%%\"}", "{\"content\":\"eA==\"}"}, "{}",
           "x");
}
END_TEST

/* ---- JSON ---- */

START_TEST(as_json_an_answer_is_one_object_whatever_it_holds)
{
#define M(id) "{\"message\":{\"id\":\"" id "\"}}"
    static const struct {
        const char *lines[3], *wanted;
    } cases[] = {
        {{NULL}, "{\"messages\":[]}\n"},
        {{M("q1")}, "{\"messages\":[{\"id\":\"q1\",\"recipients\":[]}]}\n"},
        {{M("q1"), M("q2")},
         "{\"messages\":[{\"id\":\"q1\",\"recipients\":[]},\n{\"id\":\"q2\",\"recipients\":[]}]}\n"},
        {{M("q1"), "{\"recipient\":{\"rcpt\":\"a\"}}", "{\"recipient\":{\"rcpt\":\"b\"}}"},
         "{\"messages\":[{\"id\":\"q1\",\"recipients\":[{\"rcpt\":\"a\"},{\"rcpt\":\"b\"}]}]}\n"},
        {{M("q1"), "{\"recipient\":{\"rcpt\":\"a\"}}", M("q2")},
         "{\"messages\":[{\"id\":\"q1\",\"recipients\":[{\"rcpt\":\"a\"}]},\n{\"id\":\"q2\",\"recipients\":[]}]}\n"},
        {{M("q1"), "{\"content\":\"eA==\"}", "{\"later\":1}"}, "{\"messages\":[{\"id\":\"q1\",\"recipients\":[]}]}\n"},
        {{M("\\u001b\\\"\\n")}, "{\"messages\":[{\"id\":\"\\u001B\\\"\\n\",\"recipients\":[]}]}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect((struct show){.as_json = true}, cases[i].lines, COUNTS("9", "9"), cases[i].wanted);
        json_free(parse(cases[i].wanted));
    }
}
END_TEST

START_TEST(a_line_that_is_not_known_is_passed_over)
{
    expect((struct show){0}, (const char *[3]){"{\"later\":{\"id\":\"q9\"}}", "[]", "{\"content\":7}"},
           COUNTS("0", "0"), "0 messages, 0 recipients\n");
}
END_TEST

/* ---- changes ---- */

START_TEST(a_change_says_what_it_did_and_what_it_left)
{
    static const struct {
        int matched, changed, busy;
        const char *wanted;
    } cases[] = {
        {0, 0, 0, "0 recipients held\n"},
        {1, 1, 0, "1 recipient held\n"},
        {3, 3, 0, "3 recipients held\n"},
        {3, 2, 0, "2 recipients held, 1 left as it was\n"},
        {3, 1, 0, "1 recipient held, 2 left as they were\n"},
        {3, 0, 0, "0 recipients held, 3 left as they were\n"},
        {2, 2, 2, "2 recipients held; 2 of them on the wire: held if this attempt fails\n"},
        {4, 3, 1, "3 recipients held, 1 left as it was; 1 of them on the wire: held if this attempt fails\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json *counts = json_new_object();
        json_set_int(counts, "matched", cases[i].matched);
        json_set_int(counts, "changed", cases[i].changed);
        json_set_int(counts, "busy", cases[i].busy);
        FILE *out = open_memstream(&printed, &printed_len);
        show_change(out, counts, "held");
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_msg(strcmp(printed, cases[i].wanted) == 0, "case %zu: %s", i, printed);
        free(printed);
        json_free(counts);
    }
}
END_TEST

SUITE(show, a_listed_message_has_its_age_and_size_in_units_that_fit,
      a_listed_recipient_has_its_attempts_its_next_one_and_the_last_reply, a_listing_ends_with_its_counts,
      text_of_strangers_steers_no_terminal, details_of_strangers_steer_no_terminal_either,
      a_shown_message_has_all_that_is_known,
      a_bounce_is_shown_with_its_null_reverse_path_and_our_own_words_without_a_host,
      contents_are_made_visible_or_given_octet_for_octet, contents_in_several_lines_are_one_text_after_one_empty_line,
      content_that_is_not_base64_is_left_out, as_json_an_answer_is_one_object_whatever_it_holds,
      a_line_that_is_not_known_is_passed_over, a_change_says_what_it_did_and_what_it_left)
