/* MIME as mail servers send it: fields, parameters, parts and encodings, well formed or not. */
#include "sim/mx/mime.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"

START_TEST(a_message_is_split_at_its_first_empty_line)
{
    static const char *const cases[][3] = {
        {"A: b\r\n\r\nbody\r\n", "A: b\r\n", "body\r\n"},
        {"A: b\n\nbody", "A: b\n", "body"},
        {"A: b\r\n \t \r\nbody", "A: b\r\n", "body"}, /* white space alone */
        {"\r\nbody", "", "body"},
        {"A: b\r\n", "A: b\r\n", ""},
        {"A: b", "A: b", ""},
        {"A: b\r\n\r\n", "A: b\r\n", ""},
        {"", "", ""},
        {"A: b\r\n\r\nx\r\n\r\ny", "A: b\r\n", "x\r\n\r\ny"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice header, body;
        mime_split(slice_cstr(cases[i][0]), &header, &body);
        ck_assert_msg(slice_eq_cstr(header, cases[i][1]) && slice_eq_cstr(body, cases[i][2]), "case %zu: %.*s|%.*s", i,
                      SLICE_ARG(header), SLICE_ARG(body));
    }
}
END_TEST

START_TEST(a_field_is_found_by_its_whole_name)
{
    static const char header[] = "Subject-Prefix: no\r\nSUBJECT:  one\r\n two\r\n\tthree \r\nSubject: second\r\n"
                                 "Old : space\r\nEmpty:\r\nNext: x\r\nSubjects no colon\r\nLast: y\n  z";
    static const char *const cases[][2] = {
        {"Subject", "one\r\n two\r\n\tthree"}, /* the first, in any case */
        {"subject-prefix", "no"},
        {"Old", "space"},
        {"Empty", ""},
        {"Subjects", ""},
        {"Last", "y\n  z"},
        {"Absent", ""},
        {"Sub", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice value = mime_field(slice_cstr(header), cases[i][0]);
        ck_assert_msg(slice_eq_cstr(value, cases[i][1]), "%s: %.*s", cases[i][0], SLICE_ARG(value));
    }
}
END_TEST

START_TEST(a_parameter_is_a_token_or_a_quoted_string)
{
    static const struct {
        const char *type, *value; /* value: NULL = there is none */
    } cases[] = {
        {"multipart/report; boundary=abc", "abc"},
        {"multipart/report;boundary=abc; charset=x", "abc"},
        {"multipart/report; BOUNDARY=abc", "abc"},
        {"multipart/report; report-type=x;\r\n\tboundary=\"a b;c\"", "a b;c"},
        {"multipart/report; boundary=\"a\\\"b\\\\c\"", "a\"b\\c"},
        {"multipart/report; boundary = abc ;x=y", "abc"},
        {"multipart/report; other; boundary=abc", "abc"},
        {"multipart/report; x=\"boundary=no\"; boundary=yes", "yes"},
        {"multipart/report; xboundary=no", NULL},
        {"multipart/report; boundary=", NULL},
        {"multipart/report; boundary=\"\"", NULL},
        {"multipart/report; boundary", NULL},
        {"multipart/report; boundary=\"open", "open"}, /* cut off */
        {"boundary=abc", NULL},
        {"", NULL},
        {";", NULL},
        {"multipart/report; boundary=123456789012345", "123456789012345"},
        {"multipart/report; boundary=1234567890123456", NULL}, /* it has no room */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[16];
        bool found = mime_parameter(slice_cstr(cases[i].type), "boundary", out, sizeof out);
        ck_assert_msg(found == (cases[i].value != NULL), "%s", cases[i].type);
        ck_assert_msg(!found || strcmp(out, cases[i].value) == 0, "%s: %s", cases[i].type, out);
    }
}
END_TEST

START_TEST(a_type_is_compared_without_its_parameters)
{
    static const struct {
        const char *type, *with;
        bool is;
    } cases[] = {
        {"text/plain; charset=utf-8", "text/plain", true},
        {"Text/PLAIN ", "text/plain", true},
        {"text/plain", "text/", true},
        {"text", "text/", false},
        {"text/plainx", "text/plain", false},
        {"", "text/plain", true}, /* RFC 2045 §5.2 */
        {"", "multipart/", false},
        {"multipart/mixed", "multipart/", true},
        {"message/rfc822\t;x", "message/rfc822", true},
        {"text/plain", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mime_part part = {.type = slice_cstr(cases[i].type)};
        ck_assert_msg(mime_is(&part, cases[i].with) == cases[i].is, "%s, %s", cases[i].type, cases[i].with);
    }
}
END_TEST

/* ---- parts ---- */

static struct buf seen;
static unsigned visited;

/* "0 multipart/mixed;1 text/plain 'body';" */
static void note(void *arg, const struct mime_part *part)
{
    (void)arg;
    visited++;
    struct slice type = slice_head(part->type, slice_find(part->type, ';'));
    (void)buf_printf(&seen, "%u %.*s", part->depth, SLICE_ARG(type));
    if (!mime_is(part, "multipart/"))
        (void)buf_printf(&seen, "'%.*s'", SLICE_ARG(part->body));
    (void)buf_add_char(&seen, ';');
}

static const char *walk(struct slice message)
{
    visited = 0;
    buf_init(&seen, 1024 * 1024);
    mime_walk(message, note, NULL);
    return buf_cstr(&seen);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

START_TEST(parts_are_visited_outermost_first)
{
    static const char *const cases[][2] = {
        {"Subject: x\n\nbody", "0 'body';"},
        {MIXED "pre\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\nafter",
         "0 multipart/mixed;1 'one\n';1 text/html'two\n';"},
        {MIXED "--b\n\none\n--b", "0 multipart/mixed;1 'one\n';"},                 /* nothing follows */
        {MIXED "--b\n\none\n", "0 multipart/mixed;1 'one\n';"},                    /* the end is missing */
        {MIXED "--b  \t\n\none\n--b-- \n", "0 multipart/mixed;1 'one\n';"},        /* white space */
        {MIXED "--bc\n\nno\n--b\n\none\n--b--\n", "0 multipart/mixed;1 'one\n';"}, /* a longer one is another */
        {MIXED "--b--\n--b\n\nno\n", "0 multipart/mixed;"},
        {MIXED "no delimiter", "0 multipart/mixed;"},
        {"Content-Type: multipart/mixed\n\n--x y\n\none\n--x y--\n", "0 multipart/mixed;1 'one\n';"}, /* undeclared */
        {MIXED
         "--b\nContent-Type: multipart/alternative; boundary=\"b c\"\n\n--b c\n\none\n--b c--\n--b\n\ntwo\n--b--\n",
         "0 multipart/mixed;1 multipart/alternative;2 'one\n';1 'two\n';"},
        {MIXED "--b\nContent-Type: message/rfc822\n\n" MIXED "--b\n\nx\n--b--\n",
         "0 multipart/mixed;1 message/rfc822'" MIXED "';1 'x\n';"}, /* a returned message is not entered */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = walk(slice_cstr(cases[i][0]));
        ck_assert_msg(strcmp(got, cases[i][1]) == 0, "case %zu:\n%s\nwanted\n%s", i, got, cases[i][1]);
        buf_fini(&seen);
    }
}
END_TEST

START_TEST(parts_without_end_and_bottom_are_looked_at_up_to_the_limits)
{
    struct buf message;
    buf_init(&message, 1024 * 1024);
    (void)buf_add_cstr(&message, MIXED);
    for (int i = 0; i < 2 * MIME_PARTS_MAX; i++)
        (void)buf_add_cstr(&message, "--b\n\nx\n");
    (void)walk(buf_slice(&message));
    ck_assert_uint_eq(visited, MIME_PARTS_MAX);
    buf_fini(&seen);
    buf_reset(&message);
    for (int i = 0; i < 3 * MIME_DEPTH_MAX; i++)
        (void)buf_printf(&message, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    (void)walk(buf_slice(&message));
    ck_assert_uint_eq(visited, MIME_DEPTH_MAX + 1);
    buf_fini(&seen);
    buf_fini(&message);
}
END_TEST

/* ---- encodings ---- */

START_TEST(a_transfer_encoding_is_undone_and_what_is_not_of_it_stays_or_goes)
{
    static const struct {
        const char *encoding, *body, *text;
    } cases[] = {
        {"", "as it is=3D\n", "as it is=3D\n"},
        {"7bit", "=3D", "=3D"},
        {"x-other", "=3D", "=3D"},
        {"base64", "aGVsbG8=", "hello"},
        {"BASE64", "aGVs\r\nbG8h\r\n", "hello!"},
        {"base64", "aGVsbG8", "hello"},        /* the padding is missing */
        {"base64", "aG*V s(bG)8=\n", "hello"}, /* not of the alphabet */
        {"base64", "aGk=aGk=", "hi"},
        {"base64", "", ""},
        {"base64", "a", ""},
        {"quoted-printable", "a=3Db=3d\n", "a=b=\r\n"},
        {"quoted-printable", "soft =\nline", "soft line\r\n"},
        {"quoted-printable", "soft= \t\r\nline\r\n", "softline\r\n"},
        {"quoted-printable", "space  \n", "space\r\n"}, /* RFC 2045 §6.7 rule 3 */
        {"quoted-printable", "a=ZZ =4 =", "a=ZZ =4 "},
        {"quoted-printable", "=C3=B6", "\xc3\xb6\r\n"},
        {"quoted-printable", "=41=4", "A=4\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *header = mem_printf("Content-Transfer-Encoding: %s\r\n", cases[i].encoding);
        struct mime_part part = {.header = slice_cstr(header), .body = slice_cstr(cases[i].body)};
        struct buf out;
        buf_init(&out, 1000);
        struct slice text = mime_decode(&part, &out);
        ck_assert_msg(slice_eq_cstr(text, cases[i].text), "case %zu: %.*s", i, SLICE_ARG(text));
        buf_fini(&out);
        free(header);
    }
}
END_TEST

SUITE(mime, a_message_is_split_at_its_first_empty_line, a_field_is_found_by_its_whole_name,
      a_parameter_is_a_token_or_a_quoted_string, a_type_is_compared_without_its_parameters,
      parts_are_visited_outermost_first, parts_without_end_and_bottom_are_looked_at_up_to_the_limits,
      a_transfer_encoding_is_undone_and_what_is_not_of_it_stays_or_goes)
