/* What a target's submit command is given, and what of its words is kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "sim/client/command.h"

static char folder[64];
static struct err err;

/* The words for this envelope, each in brackets. */
static void expect_words(const char *const *words, size_t count, const char *from, const char **to, size_t to_count,
                         const char *wanted)
{
    struct command command = {.words = words, .count = count};
    struct submission submission = {.from = from, .to = to, .to_count = to_count};
    struct buf out, shown;
    buf_init(&out, 4096);
    buf_init(&shown, 4096);
    command_words(&command, &submission, &out);
    for (size_t at = 0; at < out.len; at += strlen(out.data + at) + 1)
        (void)buf_printf(&shown, "[%s]", out.data + at);
    ck_assert_str_eq(buf_cstr(&shown), wanted);
    buf_fini(&out);
    buf_fini(&shown);
}

START_TEST(a_word_with_a_recipient_is_repeated_for_each)
{
    static const char *const words[] = {"-i", "-f", "<${from}>", "--to=${rcpt}", "end"};
    static const char *to[] = {"bob@d.example", "ann@d.example"};
    expect_words(words, 5, "al@s.example", to, 2,
                 "[-i][-f][<al@s.example>][--to=bob@d.example][--to=ann@d.example][end]");
}
END_TEST

START_TEST(addresses_are_words_whatever_they_contain)
{
    static const char *const words[] = {"${from}", "--", "${rcpt}"};
    static const char *to[] = {"\"a b; $(x) '\t'\"@d.example", "${from}@d.example"};
    expect_words(words, 3, "", to, 2, "[][--][\"a b; $(x) '\t'\"@d.example][${from}@d.example]");
}
END_TEST

static void read_file(const char *name, char *out, size_t size)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/submit/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static struct command begin(void)
{
    static const char *const words[] = {"${rcpt}"};
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-command-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    return (struct command){.dir = folder, .words = words, .count = 1};
}

static void end(void)
{
    static const char *const names[] = {
        "/submit/1.words", "/submit/1.in", "/submit/1.out", "/submit/7.words", "/submit/7.in", "/submit", ""};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", folder, names[i]);
        (void)remove(path);
    }
    ck_assert_int_ne(access(folder, F_OK), 0);
}

START_TEST(the_message_ends_its_lines_as_files_do)
{
    struct command command = begin();
    static const char *to[] = {"bob@d.example"};
    struct submission submission = {.from = "", .to = to, .to_count = 1};
    char text[64];
    ck_assert_int_eq(
        command_write(&command, 7, &submission, SLICE_LIT("Subject: x\r\n\r\nlone \r and \n\r\n.\r\nend"), &err),
        ERR_OK);
    read_file("7.in", text, sizeof text);
    ck_assert_str_eq(text, "Subject: x\n\nlone \r and \n\n.\nend");
    read_file("7.words", text, sizeof text);
    ck_assert_str_eq(text, "bob@d.example");
    end();
}
END_TEST

START_TEST(the_last_line_says_why)
{
    struct command command = begin();
    static const char *to[] = {"bob@d.example"};
    struct submission submission = {.from = "", .to = to, .to_count = 1};
    char path[128], words[16];
    command_last_words(&command, 1, words, sizeof words);
    ck_assert_str_eq(words, "");
    ck_assert_int_eq(command_write(&command, 1, &submission, SLICE_LIT("x"), &err), ERR_OK);
    (void)snprintf(path, sizeof path, "%s/submit/1.out", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 1000; i++)
        (void)fputs("Traceback\n", file);
    (void)fputs("no such folder, and more\n\n", file);
    (void)fclose(file);
    command_last_words(&command, 1, words, sizeof words);
    ck_assert_str_eq(words, "no such folder,");
    end();
}
END_TEST

START_TEST(words_without_end_are_refused)
{
    struct command command = begin();
    char *long_word = mem_alloc(600001);
    memset(long_word, 'x', 600000);
    long_word[600000] = '\0';
    memcpy(long_word, "${rcpt}", strlen("${rcpt}"));
    const char *words[] = {long_word};
    static const char *to[] = {"bob@d.example", "ann@d.example"};
    struct submission submission = {.from = "", .to = to, .to_count = 1};
    command.words = words;
    ck_assert_int_eq(command_write(&command, 1, &submission, SLICE_LIT("x"), &err), ERR_OK);
    submission.to_count = 2; /* the same folder again */
    ck_assert_int_eq(command_write(&command, 7, &submission, SLICE_LIT("x"), &err), ERR_TOO_BIG);
    submission.to_count = 1;
    ck_assert_int_eq(command_write(&command, 7, &submission, SLICE_LIT("x"), &err), ERR_OK);
    free(long_word);
    end();
}
END_TEST

SUITE(command, a_word_with_a_recipient_is_repeated_for_each, addresses_are_words_whatever_they_contain,
      the_message_ends_its_lines_as_files_do, the_last_line_says_why, words_without_end_are_refused)
