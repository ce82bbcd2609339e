/* Answers on the control socket, from a real queue: what an operator learns of each message, and what a change does. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/base64.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "lib/text/json.h"
#include "relay/control/answer.h"

#define LINES_MAX 4000

static struct config config;
static struct loop *loop;
static struct queue *queue;
static struct prng prng;
static char folder[sizeof "/tmp/relaylab-answer-XXXXXX"];

/* What the answer's lines say, one a line of text: "message q1 a@b 5", "recipient bob@d.example waiting 0", … */
static struct buf said;
static struct buf content; /* of all its lines together */

/* ---- the queue ---- */

static void answer_all(void *arg);

static void open_queue(void)
{
    struct err err = {0};
    ck_assert_msg(loop_new(&loop, &err) == ERR_OK, "%s", err.text);
    ck_assert_msg(queue_open(&queue, &config, loop, NULL, &prng, &err) == ERR_OK, "%s", err.text);
    loop_in_phase(loop, LOOP_ANSWER, answer_all, NULL);
}

static void close_queue(void)
{
    queue_close(queue);
    loop_free(loop);
}

static void begin(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/relaylab-answer-XXXXXX");
    config = (struct config){.hostname = "relay.example", .spool = mkdtemp(folder)};
    config.limits.queue_recipients = 10000;
    config.retry.recipient.first_ns = config.retry.recipient.max_ns = 300 * NS_PER_S;
    config.retry.host.closed_ns = config.retry.host.unreachable_ns = config.retry.host.max_ns = 300 * NS_PER_S;
    config.retry.lifetime_ns = config.retry.bounce_lifetime_ns = 3600 * NS_PER_S;
    prng_init_seed(&prng, 1);
    buf_init(&said, 1024 * 1024);
    buf_init(&content, 16 * 1024 * 1024);
    open_queue();
}

static void end(void)
{
    static const char *const files[] = {"queue.db", "queue.db-wal", "queue.db-shm"};
    close_queue();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", folder, files[i]);
        (void)unlink(path);
        free(path);
    }
    (void)rmdir(folder);
    buf_fini(&said);
    buf_fini(&content);
}

static void add_body(const char *id, const char *from, const char *to, struct slice body)
{
    struct envelope envelope = {.mail = {.reverse_path = from, .octets = OCTETS_7BIT}};
    static const struct queue_source own = {NULL, NULL};
    struct err err = {0};
    for (struct slice rest = slice_cstr(to); rest.len > 0;) {
        char *one = slice_dup(slice_cut(&rest, ' '));
        envelope_add(&envelope, &(struct envelope_recipient){.address = one});
        free(one);
    }
    ck_assert_msg(queue_add(queue, &own, id, &envelope, 0, body, &err) == ERR_OK, "%s", err.text);
    envelope.mail.reverse_path = NULL;
    envelope_fini(&envelope);
}

/* to: addresses, with a space from one to the next */
static void add(const char *id, const char *from, const char *to)
{
    add_body(id, from, to, SLICE_LIT("Subject: x\r\n\r\ny\r\n"));
}

static void do_nothing(void *arg)
{
    (void)arg;
}

/* One whole turn: what was written before is committed. */
static void turn(void)
{
    struct timer timer;
    timer_init(&timer, loop, do_nothing, NULL);
    timer_set_after(&timer, 0);
    ck_assert_int_eq(loop_turn(loop, true, NULL), ERR_OK);
    timer_stop(&timer);
}

/* Recipients of this domain are taken, as for a connection; those of others become ready. */
static const char *taken_domain;

static void take_one(void *arg)
{
    struct queue_batch batch;
    struct queue_domain *found = queue_find_domain(queue, taken_domain);
    (void)arg;
    if (found != NULL && found->ready.count > 0)
        ck_assert(queue_take(queue, found, &batch));
}

static struct queue_recipient *recipient_of(const char *id)
{
    const struct queue_message *message = queue_find(queue, id);
    ck_assert_ptr_nonnull(message);
    return LIST_FIRST(struct queue_recipient, link, &message->recipients);
}

