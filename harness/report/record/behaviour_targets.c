/*
 * The behaviour report over many runs: what each target does, whatever the scenario. A function of the records:
 *
 *     [{"target","runs","schedule":[{"reason","recipients","gaps":[{"n","count","min","median","max"}],"left_out"}],
 *       "bounces":{class: count},"deferrals":{reason: count},"duplicates","outcomes":{outcome: count}}]
 *
 * A schedule belongs to a reason, "4yz at RCPT": it counts the recipients for which every attempt, except a last
 * successful one, failed for that reason, so that the clocks that a target keeps by reason stay apart. Runs whose
 * scenario sets the target's schedule are left out of it. left_out: how many more waits a recipient had, at most, than
 * there are gaps. Times are in seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/report/record/behaviour_json.h"
#include "lib/base/mem.h"

#define GAPS_MAX 500 /* of a recipient; its record may have more attempts */

/* One gap of one recipient: the n-th, in the schedule of a reason. */
struct gap {
    char reason[48];
    size_t n;
    double s;
    int64_t left_out; /* of the same recipient, after the last that is kept */
};

struct gaps {
    struct gap *list;
    size_t count, room;
};

static void count_up(struct json *counts, const char *key)
{
    json_set_int(counts, key, json_get_int(counts, key, 0) + 1);
}

/* "451 at RCPT" -> "4yz at RCPT", "MX: SERVFAIL" -> "DNS"; 421 has its own meaning. */
static void write_clock(const char *reason, char out[48])
{
    (void)snprintf(out, 48, "%s", strstr(reason, ": ") != NULL ? "DNS" : reason);
    if (strchr("45", out[0]) != NULL && strlen(out) > 3 && out[3] == ' ' && strncmp(out, "421", 3) != 0)
        memcpy(out + 1, "yz", 2);
}

/* The clock by which all attempts that failed were followed; false when there was none, or more than one. */
static bool only_clock(const struct json *attempts, char out[48])
{
    char clock[48];
    out[0] = '\0';
    for (size_t i = 0; i < json_count(attempts); i++) {
        const char *reason = json_get_str(json_at(attempts, i), "reason", NULL);
        if (reason == NULL)
            continue;
        write_clock(reason, clock);
        if (out[0] != '\0' && strcmp(out, clock) != 0)
            return false;
        memcpy(out, clock, sizeof clock);
    }
    return out[0] != '\0';
}

static void add_gaps(struct gaps *gaps, const struct json *message)
{
    const struct json *attempts = json_get(message, "attempts");
    size_t kept = json_count(attempts) <= GAPS_MAX ? json_count(attempts) : GAPS_MAX + 1;
    int64_t all = json_get_int(message, "attempt_count", (int64_t)kept); /* of a stored report: any number */
    struct gap gap = {.left_out = all > (int64_t)kept ? all - (int64_t)kept : 0};
    bool counts = only_clock(attempts, gap.reason);
    for (size_t i = 1; counts && i < json_count(attempts) && i <= GAPS_MAX; i++) {
        if (gaps->count == gaps->room) {
            gaps->room = gaps->room > 0 ? 2 * gaps->room : 64;
            gaps->list = mem_realloc(gaps->list, gaps->room, sizeof *gaps->list);
        }
        gap.n = i;
        gap.s = json_get_real(json_at(attempts, i), "gap", 0);
        gaps->list[gaps->count++] = gap;
    }
}

static int compare_gaps(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;
    int order = strcmp(x->reason, y->reason);
    if (order == 0 && x->n != y->n)
        order = x->n < y->n ? -1 : 1;
    return order != 0 ? order : x->s < y->s ? -1 : x->s > y->s;
}

/* The gaps of one number, sorted. */
static struct json *gap_json(const struct gap *list, size_t count)
{
    struct json *json = json_new_object();
    json_set_int(json, "n", (int64_t)list->n);
    json_set_int(json, "count", (int64_t)count);
    json_set(json, "min", json_new_real(list[0].s));
    json_set(json, "median", json_new_real(list[count / 2].s));
    json_set(json, "max", json_new_real(list[count - 1].s));
    return json;
}

static size_t alike(const struct gaps *gaps, size_t from, bool also_number)
{
    size_t to = from;
    while (to < gaps->count && strcmp(gaps->list[to].reason, gaps->list[from].reason) == 0 &&
           (!also_number || gaps->list[to].n == gaps->list[from].n))
        to++;
    return to;
}

