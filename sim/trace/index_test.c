/* The index answers as a walk over the whole trace would. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/prng.h"
#include "lib/testing/suite.h"
#include "sim/trace/reader.h"

#define EVENTS 600

static const enum trace_kind kinds[] = {TRACE_SMTP_COMMAND, TRACE_SMTP_REPLY, TRACE_MSG_DELIVERED};
static const char *const msgs[] = {"a", "b", NULL};
static const char *const rcpts[] = {"x@d.example", "X@D.example", "y@d.example", NULL};

static struct trace_log log_of_chance(void)
{
    char path[] = "/tmp/relaylab-trace-XXXXXX";
    struct trace_log log;
    struct err err = {0};
    struct prng prng;
    FILE *file = fdopen(mkstemp(path), "w");
    prng_init_seed(&prng, 7);
    fprintf(file, "{\"trace\":1}\n");
    for (unsigned i = 0; i < EVENTS; i++) {
        const char *msg = msgs[prng_below(&prng, 3)], *rcpt = rcpts[prng_below(&prng, 4)];
        fprintf(file, "{\"t\":%u.0,\"event\":\"%s\"", i, trace_event_rows[kinds[prng_below(&prng, 3)]].name);
        if (msg != NULL)
            fprintf(file, ",\"msg\":\"%s\",\"n\":%u", msg, 1 + (unsigned)prng_below(&prng, 2));
        if (rcpt != NULL)
            fprintf(file, ",\"rcpt\":\"%s\"", rcpt);
        fprintf(file, ",\"txn\":%u}\n", (unsigned)prng_below(&prng, 5));
    }
    (void)fclose(file);
    ck_assert_msg(trace_read(&log, path, &err) == ERR_OK, "%s", err.text);
    (void)unlink(path);
    return log;
}

static bool fits(const struct trace_event *event, const struct trace_query *query)
{
    return event->kind == query->kind &&
           (query->msg == NULL || strcmp(json_get_str(event->json, "msg", ""), query->msg) == 0) &&
           (query->n == 0 || json_get_int(event->json, "n", 1) == query->n) &&
           (query->rcpt == NULL || strcasecmp(json_get_str(event->json, "rcpt", ""), query->rcpt) == 0);
}

static void expect_as_by_walk(const struct trace_log *log, const struct trace_query *query)
{
    const struct trace_event *found;
    size_t at = 0;
    for (size_t i = 0; i < log->count; i++) {
        if (!fits(&log->events[i], query))
            continue;
        found = trace_next(log, query, &at);
        ck_assert_msg(found == &log->events[i], "%d %s %u %s: event %zu was not found", query->kind, query->msg,
                      query->n, query->rcpt, i);
        ck_assert_uint_eq(at, i + 1);
    }
    ck_assert_ptr_null(trace_next(log, query, &at));
    at = log->count;
    ck_assert_ptr_null(trace_next(log, query, &at));
}

START_TEST(events_are_found_by_name_message_and_recipient)
{
    struct trace_log log = log_of_chance();
    for (unsigned e = 0; e < 3; e++)
        for (unsigned m = 0; m < 3; m++)
            for (unsigned n = 0; n < 4; n++)
                for (unsigned r = 0; r < 4; r++)
                    expect_as_by_walk(
                        &log, &(struct trace_query){kinds[e], msgs[m], n, msgs[m] != NULL && n > 0 ? rcpts[r] : NULL});
    expect_as_by_walk(&log, &(struct trace_query){.kind = TRACE_RUN_END});
    expect_as_by_walk(&log, &(struct trace_query){TRACE_SMTP_REPLY, "c", 1, NULL});
    trace_log_fini(&log);
}
END_TEST

START_TEST(events_are_found_by_transaction)
{
    struct trace_log log = log_of_chance();
    ck_assert_uint_eq(trace_txn_end(&log), 5);
    for (size_t txn = 1; txn < 7; txn++) {
        size_t at = 0;
        for (size_t i = 0; i < log.count; i++)
            if ((size_t)json_get_int(log.events[i].json, "txn", 0) == txn)
                ck_assert_ptr_eq(trace_next_of_txn(&log, txn, &at), &log.events[i]);
        ck_assert_ptr_null(trace_next_of_txn(&log, txn, &at));
    }
    size_t at = 0;
    ck_assert_ptr_null(trace_next_of_txn(&log, 0, &at)); /* no transaction has this number */
    trace_log_fini(&log);
}
END_TEST

SUITE(index, events_are_found_by_name_message_and_recipient, events_are_found_by_transaction)
