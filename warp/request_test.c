/* Requests: the words of the plan, followed by those that the director has written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/testing/suite.h"
#include "warp/request.h"

static char folder[64];
static struct err err;

static void begin(const char *words, size_t len)
{
    char path[128];
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-request-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/3.words", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(words, 1, len, file), len);
    (void)fclose(file);
}

static void end(void)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/3.words", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

static struct plan_command submit_action(void)
{
    static char program[] = "sendmail", option[] = "-i";
    return (struct plan_command){.name = "submit", .requests = folder, .argv = {program, option}};
}

START_TEST(the_request_s_words_follow_the_plan_s)
{
    static const char words[] = "-f\0\0a b\t'\"\n@x";
    struct request *request = NULL;
    begin(words, sizeof words);
    struct plan_command action = submit_action();
    ck_assert_int_eq(request_new(&request, &action, "submit/3", &err), ERR_OK);
    char *const *argv = request->command.argv;
    ck_assert_str_eq(argv[1], "-i");
    ck_assert_str_eq(argv[2], "-f");
    ck_assert_str_eq(argv[3], "");
    ck_assert_str_eq(argv[4], "a b\t'\"\n@x");
    ck_assert_ptr_null(argv[5]);
    ck_assert_str_eq(request->command.name, "submit/3");
    ck_assert_str_eq(strrchr(request->command.in, '/'), "/3.in");
    ck_assert_str_eq(strrchr(request->command.log, '/'), "/3.out");
    request_free(request);
    end();
}
END_TEST

static void expect_refused(const char *words, size_t len, const char *name)
{
    struct request *request = NULL;
    begin(words, len);
    struct plan_command action = submit_action();
    ck_assert_msg(request_new(&request, &action, name, &err) != ERR_OK, "taken: %s", name);
    end();
}

START_TEST(a_bad_request_is_refused)
{
    static char many[2 * PLAN_WORDS];
    expect_refused("a", 2, "submit/4");    /* nothing was written for it */
    expect_refused("a", 2, "submit");      /* no number */
    expect_refused("a", 2, "submit/../3"); /* a way out of the folder */
    expect_refused("abc", 3, "submit/3");  /* the last word has no end */
    expect_refused(many, sizeof many, "submit/3");
    struct request *request = NULL;
    struct plan_command other = {.name = "flush"};
    ck_assert_int_ne(request_new(&request, &other, "flush/3", &err), ERR_OK);
}
END_TEST

SUITE(request, the_request_s_words_follow_the_plan_s, a_bad_request_is_refused)