/* ---- answers ---- */

static void take_line(struct slice text)
{
    struct json *line;
    struct err err = {0};
    ck_assert_msg(json_parse(text, &line, &err) == ERR_OK, "%.*s: %s", SLICE_ARG(text), err.text);
    ck_assert_uint_eq(json_count(line), 1);
    const struct json *m = json_get(line, "message"), *r = json_get(line, "recipient"), *e = json_get(line, "end");
    const char *octets = json_get_str(line, "content", NULL), *error = json_get_str(line, "error", NULL);
    if (m != NULL)
        (void)buf_printf(&said, "message %s <%s> %d%s%s\n", json_get_str(m, "id", "?"), json_get_str(m, "from", "?"),
                         (int)json_get_int(m, "size", -1), json_get(m, "damage") != NULL ? ", " : "",
                         json_get_str(m, "damage", ""));
    else if (r != NULL)
        (void)buf_printf(&said, "recipient %s %s %d\n", json_get_str(r, "rcpt", "?"), json_get_str(r, "state", "?"),
                         (int)json_get_int(r, "attempts", -1));
    else if (e != NULL && json_get(e, "matched") != NULL)
        (void)buf_printf(&said, "end: %d matched, %d changed, %d busy\n", (int)json_get_int(e, "matched", -1),
                         (int)json_get_int(e, "changed", -1), (int)json_get_int(e, "busy", -1));
    else if (e != NULL)
        (void)buf_printf(&said, "end: %d messages, %d recipients\n", (int)json_get_int(e, "messages", -1),
                         (int)json_get_int(e, "recipients", -1));
    else if (error != NULL)
        (void)buf_printf(&said, "error: %s\n", error);
    else {
        size_t room = strlen(octets), len = 0;
        char *decoded = mem_alloc(room + 1);
        ck_assert(base64_decode(slice_cstr(octets), decoded, room + 1, &len));
        ck_assert(buf_add(&content, decoded, len));
        free(decoded);
    }
    json_free(line);
}

/* One line, as a client takes it; false after the last. */
static bool next(struct answer *answer)
{
    static int lines;
    struct buf line;
    buf_init(&line, ANSWER_LINE_MAX);
    bool more = answer_next(answer, &line);
    ck_assert_int_lt(lines++, LINES_MAX);
    ck_assert(!line.overflow && more == (line.len > 0));
    if (more) {
        struct slice rest = buf_slice(&line), text = slice_cut(&rest, '\n');
        ck_assert_uint_eq(rest.len, 0);
        take_line(text);
    }
    buf_fini(&line);
    return more;
}

static struct answer *ask(const char *request)
{
    struct control_request parsed;
    struct err err = {0};
    buf_reset(&said);
    buf_reset(&content);
    ck_assert_msg(control_request_parse(slice_cstr(request), &parsed, &err) == ERR_OK, "%s: %s", request, err.text);
    struct answer *answer = answer_new(queue, NULL, &parsed);
    ck_assert(parsed.id == NULL && parsed.sender == NULL && parsed.recipient == NULL); /* the answer has taken it */
    return answer;
}

static struct answer *waiting_answer;

static void answer_all(void *arg)
{
    (void)arg;
    while (waiting_answer != NULL && next(waiting_answer))
        ;
}

/* A whole answer, given in the phase of answers, as control.c does. */
static void expect(const char *request, const char *wanted)
{
    waiting_answer = ask(request);
    turn();
    answer_free(waiting_answer);
    waiting_answer = NULL;
    ck_assert_msg(strcmp(buf_cstr(&said), wanted) == 0, "%s:\n%s\nwanted:\n%s", request, buf_cstr(&said), wanted);
}

/* ---- listings ---- */

