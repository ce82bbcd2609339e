/* Which ends of a message are reported to its sender, and what the reports return (RFC 3461 §5.2). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/message/notify.h"
#include "relay/message/octets.h"
#include "relay/queue/queue.h"

#define TURNS_MAX 5000

static struct config config;
static struct loop *loop;
static struct queue *queue;
static char folder[] = "/tmp/relaylab-reports-XXXXXX";
static struct queue_result answer; /* to each attempt of a message that is not a report; the delay ends in a failure */
static struct buf reports;
static struct envelope_mail report_mail; /* of the last one; its texts are gone */
static const char *sender = "a@s.example";

static const struct queue_result failed = {.outcome = QUEUE_FAILED, .status = "5.1.1", .diagnostic = "550 no"},
                                 deferred = {.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451"},
                                 at_plain_host = {.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250"},
                                 at_dsn_host = {.outcome = QUEUE_DELIVERED,
                                                .status = "2.0.0",
                                                .diagnostic = "250",
                                                .host_notifies = true};

static void take_one(struct queue_recipient *r)
{
    struct err err;
    bool is_report = strcmp(r->to.address, sender) == 0;
    if (is_report)
        report_mail = r->message->mail;
    if (is_report)
        ck_assert_int_eq(queue_read_body(queue, r->message, 0, 1 << 20, &reports, &err), ERR_OK);
    struct queue_result delivered = {.outcome = QUEUE_DELIVERED, .status = "2.0.0", .diagnostic = "250 ok"};
    bool waits = answer.outcome == QUEUE_DEFER_RECIPIENT && !r->message->warned;
    queue_report(queue, r,
                 is_report                                           ? &delivered
                 : answer.outcome == QUEUE_DEFER_RECIPIENT && !waits ? &failed
                                                                     : &answer);
}

static void on_ready(void *arg)
{
    struct queue_batch batch;
    (void)arg;
    LIST_EACH_SAFE (struct queue_domain, link, domain, next, queue_ready_domains(queue))
        if (queue_take(queue, domain, &batch))
            for (size_t i = 0; i < batch.count; i++)
                take_one(batch.recipients[i]);
}

static void begin(void)
{
    struct err err = {0};
    struct prng prng;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    config = (struct config){.hostname = "relay.example", .spool = folder};
    config.limits.queue_recipients = 100;
    config.retry.recipient.first_ns = config.retry.recipient.max_ns = 5 * NS_PER_MS;
    config.retry.lifetime_ns = config.retry.bounce_lifetime_ns = 3600 * NS_PER_S;
    prng_init_seed(&prng, 1);
    buf_init(&reports, 1 << 22);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    queue_close(queue);
    loop_free(loop);
    buf_fini(&reports);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
}

static void on_nothing(void *arg)
{
    (void)arg;
}

/* A turn, so that what was added is committed. */
static void commit(void)
{
    struct timer timer;
    timer_init(&timer, loop, on_nothing, NULL);
    timer_set_after(&timer, 0);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    timer_stop(&timer);
}

static bool is_idle(void)
{
    struct queue_cursor cursor;
    queue_cursor_open(&cursor, queue);
    bool idle = queue_cursor_at(&cursor) == NULL;
    queue_cursor_close(&cursor, queue);
    return idle;
}

/* Adds a message, and waits until it and all reports about it are gone. */
static void play(const struct envelope *envelope, struct slice body)
{
    static const struct queue_source source = {NULL, NULL};
    struct err err;
    char id[QUEUE_ID_MAX + 1];
    queue_new_id(queue, id);
    buf_reset(&reports);
    ck_assert_int_eq(queue_add(queue, &source, id, envelope, 0, body, &err), ERR_OK);
    queue_start(queue, on_ready, NULL);
    for (int turns = 0; !is_idle() && turns < TURNS_MAX; turns++)
        ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    ck_assert(is_idle());
    queue_stop(queue);
}

static size_t count_of(const char *text)
{
    size_t count = 0;
    const char *at = buf_cstr(&reports);
    while ((at = strstr(at, text)) != NULL) {
        count++;
        at++;
    }
    return count;
}

START_TEST(a_sender_is_notified_of_what_it_asked_for_and_of_nothing_else)
{
    static const struct {
        unsigned notify;
        const struct queue_result *answer;
        size_t failed, delayed, relayed;
    } rows[] = {
        {0, &failed, 1, 0, 0},
        {NOTIFY_NEVER, &failed, 0, 0, 0},
        {NOTIFY_SUCCESS, &failed, 0, 0, 0},
        {NOTIFY_DELAY, &failed, 0, 0, 0},
        {NOTIFY_SUCCESS | NOTIFY_FAILURE, &failed, 1, 0, 0},
        {0, &deferred, 1, 1, 0},
        {NOTIFY_NEVER, &deferred, 0, 0, 0},
        {NOTIFY_FAILURE, &deferred, 1, 0, 0},
        {NOTIFY_DELAY, &deferred, 0, 1, 0},
        {0, &at_plain_host, 0, 0, 0},
        {NOTIFY_SUCCESS, &at_plain_host, 0, 0, 1},
        {NOTIFY_FAILURE | NOTIFY_DELAY, &at_plain_host, 0, 0, 0},
        {NOTIFY_NEVER, &at_plain_host, 0, 0, 0},
        {NOTIFY_SUCCESS, &at_dsn_host, 0, 0, 0}, /* which reports it itself */
    };
    begin();
    config.retry.warn_ns = 2 * NS_PER_MS;
    queue_reload(queue, &config);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct envelope_recipient bob = {.address = "bob@d.example", .notify = rows[i].notify};
        struct envelope envelope = {{.reverse_path = "a@s.example", .octets = OCTETS_7BIT}, &bob, 1};
        answer = *rows[i].answer;
        play(&envelope, SLICE_LIT("Subject: x\r\n\r\ny\r\n"));
        ck_assert_msg(count_of("\r\nAction: failed\r\n") == rows[i].failed, "row %zu", i);
        ck_assert_msg(count_of("\r\nAction: delayed\r\n") == rows[i].delayed, "row %zu", i);
        ck_assert_msg(count_of("\r\nAction: relayed\r\n") == rows[i].relayed, "row %zu", i);
    }
    end();
}
END_TEST

START_TEST(a_report_is_about_the_recipients_that_it_was_requested_for)
{
    struct envelope_recipient to[] = {
        {.address = "bob@d.example", .notify = NOTIFY_NEVER},
        {.address = "ann@d.example", .notify = NOTIFY_FAILURE, .orcpt = "rfc822;Ann+2Bx@old.example"},
        {.address = "eve@d.example"}};
    struct envelope envelope = {{.reverse_path = "a@s.example", .envid = "id+2B1"}, to, 3};
    begin();
    answer = failed;
    play(&envelope, SLICE_LIT("Subject: x\r\n\r\ny\r\n"));
    ck_assert_uint_eq(count_of("Content-Type: multipart/report"), 1);
    ck_assert_uint_eq(count_of("Final-Recipient: rfc822; bob@"), 0);
    ck_assert_uint_eq(count_of("Original-Recipient: rfc822; Ann+x@old.example\r\nFinal-Recipient: rfc822; ann@"), 1);
    ck_assert_uint_eq(count_of("Final-Recipient: rfc822; eve@"), 1);
    ck_assert_uint_eq(count_of("\r\nOriginal-Envelope-Id: id+1\r\n"), 1);
    end();
}
END_TEST

START_TEST(nothing_is_reported_to_a_null_reverse_path)
{
    struct envelope_recipient bob = {.address = "bob@d.example", .notify = NOTIFY_SUCCESS | NOTIFY_FAILURE};
    struct envelope envelope = {{.reverse_path = ""}, &bob, 1};
    begin();
    answer = at_plain_host;
    play(&envelope, SLICE_LIT("Subject: x\r\n\r\ny\r\n"));
    ck_assert_uint_eq(reports.len, 0);
    end();
}
END_TEST

START_TEST(a_failed_message_is_returned_whole_when_that_was_requested_and_can_be_sent)
{
    static char large[DSN_FULL_MAX + 1];
    static const struct {
        unsigned ret, octets;
        bool large;
        const struct queue_result *answer;
        bool full;
    } rows[] = {
        {NOTIFY_RET_FULL, OCTETS_7BIT, false, &failed, true},
        {NOTIFY_RET_HDRS, OCTETS_7BIT, false, &failed, false},
        {0, OCTETS_7BIT, false, &failed, false},
        {NOTIFY_RET_FULL, OCTETS_8BIT_BODY, false, &failed, false},
        {NOTIFY_RET_FULL, OCTETS_7BIT, true, &failed, false},
        {NOTIFY_RET_FULL, OCTETS_7BIT, false, &at_plain_host, false}, /* no failure: §4.3 */
    };
    begin();
    (void)memset(large, 'x', sizeof large);
    memcpy(large, "A: b\r\n\r\nbody\r\n", 14);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct envelope_recipient bob = {.address = "bob@d.example", .notify = NOTIFY_SUCCESS | NOTIFY_FAILURE};
        struct envelope envelope = {
            {.reverse_path = "a@s.example", .octets = rows[i].octets, .ret = rows[i].ret}, &bob, 1};
        answer = *rows[i].answer;
        play(&envelope, slice_make(large, rows[i].large ? sizeof large : 14));
        ck_assert_msg(count_of("Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nbody\r\n") == rows[i].full, "row %zu",
                      i);
        ck_assert_msg(count_of("Content-Type: text/rfc822-headers\r\n\r\nA: b\r\n\r\n--") == !rows[i].full, "row %zu",
                      i);
    }
    end();
}
END_TEST

