/* A target's schedule, read from a record: its times, its rule if there is one, and how it ended. */
#include "harness/report/record/schedule.h"

#include <string.h>

#include "lib/testing/suite.h"

static struct json *record;
static struct schedule schedule;

/* times: "0 300 900"; message and dsns: members in JSON. */
static bool read_record(const char *times, const char *message, const char *dsns, const char *more)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 65536);
    (void)buf_printf(&text, "{\"target\":\"t\",\"behaviour\":{\"dsns\":[%s],\"messages\":[{%s\"attempts\":[", dsns,
                     message);
    for (const char *at = times; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
        (void)buf_printf(&text, "%s{\"t\":%.*s}", at > times ? "," : "", (int)strcspn(at, " "), at);
    (void)buf_printf(&text, "]}]}%s}", more);
    ck_assert_msg(json_parse(buf_slice(&text), &record, &err) == ERR_OK, "%s: %s", buf_cstr(&text), err.text);
    buf_fini(&text);
    return schedule_read(&schedule, record);
}

static void done(void)
{
    schedule_fini(&schedule);
    json_free(record);
}

START_TEST(a_rule_is_stated_only_where_all_waits_follow_it)
{
    static const char *const cases[][2] = {
        {"0 300 900 2100 4500 9300 14100 18900", "5m, 10m, 20m …, doubling up to 1h20m"},
        {"0 300 900 2100 4500 8100 11700 11800", "5m, 10m, 20m …, doubling up to 1h; the last wait is 1m40s"},
        {"0 300 900 2100 4500 8100 11700 11800 11900", "5m, 10m, 20m, 40m, 1h × 2, 1m40s × 2"},
        {"0 64 192 448 960", "1m4s, 2m8s, 4m16s …, doubling up to 8m32s"},
        {"0 64 192 448 961", "1m4s, 2m8s, 4m16s, 8m33s"},
        {"0 180 480 780 1080", "3m, then every 5m"},
        {"0 300 600 900 1200 1210", "every 5m; the last wait is 10s"},
        {"0 300 600 910 1220 1530", "5m × 2, 5m10s × 3"},
        {"0 400 1600 3600 6400", "n² × 400 s after the first attempt"},
        {"1 401 1601 3601 6401", "n² × 400 s after the first attempt"},
        {"0 400 1600 3600 6401", "6m40s, 20m, 33m20s, 46m41s"},
        {"0 0 0 0 0", "every 0s"},
        {"0 300 900", "5m, 10m"},
        {"0", "none"},
        {"0 1 3 4 6 7 9 10 12 13 15 16 18 19 21 22 27", "1s, 2s, 1s, 2s, 1s, 2s, 1s, 2s, 1s, 2s, 1s, 2s, "
                                                        "and 4 more from 1s to 5s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out, 65536);
        ck_assert(read_record(cases[i][0], "", "", ""));
        schedule_rule(&schedule, &out);
        ck_assert_str_eq(buf_cstr(&out), cases[i][1]);
        buf_fini(&out);
        done();
    }
}
END_TEST

#define OUTCOME(outcome)       "\"outcome\":\"" outcome "\","
#define REPORT(parts)          "\"report\":{\"parts\":[" parts "]}}"
#define DSN(t, action)         "{\"t\":" #t ",\"handed\":1,\"action\":\"" action "\"," REPORT(STATUS)
#define STATUS                 "\"text/plain\",\"message/delivery-status\""
#define DSN_WITHOUT(t, action) "{\"t\":" #t ",\"action\":\"" action "\"," REPORT("")

START_TEST(the_end_is_what_the_sender_got)
{
    static const struct {
        const char *message, *dsns;
        enum schedule_end end;
        double gave_up;
        size_t notices;
    } cases[] = {
        {OUTCOME("bounced"), DSN(901, "failed"), SCHEDULE_REPORTED, 900, 0},
        {OUTCOME("bounced"), DSN(301, "delayed") "," DSN(901, "failed"), SCHEDULE_REPORTED, 900, 1},
        {OUTCOME("bounced"), DSN_WITHOUT(900, "failed"), SCHEDULE_IN_WORDS, 900, 0},
        {OUTCOME("given up"), DSN(401, "delayed") "," DSN(951, "delayed"), SCHEDULE_DELAYED, 950, 1},
        {OUTCOME("given up"), DSN(401, "delayed"), SCHEDULE_SILENT, 900, 1},
        {OUTCOME("bounced"), "", SCHEDULE_REPORTED, -1, 0},
        {OUTCOME("given up"), "", SCHEDULE_SILENT, 900, 0},
        {OUTCOME("given up") "\"attempt_count\":9,", "", SCHEDULE_SILENT, -1, 0},
        {OUTCOME("queued"), DSN(301, "delayed"), SCHEDULE_OPEN, -1, 1},
        {"", "", SCHEDULE_OPEN, -1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert(read_record("0 300 900", cases[i].message, cases[i].dsns, ""));
        ck_assert_msg(schedule.end == cases[i].end, "case %zu: %s", i, schedule_end_words(schedule.end));
        ck_assert(schedule.gave_up == cases[i].gave_up);
        ck_assert_uint_eq(schedule.notices, cases[i].notices);
        done();
    }
}
END_TEST

START_TEST(the_first_attempt_at_or_after_the_hosts_return_delivers)
{
    ck_assert(read_record("0 300 900", "", "", ""));
    ck_assert_uint_eq(schedule_before(&schedule, 0), 0);
    ck_assert_uint_eq(schedule_before(&schedule, 300), 1);
    ck_assert_uint_eq(schedule_before(&schedule, 301), 2);
    ck_assert_uint_eq(schedule_before(&schedule, 901), 3);
    done();
}
END_TEST

START_TEST(times_of_a_stored_report_may_be_anything)
{
    ck_assert(read_record("0 300 200 900", "\"attempt_count\":7,", "", ""));
    ck_assert_uint_eq(schedule.count, 2); /* up to the time that runs backwards */
    ck_assert_uint_eq(schedule.all, 7);
    done();
    ck_assert(!read_record("-1 300", "", "", ""));
    done();
    ck_assert(!read_record("1e300 1e301", "", "", ""));
    done();
    ck_assert(!read_record("", "", "", ""));
    done();
    ck_assert(read_record("0 5", "\"attempt_count\":-7,", "", ""));
    ck_assert_uint_eq(schedule.all, 2);
    done();
}
END_TEST

START_TEST(a_schedule_that_the_scenario_controls_does_not_count)
{
    ck_assert(!read_record("0 300", "", "", ",\"own_schedule\":false"));
    done();
}
END_TEST

SUITE(schedule, a_rule_is_stated_only_where_all_waits_follow_it, the_end_is_what_the_sender_got,
      the_first_attempt_at_or_after_the_hosts_return_delivers, times_of_a_stored_report_may_be_anything,
      a_schedule_that_the_scenario_controls_does_not_count)
