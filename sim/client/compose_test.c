/* The messages that the client submits: fields, the token by which they are known again, sizes, and the scenario's own.
 */
#include "sim/client/compose.h"

#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"

static struct loop *loop;
static const char *const rcpts[] = {"bob@d.example"};

static struct submission one(void)
{
    return (struct submission){
        .id = "m1", .n = 3, .from = "alice@s.example", .to = (const char **)(uintptr_t)rcpts, .to_count = 1};
}

/* NUL-ended. */
static char *compose(const struct submission *s, size_t *len)
{
    struct err err = {0};
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    const struct sim sim = {.run = "run1", .loop = loop};
    char *message = compose_message(&sim, s, len);
    loop_free(loop);
    ck_assert_uint_eq(strlen(message), *len);
    return message;
}

static void has(const char *message, const char *line)
{
    ck_assert_msg(strstr(message, line) != NULL, "no %s in\n%s", line, message);
}

/* No line end without its CR, no CR without its LF, and no line that SMTP does not allow. */
static void is_smtp_text(const char *message, size_t len)
{
    size_t line = 0;
    for (size_t i = 0; i < len; i++) {
        ck_assert_msg(message[i] != '\n' || (i > 0 && message[i - 1] == '\r'), "a bare LF at %zu", i);
        ck_assert_msg(message[i] != '\r' || message[i + 1] == '\n', "a bare CR at %zu", i);
        line = message[i] == '\n' ? 0 : line + 1;
        ck_assert_uint_le(line, 999);
    }
    ck_assert_uint_eq(line, 0);
}

START_TEST(a_made_message_has_what_the_internet_expects_and_its_token)
{
    struct submission s = one();
    size_t len;
    char *message = compose(&s, &len);
    is_smtp_text(message, len);
    ck_assert_int_eq(strncmp(message, "From: <alice@s.example>\r\nTo: <bob@d.example>\r\nSubject: m1\r\nDate: ", 65),
                     0);
    has(message, " +0000\r\nX-Relaylab-Id: run1.m1.3\r\nMessage-ID: <run1.m1.3@s.example>\r\n\r\n");
    has(message, "\r\n.\r\n"); /* dots that need transparency (RFC 5321 §4.5.2) */
    has(message, "\r\n.forward");
    free(message);
}
END_TEST

START_TEST(a_bounce_has_an_author_too)
{
    struct submission s = one();
    size_t len;
    s.from = "";
    char *message = compose(&s, &len);
    has(message, "From: <postmaster@client.example>\r\n");
    has(message, "Message-ID: <run1.m1.3@client.example>\r\n");
    free(message);
}
END_TEST

START_TEST(a_body_has_the_size_that_was_asked_for)
{
    static const uint64_t sizes[] = {1, 2, 3, 72, 73, 74, 75, 1000, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct submission s = one();
        size_t len;
        s.size = sizes[i];
        char *message = compose(&s, &len), *body = strstr(message, "\r\n\r\n");
        ck_assert_ptr_nonnull(body);
        size_t octets = len - (size_t)(body + 4 - message);
        ck_assert_msg(octets >= sizes[i] && octets <= sizes[i] + 1, "%zu octets for %zu", octets, (size_t)sizes[i]);
        is_smtp_text(message, len);
        free(message);
    }
}
END_TEST

START_TEST(a_message_of_the_scenario_gets_the_token_and_nothing_that_it_has)
{
    static const struct {
        const char *message, *wanted;
    } cases[] = {
        {"Subject: x\r\n\r\nbody\r\n",
         "X-Relaylab-Id: run1.m1.3\r\nMessage-ID: <run1.m1.3@s.example>\r\nSubject: x\r\n\r\nbody\r\n"},
        {"Subject: x\r\nmessage-id: <mine>\r\n\r\nbody\r\n",
         "X-Relaylab-Id: run1.m1.3\r\nSubject: x\r\nmessage-id: <mine>\r\n\r\nbody\r\n"},
        {"Subject: x\r\n\r\nMessage-ID: of the body\r\n",
         "X-Relaylab-Id: run1.m1.3\r\nMessage-ID: <run1.m1.3@s.example>\r\nSubject: x\r\n\r\nMessage-ID: of the "
         "body\r\n"},
        {"X-Message-ID: no\r\n\r\n",
         "X-Relaylab-Id: run1.m1.3\r\nMessage-ID: <run1.m1.3@s.example>\r\nX-Message-ID: no\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct submission s = one();
        size_t len;
        s.manner.message = slice_cstr(cases[i].message);
        char *message = compose(&s, &len);
        ck_assert_msg(strcmp(message, cases[i].wanted) == 0, "case %zu:\n%s", i, message);
        free(message);
    }
}
END_TEST

/* A text that has no header at all is known again by a line at its end. */
START_TEST(a_message_without_a_header_ends_with_the_token)
{
    struct submission s = one();
    size_t len;
    s.manner.message = SLICE_LIT("Hello Bob\r\n");
    s.manner.without_header = true;
    char *message = compose(&s, &len);
    ck_assert_str_eq(message, "Hello Bob\r\nX-Relaylab-Id: run1.m1.3\r\n");
    free(message);
}
END_TEST

START_TEST(fields_of_the_scenario_are_in_its_order)
{
    static const char *const values[] = {"first", "second"};
    struct yaml_entry entries[] = {{.key = "X-B", .value = (void *)(uintptr_t)&values[0]},
                                   {.key = "X-A", .value = (void *)(uintptr_t)&values[1]}};
    struct submission s = one();
    size_t len;
    s.manner.headers.entries = entries;
    s.manner.headers.count = 2;
    char *message = compose(&s, &len);
    has(message, "@s.example>\r\nX-B: first\r\nX-A: second\r\n\r\n");
    is_smtp_text(message, len);
    free(message);
}
END_TEST

SUITE(compose, a_made_message_has_what_the_internet_expects_and_its_token, a_bounce_has_an_author_too,
      a_body_has_the_size_that_was_asked_for, a_message_of_the_scenario_gets_the_token_and_nothing_that_it_has,
      a_message_without_a_header_ends_with_the_token, fields_of_the_scenario_are_in_its_order)