/* RFC 6533 §4.5: a report to an address in ASCII needs no SMTPUTF8. */
START_TEST(a_report_needs_smtputf8_only_when_the_address_of_its_sender_does)
{
    static const struct {
        const char *sender, *encoding;
        bool utf8;
        unsigned octets;
    } rows[] = {
        {"a@s.example", "Content-Transfer-Encoding: base64\r\n", false, OCTETS_7BIT},
        {"\xc3\xa4@s.example", "Content-Transfer-Encoding: 8bit\r\n", true, OCTETS_8BIT_HEADER | OCTETS_8BIT_BODY}};
    begin();
    answer = failed;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct envelope_recipient bob = {.address = "b\xc3\xb6@d.example"};
        struct envelope envelope = {{.reverse_path = rows[i].sender, .utf8 = true}, &bob, 1};
        sender = rows[i].sender;
        play(&envelope, SLICE_LIT("Subject: x\r\n\r\ny\r\n"));
        ck_assert_uint_eq(count_of(rows[i].encoding), 3);
        ck_assert_uint_eq(count_of("Content-Type: message/global-delivery-status\r\n"), 1);
        ck_assert(report_mail.utf8 == rows[i].utf8);
        ck_assert_uint_eq(report_mail.octets, rows[i].octets);
    }
    sender = "a@s.example";
    end();
}
END_TEST