START_TEST(an_empty_queue_is_listed_as_nothing)
{
    begin();
    expect("{\"verb\":\"list\"}", "end: 0 messages, 0 recipients\n");
    expect("{\"verb\":\"list\",\"id\":\"q1\"}", "end: 0 messages, 0 recipients\n");
    expect("{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"all\"}", "end: 0 messages, 0 recipients\n");
    expect("{\"verb\":\"drop\",\"all\":true}", "end: 0 matched, 0 changed, 0 busy\n");
    end();
}
END_TEST

#define Q1     "message q1 <alice@s.example> 17\n"
#define Q2     "message q2 <> 17\n"
#define BOB    "recipient bob@d.example waiting 0\n"
#define ANN    "recipient Ann@E.example waiting 0\n"
#define CAROL  "recipient carol@d.example waiting 0\n"
#define NOBODY "end: 0 messages, 0 recipients\n"

START_TEST(a_listing_has_the_recipients_that_match_all_of_the_filter)
{
    static const struct {
        const char *filter, *wanted;
    } cases[] = {
        {"", Q1 BOB ANN Q2 CAROL "end: 2 messages, 3 recipients\n"},
        {",\"id\":\"q1\"", Q1 BOB ANN "end: 1 messages, 2 recipients\n"},
        {",\"id\":\"Q1\"", NOBODY}, /* an id is exact, and no glob */
        {",\"id\":\"q*\"", NOBODY},
        {",\"id\":\"\"", NOBODY},
        {",\"sender\":\"\"", Q2 CAROL "end: 1 messages, 1 recipients\n"},
        {",\"sender\":\"S.EXAMPLE\"", Q1 BOB ANN "end: 1 messages, 2 recipients\n"},
        {",\"sender\":\"*\"", Q1 BOB ANN Q2 CAROL "end: 2 messages, 3 recipients\n"},
        {",\"sender\":\"alice\"", NOBODY},
        {",\"rcpt\":\"d.example\"", Q1 BOB Q2 CAROL "end: 2 messages, 2 recipients\n"},
        {",\"rcpt\":\"ann@e.EXAMPLE\"", Q1 ANN "end: 1 messages, 1 recipients\n"},
        {",\"rcpt\":\"?ob@*\"", Q1 BOB "end: 1 messages, 1 recipients\n"},
        {",\"rcpt\":\"@d.example\"", NOBODY},
        {",\"rcpt\":\"\"", NOBODY},
        {",\"rcpt\":\"d.example\",\"sender\":\"*@s.example\"", Q1 BOB "end: 1 messages, 1 recipients\n"},
        {",\"rcpt\":\"d.example\",\"id\":\"q2\"", Q2 CAROL "end: 1 messages, 1 recipients\n"},
        {",\"rcpt\":\"e.example\",\"id\":\"q2\"", NOBODY},
    };
    begin();
    add("q1", "alice@s.example", "bob@d.example Ann@E.example");
    add("q2", "", "carol@d.example");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *request = mem_printf("{\"verb\":\"list\"%s}", cases[i].filter);
        expect(request, cases[i].wanted);
        free(request);
    }
    end();
}
END_TEST

START_TEST(each_state_of_a_recipient_has_its_word)
{
    static const struct queue_result later = {.outcome = QUEUE_DEFER_RECIPIENT, .status = "4.7.1", .diagnostic = "451"};
    begin();
    add("q1", "a@s.example", "u@deferred.example");
    add("q2", "a@s.example", "u@active.example");
    add("q3", "a@s.example", "u@ready.example");
    add("q4", "a@s.example", "u@held.example");
    expect("{\"verb\":\"hold\",\"rcpt\":\"held.example\"}", "end: 1 matched, 1 changed, 0 busy\n");
    taken_domain = "active.example";
    queue_start(queue, take_one, NULL);
    turn();
    taken_domain = "deferred.example";
    take_one(NULL);
    queue_report(queue, recipient_of("q1"), &later);
    queue_stop(queue);
    add("q5", "a@s.example", "u@waiting.example");
    expect("{\"verb\":\"list\"}", "message q1 <a@s.example> 17\nrecipient u@deferred.example deferred 1\n"
                                  "message q2 <a@s.example> 17\nrecipient u@active.example active 0\n"
                                  "message q3 <a@s.example> 17\nrecipient u@ready.example ready 0\n"
                                  "message q4 <a@s.example> 17\nrecipient u@held.example held 0\n"
                                  "message q5 <a@s.example> 17\nrecipient u@waiting.example waiting 0\n"
                                  "end: 5 messages, 5 recipients\n");
    expect("{\"verb\":\"hold\",\"rcpt\":\"*\"}", "end: 5 matched, 4 changed, 1 busy\n");
    expect("{\"verb\":\"list\",\"id\":\"q2\"}", /* it ends when its attempt does: so long it is on the wire */
           "message q2 <a@s.example> 17\nrecipient u@active.example active 0\nend: 1 messages, 1 recipients\n");
    end();
}
END_TEST

