/* Requests on the control socket: what each may say, and the sentence that refuses it. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/control/request.h"

static int parse(const char *line, struct control_request *out, struct err *err)
{
    return control_request_parse(slice_cstr(line), out, err);
}

static bool is(const char *text, const char *wanted)
{
    return text == NULL || wanted == NULL ? text == wanted : strcmp(text, wanted) == 0;
}

struct wanted {
    enum control_verb verb;
    enum queue_action action;
    const char *id, *sender, *recipient;
    bool all;
    enum control_content content;
};

START_TEST(a_request_names_a_verb_and_what_it_applies_to)
{
    static const struct {
        const char *line;
        struct wanted wanted;
    } cases[] = {
        {"{\"verb\":\"list\"}", {.verb = CONTROL_LIST}},
        {"{\"verb\":\"list\",\"id\":\"q1\"}", {.verb = CONTROL_LIST, .id = "q1"}},
        {"{\"verb\":\"list\",\"sender\":\"*@s.example\",\"rcpt\":\"d.example\"}",
         {.verb = CONTROL_LIST, .sender = "*@s.example", .recipient = "d.example"}},
        {"{\"verb\":\"list\",\"sender\":\"\"}", {.verb = CONTROL_LIST, .sender = ""}}, /* that of bounces */
        {"{\"verb\":\"show\",\"id\":\"q1\"}", {.verb = CONTROL_SHOW, .id = "q1"}},
        {"{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"none\"}", {.verb = CONTROL_SHOW, .id = "q1"}},
        {"{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"header\"}",
         {.verb = CONTROL_SHOW, .id = "q1", .content = CONTROL_HEADER}},
        {"{\"content\":\"all\",\"id\":\"q1\",\"verb\":\"show\"}",
         {.verb = CONTROL_SHOW, .id = "q1", .content = CONTROL_ALL}},
        {"{\"verb\":\"retry\",\"rcpt\":\"*\"}", {.verb = CONTROL_CHANGE, .action = QUEUE_RETRY, .recipient = "*"}},
        {"{\"verb\":\"hold\",\"all\":true}", {.verb = CONTROL_CHANGE, .action = QUEUE_HOLD, .all = true}},
        {"{\"verb\":\"release\",\"id\":\"q1\",\"all\":false}",
         {.verb = CONTROL_CHANGE, .action = QUEUE_RELEASE, .id = "q1"}},
        {"{\"verb\":\"drop\",\"sender\":\"a@b\"}", {.verb = CONTROL_CHANGE, .action = QUEUE_DROP, .sender = "a@b"}},
        {"  {\"verb\": \"bounce\", \"id\": \"q1\"}  ", {.verb = CONTROL_CHANGE, .action = QUEUE_BOUNCE, .id = "q1"}},
        {"{\"verb\":\"bounce\",\"rcpt\":\"J\\u00f6rg@\\u4f8b.example\"}",
         {.verb = CONTROL_CHANGE, .action = QUEUE_BOUNCE, .recipient = "J\xc3\xb6rg@\xe4\xbe\x8b.example"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct control_request got;
        struct err err = {0};
        const struct wanted *wanted = &cases[i].wanted;
        ck_assert_msg(parse(cases[i].line, &got, &err) == ERR_OK, "%s: %s", cases[i].line, err.text);
        ck_assert_msg(wanted->verb != CONTROL_CHANGE || got.action == wanted->action, "%s", cases[i].line);
        ck_assert_msg(got.verb == wanted->verb && got.all == wanted->all && got.content == wanted->content, "%s",
                      cases[i].line);
        ck_assert_msg(is(got.id, wanted->id) && is(got.sender, wanted->sender) && is(got.recipient, wanted->recipient),
                      "%s: id %s, sender %s, rcpt %s", cases[i].line, got.id, got.sender, got.recipient);
        control_request_fini(&got);
    }
}
END_TEST

#define NOT_AN_OBJECT "a request is a JSON object on one line"
#define NO_SUCH_VERB  "this relay does not support that verb; relaylab-queue may be newer"
#define UNKNOWN(key)  "this relay does not support `" key "` in this request"

START_TEST(what_is_not_a_request_is_refused_with_the_reason)
{
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"", NOT_AN_OBJECT},
        {"list", NOT_AN_OBJECT},
        {"[]", NOT_AN_OBJECT},
        {"\"list\"", NOT_AN_OBJECT},
        {"{\"verb\":\"list\"", NOT_AN_OBJECT},
        {"{\"verb\":\"list\"} {\"verb\":\"list\"}", NOT_AN_OBJECT},
        {"{\"verb\":\"list\",\"verb\":\"drop\"}", NOT_AN_OBJECT}, /* which one is meant? */
        {"{\"verb\":\"list\",\"id\":\"q\\u00001\"}", NOT_AN_OBJECT},
        {"{\"verb\":\"list\",\"id\":\"\xff\"}", NOT_AN_OBJECT},
        {"GET / HTTP/1.1", NOT_AN_OBJECT},
        {"{}", NO_SUCH_VERB},
        {"{\"verb\":\"\"}", NO_SUCH_VERB},
        {"{\"verb\":\"List\"}", NO_SUCH_VERB},
        {"{\"verb\":\"listing\"}", NO_SUCH_VERB},
        {"{\"verb\":null}", NO_SUCH_VERB},
        {"{\"verb\":2}", NO_SUCH_VERB},
        {"{\"verb\":[\"list\"]}", NO_SUCH_VERB},
        {"{\"verb\":\"show\"}", "show needs an id"},
        {"{\"verb\":\"show\",\"rcpt\":\"*\"}", "show needs an id"},
        {"{\"verb\":\"show\",\"all\":true}", "show needs an id"},
        {"{\"verb\":\"show\",\"id\":\"q1\",\"content\":\"body\"}", UNKNOWN("content")},
        {"{\"verb\":\"show\",\"id\":\"q1\",\"content\":2}", UNKNOWN("content")},
        {"{\"verb\":\"show\",\"id\":7}", UNKNOWN("id")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static char untouched[] = "untouched";
        struct control_request got = {.id = untouched};
        struct err err = {0};
        ck_assert_msg(parse(cases[i].line, &got, &err) == ERR_INVALID, "case %zu: %s", i, cases[i].line);
        ck_assert_msg(strcmp(err.text, cases[i].words) == 0, "%s: %s", cases[i].line, err.text);
        ck_assert_msg(got.id == untouched, "%s", cases[i].line);
    }
}
END_TEST

