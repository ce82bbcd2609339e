/* The relay's answer, as octets come: lines in any pieces, errors, and what is not an answer. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/operator/reading.h"

static struct buf lines; /* what on_line got, one a line */

static void note(void *arg, const struct json *line)
{
    ck_assert_ptr_eq(arg, &lines);
    ck_assert(json_write(line, &lines) && buf_add_char(&lines, '\n'));
}

/* Feeds the text in pieces of so many octets; stops at the end and at an error, as ask() does. */
static int feed(struct reading *reading, struct slice text, size_t piece, struct err *err)
{
    int rc = ERR_OK;
    while (rc == ERR_OK && reading->end == NULL && text.len > 0) {
        struct slice head = slice_head(text, piece < text.len ? piece : text.len);
        ck_assert(buf_add_slice(&reading->in, head));
        text = slice_from(text, head.len);
        rc = reading_feed(reading, err);
    }
    return rc;
}

#define MESSAGE   "{\"message\":{\"id\":\"q1\"}}\n"
#define RECIPIENT "{\"recipient\":{\"rcpt\":\"J\xc3\xb6rg@d.example\"}}\n"
#define END       "{\"end\":{\"messages\":1}}\n"
#define UNKNOWN   "the relay's answer is not understood; is it of another version?"

START_TEST(an_answer_is_its_lines_in_whatever_pieces_it_comes)
{
    static const char *const answers[] = {MESSAGE RECIPIENT END, END, MESSAGE "{\"later\":{\"thing\":[1,2]}}\n" END};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        size_t len = strlen(answers[i]);
        for (size_t piece = 1; piece <= len; piece++) {
            struct reading reading;
            struct err err = {0};
            buf_init(&lines, READING_LINE_MAX);
            reading_init(&reading, note, &lines);
            ck_assert_msg(feed(&reading, slice_cstr(answers[i]), piece, &err) == ERR_OK, "%s", err.text);
            ck_assert_msg(slice_eq(buf_slice(&lines), slice_make(answers[i], len - strlen(END))), "pieces of %zu: %s",
                          piece, buf_cstr(&lines));
            ck_assert_int_eq(json_get_int(reading.end, "messages", 0), 1);
            reading_fini(&reading);
            buf_fini(&lines);
        }
    }
}
END_TEST

START_TEST(what_is_wrong_with_an_answer_is_reported_in_words)
{
    static const struct {
        const char *answer, *before, *words; /* before: lines that were given */
    } cases[] = {
        {"{\"error\":\"show needs an id\"}\n", "", "show needs an id"},
        {MESSAGE "{\"error\":\"the queue could not be written; the relay stops\"}\n" END, MESSAGE,
         "the queue could not be written; the relay stops"},
        {"{\"error\":\"\"}\n", "", ""},
        {"\n", "", UNKNOWN},
        {"220 mail.example ESMTP\r\n", "", UNKNOWN},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "", UNKNOWN},
        {MESSAGE "{\"recipient\":\n", MESSAGE, UNKNOWN},
        {MESSAGE MESSAGE "{\"message\":{\"id\":\"\xff\"}}\n", MESSAGE MESSAGE, UNKNOWN},
        {"{\"end\":{}} {\"end\":{}}\n", "", UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading reading;
        struct err err = {0};
        buf_init(&lines, READING_LINE_MAX);
        reading_init(&reading, note, &lines);
        ck_assert_msg(feed(&reading, slice_cstr(cases[i].answer), 7, &err) == ERR_PROTOCOL, "case %zu", i);
        ck_assert_msg(strcmp(err.text, cases[i].words) == 0, "case %zu: %s", i, err.text);
        ck_assert_msg(strcmp(buf_cstr(&lines), cases[i].before) == 0, "case %zu: %s", i, buf_cstr(&lines));
        ck_assert_ptr_null(reading.end);
        reading_fini(&reading);
        buf_fini(&lines);
    }
}
END_TEST

START_TEST(an_answer_without_its_last_line_is_not_whole)
{
    static const char *const answers[] = {"", MESSAGE, MESSAGE RECIPIENT, "{\"end\":{}}", "{\"end\":null", "{\"en"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct reading reading;
        struct err err = {0};
        buf_init(&lines, READING_LINE_MAX);
        reading_init(&reading, note, &lines);
        ck_assert_int_eq(feed(&reading, slice_cstr(answers[i]), 64, &err), ERR_OK);
        ck_assert_msg(reading.end == NULL, "%s", answers[i]);
        reading_fini(&reading);
        buf_fini(&lines);
    }
}
END_TEST

START_TEST(what_follows_the_last_line_is_not_read)
{
    struct reading reading;
    struct err err = {0};
    buf_init(&lines, READING_LINE_MAX);
    reading_init(&reading, note, &lines);
    ck_assert(buf_add_cstr(&reading.in, END MESSAGE "nonsense\n"));
    ck_assert_int_eq(reading_feed(&reading, &err), ERR_OK);
    ck_assert_uint_eq(lines.len, 0);
    ck_assert_int_eq(reading_feed(&reading, &err), ERR_OK);
    ck_assert_uint_eq(lines.len, 0);
    reading_fini(&reading);
    buf_fini(&lines);
}
END_TEST

START_TEST(a_line_may_be_as_long_as_the_limit_and_no_longer)
{
    static const struct {
        size_t octets; /* without the line end */
        int rc;
    } cases[] = {{READING_LINE_MAX - 2, ERR_OK}, {READING_LINE_MAX - 1, ERR_OK}, {READING_LINE_MAX, ERR_PROTOCOL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char begin[] = "{\"content\":\"", tail[] = "\"}\n" END;
        struct reading reading;
        struct err err = {0};
        buf_init(&lines, 2 * READING_LINE_MAX);
        reading_init(&reading, note, &lines);
        size_t filler = cases[i].octets - strlen(begin) - 2, whole = strlen(begin) + filler + strlen(tail);
        char *text = mem_alloc(whole);
        memcpy(text, begin, strlen(begin));
        memset(text + strlen(begin), 'x', filler);
        memcpy(text + strlen(begin) + filler, tail, strlen(tail));
        int rc = feed(&reading, slice_make(text, whole), 512 * 1024, &err);
        ck_assert_msg(rc == cases[i].rc, "case %zu: %s", i, err.text);
        if (rc != ERR_OK)
            ck_assert_str_eq(err.text, "the relay's answer has a line of more than 1048576 octets");
        else
            ck_assert_uint_eq(lines.len, cases[i].octets + 1);
        free(text);
        reading_fini(&reading);
        buf_fini(&lines);
    }
}
END_TEST

SUITE(reading, an_answer_is_its_lines_in_whatever_pieces_it_comes, what_is_wrong_with_an_answer_is_reported_in_words,
      an_answer_without_its_last_line_is_not_whole, what_follows_the_last_line_is_not_read,
      a_line_may_be_as_long_as_the_limit_and_no_longer)