START_TEST(a_recipient_has_the_last_reply_and_its_times_in_seconds)
{
    static const struct queue_result later = {.outcome = QUEUE_DEFER_RECIPIENT,
                                              .status = "4.7.1",
                                              .diagnostic = "451 4.7.1 \"later\" \x1b[2J\xff",
                                              .remote_mta = "mx.d.example"};
    struct control_request request;
    struct json *json;
    struct buf lines;
    struct err err = {0};
    begin();
    add("q1", "a@s.example", "bob@d.example");
    taken_domain = "d.example";
    queue_start(queue, take_one, NULL);
    turn();
    queue_report(queue, recipient_of("q1"), &later);
    ck_assert_int_eq(control_request_parse(SLICE_LIT("{\"verb\":\"list\"}"), &request, &err), ERR_OK);
    struct answer *answer = answer_new(queue, NULL, &request);
    buf_init(&lines, ANSWER_LINE_MAX);
    ck_assert(answer_next(answer, &lines));
    buf_reset(&lines);
    ck_assert(answer_next(answer, &lines));
    ck_assert_msg(json_parse(slice_head(buf_slice(&lines), lines.len - 1), &json, &err) == ERR_OK, "%s", err.text);
    const struct json *r = json_get(json, "recipient");
    int64_t last = json_get_int(r, "last", 0), now = loop_wall_ns(loop) / NS_PER_S;
    ck_assert_msg(last >= now - 60 && last <= now + 1, "last %lld", (long long)last);
    ck_assert_int_ge(json_get_int(r, "next", 0), last + 299);
    ck_assert_int_le(json_get_int(r, "next", 0), last + 301);
    ck_assert_str_eq(json_get_str(r, "status", ""), "4.7.1");
    ck_assert_str_eq(json_get_str(r, "host", ""), "mx.d.example");
    ck_assert_str_eq(json_get_str(r, "reply", ""), "451 4.7.1 \"later\" \\x1B[2J\\xFF"); /* no line of its own */
    json_free(json);
    buf_fini(&lines);
    answer_free(answer);
    end();
}
END_TEST

START_TEST(a_damaged_message_says_what_is_wrong_with_it)
{
    sqlite3 *db;
    begin();
    add("q1", "alice@s.example", "bob@d.example");
    add("q2", "", "carol@d.example");
    turn();
    close_queue();
    char *path = mem_printf("%s/queue.db", folder);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE message SET reverse_path = char(10) WHERE id = 'q1'", NULL, NULL, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    free(path);
    open_queue();
    expect("{\"verb\":\"list\"}",
           "message q1 <> 17, its reverse-path is not an address\nrecipient bob@d.example damaged 0\n" Q2 CAROL
           "end: 2 messages, 2 recipients\n");
    expect("{\"verb\":\"retry\",\"rcpt\":\"*\"}", "end: 2 matched, 1 changed, 0 busy\n");
    expect("{\"verb\":\"drop\",\"id\":\"q1\"}", "end: 1 matched, 1 changed, 0 busy\n");
    expect("{\"verb\":\"list\",\"id\":\"q1\"}", NOBODY);
    end();
}
END_TEST

