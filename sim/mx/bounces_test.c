/* The collection in fixtures/bounces: each message is read, and says what its row in the table says. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"
#include "sim/mx/report.h"

#define FOLDER "fixtures/bounces"

static char *read_whole(const char *path, size_t *len)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");
    ck_assert_msg(file != NULL, "%s: run the tests in the project's folder", path);
    ssize_t n = getdelim(&text, &room, -1, file);
    (void)fclose(file);
    ck_assert_msg(n > 0, "%s is empty", path);
    *len = (size_t)n;
    return text;
}

static const char *kind_name(enum report_kind kind)
{
    static const char *const names[] = {[REPORT_NONE] = "words",
                                        [REPORT_STATUS] = "status",
                                        [REPORT_RECEIPT] = "receipt",
                                        [REPORT_COMPLAINT] = "complaint",
                                        [REPORT_REPLY] = "reply"};
    return names[kind];
}

/* As mailbox.c does for a message from the null reverse-path whose submission is not known. */
static void describe(struct slice message, struct buf *out)
{
    struct report report;
    report_read(message, &report);
    bool bounce = report.kind == REPORT_STATUS || report.kind == REPORT_NONE;
    if (bounce && json_count(report.recipients) == 0) {
        struct json *names = report_words_name(&report);
        report_add_words(&report, names);
        json_free(names);
    }
    (void)buf_printf(out, "%s | %s", kind_name(report.kind), json_count(report.recipients) == 0 ? "-" : "");
    for (size_t i = 0; i < json_count(report.recipients); i++) {
        const struct json *one = json_at(report.recipients, i);
        (void)buf_printf(out, "%s%s %s %s", i > 0 ? "; " : "", json_get_str(one, "rcpt", "-"),
                         json_get_str(one, "action", "-"), json_get_str(one, "status", "-"));
    }
    report_fini(&report);
}

static bool check_row(struct slice line)
{
    char path[256];
    size_t len;
    struct buf said;
    struct slice name = slice_trim(slice_cut(&line, '|'));
    (void)snprintf(path, sizeof path, FOLDER "/%.*s.eml", SLICE_ARG(name));
    char *message = read_whole(path, &len);
    buf_init(&said, 65536);
    describe(slice_make(message, len), &said);
    bool right = slice_eq(slice_trim(line), buf_slice(&said));
    if (!right)
        printf("%s\nwanted %.*s\n   got %s\n", path, SLICE_ARG(slice_trim(line)), buf_cstr(&said));
    buf_fini(&said);
    free(message);
    return right;
}

static size_t count_messages(void)
{
    size_t count = 0;
    DIR *folder = opendir(FOLDER);
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strstr(entry->d_name, ".eml") != NULL;
    (void)closedir(folder);
    return count;
}

START_TEST(each_bounce_says_what_its_row_says)
{
    size_t len, rows = 0, right = 0;
    char *table = read_whole(FOLDER "/table", &len);
    struct slice rest = slice_make(table, len);
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        rows++;
        right += check_row(line);
    }
    ck_assert_uint_eq(right, rows);
    ck_assert_uint_eq(rows, count_messages());
    free(table);
}
END_TEST

SUITE(bounces, each_bounce_says_what_its_row_says)
