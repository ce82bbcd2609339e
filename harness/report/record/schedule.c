#include "harness/report/record/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

#define SECONDS_MAX 1e9 /* of a stored report: any number */

const char *schedule_end_words(enum schedule_end end)
{
    static const char *const words[] = {
#define WORDS(name, words) words,
        SCHEDULE_ENDS(WORDS)
#undef WORDS
    };
    return words[end];
}

size_t schedule_before(const struct schedule *schedule, double back_s)
{
    size_t n = 0;
    while (n < schedule->count && schedule->at[n] < back_s)
        n++;
    return n;
}

/* Up to the first time that is not one, or is earlier than the one before it. */
static void read_times(struct schedule *schedule, const struct json *attempts)
{
    schedule->at = mem_alloc((json_count(attempts) + 1) * sizeof *schedule->at);
    for (size_t i = 0; i < json_count(attempts); i++) {
        double t = json_get_real(json_at(attempts, i), "t", NAN);
        if (!(t >= (i > 0 ? schedule->at[i - 1] : 0) && t <= SECONDS_MAX))
            break;
        schedule->at[schedule->count++] = t;
    }
}

/* It has the part that programs read. Only the first recipient of a report has the report. */
static bool is_for_programs(const struct json *dsn)
{
    const struct json *report = json_get(dsn, "report"), *parts = json_get(report, "parts");
    for (size_t i = 0; i < json_count(parts); i++)
        if (strcmp(json_as_str(json_at(parts, i), ""), "message/delivery-status") == 0)
            return true;
    return report == NULL;
}

static double time_of(const struct json *dsn)
{
    double t = json_get_real(dsn, "t", -1) - json_get_real(dsn, "handed", 0);
    return t >= 0 && t <= SECONDS_MAX ? t : -1;
}

/* dsn: the last one; NULL: there is none. */
static void read_end(struct schedule *schedule, const char *outcome, const struct json *dsn)
{
    bool whole = schedule->count == schedule->all;
    double last = schedule->at[schedule->count - 1];
    schedule->gave_up = -1;
    if (strcmp(outcome, "bounced") == 0) {
        schedule->end = is_for_programs(dsn) ? SCHEDULE_REPORTED : SCHEDULE_IN_WORDS;
        schedule->gave_up = time_of(dsn);
    } else if (strcmp(outcome, "given up") != 0) {
        schedule->end = SCHEDULE_OPEN;
    } else if (dsn != NULL && time_of(dsn) >= last) {
        schedule->end = SCHEDULE_DELAYED;
        schedule->gave_up = time_of(dsn);
    } else {
        schedule->end = SCHEDULE_SILENT;
        schedule->gave_up = whole ? last : -1;
    }
}

bool schedule_read(struct schedule *schedule, const struct json *record)
{
    const struct json *behaviour = json_get(record, "behaviour"), *dsns = json_get(behaviour, "dsns");
    const struct json *message = json_at(json_get(behaviour, "messages"), 0), *attempts = json_get(message, "attempts");
    *schedule = (struct schedule){json_get_str(record, "target", ""),
                                  json_get_str(json_get(record, "suite"), "target_version", ""), .end = 0};
    if (!json_get_bool(record, "own_schedule", true))
        return false;
    read_times(schedule, attempts);
    if (schedule->count == 0) {
        schedule_fini(schedule);
        return false;
    }
    int64_t all = json_get_int(message, "attempt_count", 0);
    schedule->all = all > (int64_t)schedule->count ? (size_t)all : schedule->count;
    read_end(schedule, json_get_str(message, "outcome", ""), json_at(dsns, json_count(dsns) - 1));
    for (size_t i = 0; i < json_count(dsns); i++)
        schedule->notices += strcmp(json_get_str(json_at(dsns, i), "action", ""), "delayed") == 0;
    schedule->notices -= schedule->end == SCHEDULE_DELAYED && schedule->notices > 0;
    return true;
}

void schedule_fini(struct schedule *schedule)
{
    free(schedule->at);
    schedule->at = NULL;
    schedule->count = 0;
}