/* ---- while the relay goes on ---- */

START_TEST(a_listing_ends_though_mail_comes_faster_than_it_is_read)
{
    begin();
    add("q1", "alice@s.example", "bob@d.example");
    struct answer *answer = ask("{\"verb\":\"list\"}");
    for (int lines = 0; next(answer); lines++) {
        char id[QUEUE_ID_MAX + 1];
        ck_assert_int_lt(lines, 10);
        (void)snprintf(id, sizeof id, "later%d", lines);
        add(id, "alice@s.example", "bob@d.example");
    }
    ck_assert_str_eq(buf_cstr(&said), Q1 BOB "end: 1 messages, 1 recipients\n");
    answer_free(answer);
    end();
}
END_TEST

/* The lines that were given before stay true of their time; the next is of what is there then. */
START_TEST(what_goes_during_a_listing_is_passed_over)
{
    static const struct {
        int after; /* lines */
        const char *filter, *wanted;
    } cases[] = {
        {0, ",\"id\":\"q1\"",
         "message q2 <a@s.example> 17\nrecipient u@d.example waiting 0\n"
         "recipient v@d.example waiting 0\nend: 1 messages, 2 recipients\n"},
        {1, ",\"id\":\"q1\"",
         "message q1 <a@s.example> 17\nmessage q2 <a@s.example> 17\n"
         "recipient u@d.example waiting 0\nrecipient v@d.example waiting 0\n"
         "end: 2 messages, 2 recipients\n"},
        {2, ",\"rcpt\":\"v@*\"",
         "message q1 <a@s.example> 17\nrecipient u@d.example waiting 0\n"
         "message q2 <a@s.example> 17\nrecipient u@d.example waiting 0\n"
         "end: 2 messages, 2 recipients\n"},
        {2, ",\"rcpt\":\"u@*\"",
         "message q1 <a@s.example> 17\nrecipient u@d.example waiting 0\n"
         "recipient v@d.example waiting 0\nmessage q2 <a@s.example> 17\n"
         "recipient v@d.example waiting 0\nend: 2 messages, 3 recipients\n"},
        {3, ",\"rcpt\":\"*\"",
         "message q1 <a@s.example> 17\nrecipient u@d.example waiting 0\n"
         "recipient v@d.example waiting 0\nend: 1 messages, 2 recipients\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        add("q1", "a@s.example", "u@d.example v@d.example");
        add("q2", "a@s.example", "u@d.example v@d.example");
        turn();
        char *drop = mem_printf("{\"verb\":\"drop\"%s}", cases[i].filter);
        struct answer *listing = ask("{\"verb\":\"list\"}");
        for (int lines = 0; lines < cases[i].after; lines++)
            ck_assert(next(listing));
        char *before = mem_strdup(buf_cstr(&said));
        answer_free(ask(drop)); /* a client that goes before it is answered: the change is done */
        turn();
        (void)buf_add_cstr(&said, before);
        while (next(listing))
            ;
        ck_assert_msg(strcmp(buf_cstr(&said), cases[i].wanted) == 0, "case %zu:\n%s", i, buf_cstr(&said));
        answer_free(listing);
        free(before);
        free(drop);
        end();
    }
}
END_TEST

START_TEST(a_client_that_leaves_within_a_listing_leaves_no_cursor)
{
    begin();
    add("q1", "a@s.example", "u@d.example v@d.example");
    for (int lines = 0; lines < 4; lines++) {
        struct answer *answer = ask("{\"verb\":\"list\"}");
        for (int i = 0; i < lines; i++)
            ck_assert(next(answer));
        answer_free(answer);
    }
    answer_free(NULL);
    expect("{\"verb\":\"drop\",\"all\":true}", "end: 2 matched, 2 changed, 0 busy\n"); /* no cursor stands there */
    end();
}
END_TEST

/* ---- contents ---- */

START_TEST(show_gives_the_header_section_or_all_or_none)
{
#define SHOWN "message q1 <a@s.example> %d\nrecipient bob@d.example waiting 0\nend: 1 messages, 1 recipients\n"
    static const struct {
        const char *body, *content, *wanted;
    } cases[] = {
        {"Subject: x\r\n\r\nhello\r\n", "none", ""},
        {"Subject: x\r\n\r\nhello\r\n", "header", "Subject: x\r\n"},
        {"Subject: x\r\n\r\nhello\r\n", "all", "Subject: x\r\n\r\nhello\r\n"},
        {"Subject: x\r\n folded\r\nTo: y\r\n\r\n\r\n", "header", "Subject: x\r\n folded\r\nTo: y\r\n"},
        {"\r\nno header\r\n", "header", ""},
        {"\r\n", "all", "\r\n"},
        {"Subject: x\r\n", "header", "Subject: x\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        add_body("q1", "a@s.example", "bob@d.example", slice_cstr(cases[i].body));
        char *request = mem_printf("{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"%s\"}", cases[i].content);
        char *wanted = mem_printf(SHOWN, (int)strlen(cases[i].body));
        expect(request, wanted);
        ck_assert_msg(strcmp(buf_cstr(&content), cases[i].wanted) == 0, "case %zu: %s", i, buf_cstr(&content));
        free(wanted);
        free(request);
        end();
    }
}
END_TEST

START_TEST(a_long_message_is_shown_octet_for_octet_in_lines_that_fit)
{
    struct buf body;
    begin();
    buf_init(&body, 1024 * 1024);
    ck_assert(buf_add_cstr(&body, "Subject: x\r\n\r\n"));
    for (int i = 0; i < 300 * 1024; i++)
        ck_assert(buf_add_char(&body, (char)(i * 7)));
    add_body("q1", "a@s.example", "bob@d.example", buf_slice(&body));
    char *wanted = mem_printf(SHOWN, (int)body.len);
    expect("{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"all\"}", wanted);
    ck_assert(slice_eq(buf_slice(&content), buf_slice(&body)));
    free(wanted);
    buf_fini(&body);
    end();
}
END_TEST

START_TEST(a_message_that_goes_while_it_is_shown_ends_the_answer)
{
    struct buf body;
    begin();
    buf_init(&body, 1024 * 1024);
    for (int i = 0; i < 200 * 1024; i++)
        ck_assert(buf_add_char(&body, 'x'));
    add_body("q1", "a@s.example", "bob@d.example", buf_slice(&body));
    struct answer *answer = ask("{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"all\"}");
    for (int i = 0; i < 3; i++)
        ck_assert(next(answer));
    ck_assert_uint_gt(content.len, 0);
    size_t before = content.len;
    (void)queue_operate(queue, QUEUE_DROP, &(struct queue_filter){.id = "q1"});
    turn();
    ck_assert(next(answer));
    ck_assert(!next(answer));
    ck_assert_uint_eq(content.len, before);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&said), "end: 1 messages, 1 recipients"));
    answer_free(answer);
    buf_fini(&body);
    end();
}
END_TEST

