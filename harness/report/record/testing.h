/* For tests: a run from a scenario and a trace written by hand. In the trace, ' replaces ", which keeps it readable. */
#ifndef RL_HARNESS_REPORT_TESTING_H
#define RL_HARNESS_REPORT_TESTING_H

#include "harness/judge/testing.h"
#include "harness/facts/behaviour.h"

struct test_run {
    struct trial trial;
    struct behaviour behaviour;
};

#define TEST_CONNECT(t, conn, host)                                                                                    \
    "{'t':" #t ",'event':'tcp.connect','conn':" #conn ",'host':'" host "','result':'ok'}\n"
#define TEST_NO_CONNECT(t, host, how)                                                                                  \
    "{'t':" #t ",'event':'tcp.connect','host':'" host "','addr':'192.0.2.10','result':'" how "'}\n"
#define TEST_COMMAND(t, conn, verb) "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'verb':'" verb "'}\n"
#define TEST_REPLY(t, conn, verb, code, text)                                                                          \
    "{'t':" #t ",'event':'smtp.reply','conn':" #conn ",'verb':'" verb "','code':" #code ",'text':'" text "'}\n"
/* A RCPT of m1 and its reply. */
#define TEST_RCPT(t, conn, txn, rcpt, code, text)                                                                      \
    "{'t':" #t ",'event':'smtp.command','conn':" #conn ",'txn':" #txn ",'msg':'m1','n':1,'rcpt':'" rcpt                \
    "','verb':'RCPT'}\n{'t':" #t ",'event':'smtp.reply','conn':" #conn ",'txn':" #txn                                  \
    ",'msg':'m1','n':1,'rcpt':'" rcpt "','verb':'RCPT','code':" #code ",'text':'" text "'}\n"
#define TEST_DOT(t, conn, txn, code, text)                                                                             \
    "{'t':" #t ",'event':'smtp.reply','conn':" #conn ",'txn':" #txn ",'verb':'DATA','code':354,'text':'go'}\n{'t':" #t \
    ",'event':'smtp.data','conn':" #conn ",'txn':" #txn "}\n{'t':" #t ",'event':'smtp.reply','conn':" #conn            \
    ",'txn':" #txn ",'verb':'eod','code':" #code ",'text':'" text "'}\n"
#define TEST_CLOSE(t, conn, by, how) "{'t':" #t ",'event':'tcp.close','conn':" #conn ",'by':'" by "','how':'" how "'}\n"
#define TEST_SUBMITTED(t, to)        "{'t':" #t ",'event':'msg.submitted','msg':'m1','n':1,'to':['" to "']}\n"
#define TEST_DELIVERED(t, conn, rcpt)                                                                                  \
    "{'t':" #t ",'event':'msg.delivered','conn':" #conn ",'msg':'m1','n':1,'rcpt':'" rcpt "'}\n"

static inline void test_run_begin(struct test_run *run, const char *yaml, const char *events)
{
    struct buf text;
    buf_init(&text, 4 * 1024 * 1024);
    (void)buf_add_cstr(&text, "{\"trace\":1,\"start\":1893456000}\n");
    for (; *events != '\0'; events++)
        (void)buf_add_char(&text, *events == '\'' ? '"' : *events);
    trial_begin(&run->trial, yaml, buf_cstr(&text));
    behaviour_make(&run->behaviour, &run->trial.facts);
    buf_fini(&text);
}

static inline void test_run_end(struct test_run *run)
{
    behaviour_fini(&run->behaviour);
    trial_end(&run->trial);
}

#endif