START_TEST(what_was_requested_survives_the_process)
{
    struct err err = {0};
    struct prng prng;
    struct envelope_recipient bob = {
        .address = "bob@d.example", .notify = NOTIFY_SUCCESS, .orcpt = "rfc822;bob@old.example"};
    struct envelope envelope = {{.reverse_path = "a@s.example", .ret = NOTIFY_RET_FULL, .envid = "e1"}, &bob, 1};
    static const struct queue_source source = {NULL, NULL};
    char id[QUEUE_ID_MAX + 1];
    begin();
    queue_new_id(queue, id);
    ck_assert_int_eq(queue_add(queue, &source, id, &envelope, 0, SLICE_LIT("A: b\r\n\r\ny\r\n"), &err), ERR_OK);
    commit();
    queue_close(queue);
    loop_free(loop);
    prng_init_seed(&prng, 1);
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
    const struct queue_message *message = queue_find(queue, id);
    ck_assert_ptr_nonnull(message);
    ck_assert_uint_eq(message->mail.ret, NOTIFY_RET_FULL);
    ck_assert_str_eq(message->mail.envid, "e1");
    const struct queue_recipient *r = LIST_FIRST(struct queue_recipient, link, &message->recipients);
    ck_assert_uint_eq(r->to.notify, NOTIFY_SUCCESS);
    ck_assert_str_eq(r->to.orcpt, "rfc822;bob@old.example");
    end();
}
END_TEST

SUITE(reports, a_sender_is_notified_of_what_it_asked_for_and_of_nothing_else,
      a_report_is_about_the_recipients_that_it_was_requested_for, nothing_is_reported_to_a_null_reverse_path,
      a_report_needs_smtputf8_only_when_the_address_of_its_sender_does,
      a_failed_message_is_returned_whole_when_that_was_requested_and_can_be_sent,
      what_was_requested_survives_the_process)