/* ---- changes ---- */

START_TEST(a_change_counts_what_matched_what_changed_and_what_is_on_the_wire)
{
    static const struct {
        const char *request, *wanted;
    } steps[] = {
        {"{\"verb\":\"hold\",\"rcpt\":\"elsewhere.example\"}", "end: 0 matched, 0 changed, 0 busy\n"},
        {"{\"verb\":\"hold\",\"id\":\"q1\"}", "end: 2 matched, 2 changed, 1 busy\n"},
        {"{\"verb\":\"hold\",\"id\":\"q1\"}", "end: 2 matched, 0 changed, 0 busy\n"},
        {"{\"verb\":\"retry\",\"id\":\"q1\"}", "end: 2 matched, 0 changed, 0 busy\n"}, /* held, and on the wire */
        {"{\"verb\":\"release\",\"all\":true}", "end: 3 matched, 2 changed, 0 busy\n"},
        {"{\"verb\":\"release\",\"all\":true}", "end: 3 matched, 0 changed, 0 busy\n"},
        {"{\"verb\":\"retry\",\"all\":true}", "end: 3 matched, 2 changed, 0 busy\n"},
        {"{\"verb\":\"drop\",\"id\":\"q2\"}", "end: 1 matched, 1 changed, 0 busy\n"},
        {"{\"verb\":\"drop\",\"all\":true}", "end: 2 matched, 2 changed, 1 busy\n"}, /* one goes when it is deferred */
        {"{\"verb\":\"list\"}", "message q1 <a@s.example> 17\nrecipient u@active.example active 0\n"
                                "end: 1 messages, 1 recipients\n"},
    };
    begin();
    add("q1", "a@s.example", "u@active.example v@d.example");
    add("q2", "a@s.example", "w@d.example");
    taken_domain = "active.example";
    queue_start(queue, take_one, NULL);
    turn();
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        expect(steps[i].request, steps[i].wanted);
    end();
}
END_TEST