static int64_t most_left_out(const struct gaps *gaps, size_t from, size_t to)
{
    int64_t most = 0;
    for (size_t i = from; i < to; i++)
        most = gaps->list[i].left_out > most ? gaps->list[i].left_out : most;
    return most;
}

static struct json *schedule_of(struct gaps *gaps)
{
    struct json *schedule = json_new_array();
    if (gaps->count > 0)
        qsort(gaps->list, gaps->count, sizeof *gaps->list, compare_gaps);
    for (size_t i = 0, end; i < gaps->count; i = end) {
        struct json *one = json_new_object(), *list = json_new_array();
        end = alike(gaps, i, false);
        json_set_str(one, "reason", gaps->list[i].reason);
        json_set_int(one, "recipients", (int64_t)(alike(gaps, i, true) - i));
        for (size_t k = i, next; k < end; k = next) {
            next = alike(gaps, k, true);
            json_push(list, gap_json(&gaps->list[k], next - k));
        }
        json_set(one, "gaps", list);
        if (most_left_out(gaps, i, end) > 0)
            json_set_int(one, "left_out", most_left_out(gaps, i, end));
        json_push(schedule, one);
    }
    return schedule;
}

struct suite {
    struct json *bounces, *deferrals, *outcomes;
    struct gaps gaps;
    int64_t runs, duplicates;
};

static void take_message(struct suite *suite, const struct json *message, bool own_schedule)
{
    const struct json *attempts = json_get(message, "attempts");
    int64_t copies = json_get_int(message, "copies", 0);
    suite->duplicates += copies > 1 ? copies - 1 : 0;
    count_up(suite->outcomes, json_get_str(message, "outcome", "?"));
    for (size_t i = 0; i < json_count(attempts); i++)
        if (strcmp(json_get_str(json_at(attempts, i), "taken", ""), taken_name(TAKEN_DEFERRED)) == 0)
            count_up(suite->deferrals, json_get_str(json_at(attempts, i), "reason", "?"));
    if (own_schedule)
        add_gaps(&suite->gaps, message);
}

static void take_record(struct suite *suite, const struct json *record)
{
    const struct json *behaviour = json_get(record, "behaviour");
    const struct json *messages = json_get(behaviour, "messages"), *dsns = json_get(behaviour, "dsns");
    suite->runs++;
    for (size_t i = 0; i < json_count(messages); i++)
        take_message(suite, json_at(messages, i), json_get_bool(record, "own_schedule", true));
    for (size_t i = 0; i < json_count(dsns); i++)
        if (strcasecmp(json_get_str(json_at(dsns, i), "action", ""), "failed") == 0)
            count_up(suite->bounces, json_get_str(json_at(dsns, i), "class", "?"));
}

static struct json *suite_of(const struct json *records, const char *target)
{
    struct suite suite = {json_new_object(), json_new_object(), json_new_object(), {0}, 0, 0};
    struct json *json = json_new_object();
    for (size_t i = 0; i < json_count(records); i++) {
        const struct json *record = json_at(records, i);
        if (strcmp(json_get_str(record, "target", ""), target) == 0 && json_get(record, "behaviour") != NULL)
            take_record(&suite, record);
    }
    json_set_str(json, "target", target);
    json_set_int(json, "runs", suite.runs);
    json_set(json, "schedule", schedule_of(&suite.gaps));
    json_set(json, "outcomes", suite.outcomes);
    json_set(json, "bounces", suite.bounces);
    json_set(json, "deferrals", suite.deferrals);
    json_set_int(json, "duplicates", suite.duplicates);
    free(suite.gaps.list);
    return json;
}

static bool is_known(const struct json *suites, const char *target)
{
    for (size_t i = 0; i < json_count(suites); i++)
        if (strcmp(json_get_str(json_at(suites, i), "target", ""), target) == 0)
            return true;
    return false;
}

struct json *behaviour_targets(const struct json *records)
{
    struct json *suites = json_new_array();
    for (size_t i = 0; i < json_count(records); i++) {
        const char *target = json_get_str(json_at(records, i), "target", "");
        if (!is_known(suites, target))
            json_push(suites, suite_of(records, target));
    }
    return suites;
}