/* A filter that is dropped because it cannot be read would apply the change to recipients that the operator did not
 * choose. */
START_TEST(a_change_applies_only_to_what_its_request_names)
{
    static const char *const verbs[] = {"retry", "hold", "release", "drop", "bounce"};
    static const struct {
        const char *filter, *words; /* words: after the verb, when they begin with a colon */
    } cases[] = {
        {"", ": the request names no recipients"},
        {",\"all\":false", ": the request names no recipients"},
        {",\"all\":\"true\"", ": the request names no recipients"},
        {",\"all\":1", ": the request names no recipients"},
        {",\"content\":\"all\"", ": the request names no recipients"},
        {",\"all\":true,\"domain\":\"d.example\"", UNKNOWN("domain")},
        {",\"all\":true,\"Rcpt\":\"*\"", UNKNOWN("Rcpt")},
        {",\"all\":true,\"rcpt\":null", UNKNOWN("rcpt")},
        {",\"all\":true,\"sender\":[\"a@b\",\"c@d\"]", UNKNOWN("sender")},
        {",\"id\":\"q1\",\"sender\":\"a@b\",\"older\":\"1d\"", UNKNOWN("older")},
        {",\"older\":\"1d\",\"id\":\"q1\"", UNKNOWN("older")},
        {",\"id\":\"q1\",\"\":\"\"", UNKNOWN("")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0] * 5; i++) {
        const char *verb = verbs[i % 5], *words = cases[i / 5].words;
        struct control_request got = {0};
        struct err err = {0};
        char *line = mem_printf("{\"verb\":\"%s\"%s}", verb, cases[i / 5].filter);
        char *wanted = mem_printf("%s%s", words[0] == ':' ? verb : "", words);
        ck_assert_msg(parse(line, &got, &err) == ERR_INVALID, "%s", line);
        ck_assert_msg(strcmp(err.text, wanted) == 0, "%s: %s", line, err.text);
        ck_assert_msg(got.id == NULL && got.sender == NULL && got.recipient == NULL && !got.all, "%s", line);
        free(line);
        free(wanted);
    }
}
END_TEST

START_TEST(a_request_as_long_as_the_limit_is_read_or_refused_as_any_other)
{
    struct control_request got;
    struct err err = {0};
    struct buf line;
    static char filler[CONTROL_REQUEST_MAX - 128];
    memset(filler, 'x', sizeof filler - 1);
    buf_init(&line, CONTROL_REQUEST_MAX);
    ck_assert(buf_printf(&line, "{\"verb\":\"list\",\"rcpt\":\"%s\"}", filler));
    ck_assert_int_eq(control_request_parse(buf_slice(&line), &got, &err), ERR_OK);
    ck_assert_str_eq(got.recipient, filler);
    control_request_fini(&got);
    buf_reset(&line);
    ck_assert(buf_printf(&line, "{\"verb\":\"list\",\"%s\":1}", filler)); /* the sentence is cut, not the memory */
    ck_assert_int_eq(control_request_parse(buf_slice(&line), &got, &err), ERR_INVALID);
    ck_assert_uint_lt(strlen(err.text), ERR_TEXT_MAX);
    ck_assert_ptr_nonnull(strstr(err.text, "this relay does not support `xxxx"));
    buf_fini(&line);
}
END_TEST

START_TEST(an_ended_request_holds_nothing_and_may_be_ended_again)
{
    struct control_request request;
    struct err err;
    ck_assert_int_eq(parse("{\"verb\":\"drop\",\"id\":\"q1\",\"sender\":\"a@b\",\"rcpt\":\"*\"}", &request, &err),
                     ERR_OK);
    control_request_fini(&request);
    ck_assert(request.id == NULL && request.sender == NULL && request.recipient == NULL);
    control_request_fini(&request);
}
END_TEST

SUITE(request, a_request_names_a_verb_and_what_it_applies_to, what_is_not_a_request_is_refused_with_the_reason,
      a_change_applies_only_to_what_its_request_names, a_request_as_long_as_the_limit_is_read_or_refused_as_any_other,
      an_ended_request_holds_nothing_and_may_be_ended_again)