START_TEST(bounce_tells_the_sender_and_drop_does_not)
{
    begin();
    add("q1", "alice@s.example", "bob@d.example");
    expect("{\"verb\":\"drop\",\"id\":\"q1\"}", "end: 1 matched, 1 changed, 0 busy\n");
    expect("{\"verb\":\"list\"}", NOBODY);
    add("q2", "alice@s.example", "bob@d.example");
    expect("{\"verb\":\"bounce\",\"id\":\"q2\"}", "end: 1 matched, 1 changed, 0 busy\n");
    expect("{\"verb\":\"list\",\"sender\":\"*\",\"rcpt\":\"bob@*\"}", NOBODY);
    struct answer *answer = ask("{\"verb\":\"list\",\"sender\":\"\"}");
    while (next(answer))
        ;
    answer_free(answer);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&said), "recipient alice@s.example waiting 0\nend: 1 messages, 1 rec"));
    expect("{\"verb\":\"bounce\",\"sender\":\"\"}", "end: 1 matched, 1 changed, 0 busy\n"); /* never bounced itself */
    expect("{\"verb\":\"list\"}", NOBODY);
    end();
}
END_TEST

START_TEST(an_error_is_one_line_whatever_its_words_are)
{
    static const struct {
        const char *words, *wanted;
    } cases[] = {{"show needs an id", "{\"error\":\"show needs an id\"}\n"},
                 {"two\nlines", "{\"error\":\"two\\nlines\"}\n"},
                 {"`\x1b[2J\"`", "{\"error\":\"`\\\\x1B[2J\\\"`\"}\n"},
                 {"`J\xc3\xb6rg`", "{\"error\":\"`J\xc3\xb6rg`\"}\n"},
                 {"", "{\"error\":\"\"}\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out, ANSWER_LINE_MAX);
        answer_error(&out, cases[i].words);
        ck_assert_msg(slice_eq_cstr(buf_slice(&out), cases[i].wanted), "%s", buf_cstr(&out));
        buf_fini(&out);
    }
}
END_TEST

SUITE(answer, an_empty_queue_is_listed_as_nothing, a_listing_has_the_recipients_that_match_all_of_the_filter,
      each_state_of_a_recipient_has_its_word, a_recipient_has_the_last_reply_and_its_times_in_seconds,
      a_damaged_message_says_what_is_wrong_with_it, a_listing_ends_though_mail_comes_faster_than_it_is_read,
      what_goes_during_a_listing_is_passed_over, a_client_that_leaves_within_a_listing_leaves_no_cursor,
      show_gives_the_header_section_or_all_or_none, a_long_message_is_shown_octet_for_octet_in_lines_that_fit,
      a_message_that_goes_while_it_is_shown_ends_the_answer,
      a_change_counts_what_matched_what_changed_and_what_is_on_the_wire, bounce_tells_the_sender_and_drop_does_not,
      an_error_is_one_line_whatever_its_words_are)
