/*
 * For tests: verdicts over a scenario and a trace that are texts.
 *
 *     trial_begin(&trial, WORLD("must: …, spec: …, delivered: {of: m1}"), HEAD SUBMITTED DELIVERED("5.0", "true"));
 *     … trial.judgement.verdicts[0] …
 *     trial_end(&trial);
 */
#ifndef RL_HARNESS_JUDGE_TESTING_H
#define RL_HARNESS_JUDGE_TESTING_H

#include "lib/testing/suite.h"
#include <string.h>
#include <unistd.h>

#include "harness/judge/judge.h"
#include "sim/scenario/testing.h"

struct trial {
    struct scenario *scenario;
    struct trace_log trace;
    struct facts facts;
    struct target target;
    struct judgement judgement;
    struct buf report;
};

/* ---- texts: one message from alice@s.example to bob@d.example, whose host is mx.d.example ---- */

#define WORLD(expect)                                                                                                  \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns: {d.example: {MX: \"10 "              \
    "mx.d.example\"}}\n"                                                                                               \
    "  hosts: {mx.d.example: {addr: 192.0.2.10, rules: [{at: rcpt, reply: \"451 x\", optional: true}]}}\nstory:\n"     \
    "  - {t: 0s, submit: m1, from: alice@s.example, to: [bob@d.example]}\nexpect:\n  - {" expect "}\n"

#define HEAD "{\"trace\":1}\n"
#define SUBMITTED                                                                                                      \
    "{\"t\":1.0,\"event\":\"msg.submitted\",\"msg\":\"m1\",\"n\":1,\"from\":\"alice@s.example\",\"to\":[\"bob@d."      \
    "example\"]}\n"
#define CONNECT(conn, t)                                                                                               \
    "{\"t\":" t ",\"event\":\"tcp.connect\",\"conn\":" conn ",\"host\":\"mx.d.example\",\"result\":\"ok\"}\n"
#define RCPT(conn, txn, t)                                                                                             \
    "{\"t\":" t ",\"event\":\"smtp.command\",\"conn\":" conn ",\"txn\":" txn ",\"verb\":\"MAIL\",\"tls\":false}\n"     \
    "{\"t\":" t ",\"event\":\"smtp.command\",\"conn\":" conn ",\"txn\":" txn                                           \
    ",\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,\"rcpt\":\"bob@d.example\",\"verb\":\"RCPT\"}\n"
#define REPLY(conn, txn, t, code)                                                                                      \
    "{\"t\":" t ",\"event\":\"smtp.reply\",\"conn\":" conn ",\"txn\":" txn                                             \
    ",\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,\"rcpt\":\"bob@d.example\",\"code\":" code                      \
    ",\"verb\":\"RCPT\",\"text\":\"x\"}\n"
#define CLOSE(conn, t) "{\"t\":" t ",\"event\":\"tcp.close\",\"conn\":" conn "}\n"
#define DELIVERED(t, tls)                                                                                              \
    "{\"t\":" t ",\"event\":\"msg.delivered\",\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,\"rcpt\":\"bob@d."      \
    "example\",\"tls\":" tls "}\n"
#define DSN(t, status)                                                                                                 \
    "{\"t\":" t ",\"event\":\"dsn.seen\",\"host\":\"mx.s.example\",\"msg\":\"m1\",\"n\":1,\"from\":\"<>\",\"to\":"     \
    "\"alice@s.example\","                                                                                             \
    "\"recipients\":[{\"rcpt\":\"bob@d.example\",\"action\":\"failed\",\"status\":\"" status                           \
    "\",\"diagnostic\":\"smtp; 550 no\",\"remote_mta\":\"mx\"}],\"text\":\"sorry\"}\n"
#define HEADER(subject)    "\"From: <alice@s.example>\",\"Bcc: x@y.example\",\"Subject: " subject "\""
#define BODY(octets, hash) "\"body\":{\"octets\":" octets ",\"lines\":2,\"hash\":\"" hash "\"}"
#define SENT(header, body, more)                                                                                       \
    "{\"t\":1.0,\"event\":\"msg.handed\",\"msg\":\"m1\",\"n\":1,\"header\":[" header "]," body more "}\n" SUBMITTED
/* What a host keeps of it, in transaction 1 of connection 1. */
#define KEPT(header, body)                                                                                             \
    "{\"t\":2.0,\"event\":\"smtp.data\",\"conn\":1,\"txn\":1,\"host\":\"mx.d.example\"}\n"                             \
    "{\"t\":2.0,\"event\":\"smtp.accepted\",\"conn\":1,\"txn\":1,\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,"    \
    "\"header\":[" header "]," body "}\n"                                                                              \
    "{\"t\":2.0,\"event\":\"msg.delivered\",\"conn\":1,\"txn\":1,\"host\":\"mx.d.example\",\"msg\":\"m1\",\"n\":1,"    \
    "\"rcpt\":\"bob@d.example\"}\n"
#define QUEUE(entries, count) "{\"t\":9.0,\"event\":\"target.queue\",\"count\":" count ",\"entries\":[" entries "]}\n"
#define BOB                   "{\"from\":\"alice@s.example\",\"rcpt\":\"bob@d.example\"}"
#define TWO_TRIES                                                                                                      \
    CONNECT("1", "1.0")                                                                                                \
    RCPT("1", "1", "1.0")                                                                                              \
    REPLY("1", "1", "1.0", "451")                                                                                      \
    CLOSE("1", "1.0")                                                                                                  \
    CONNECT("2", "301.0")                                                                                              \
    RCPT("2", "2", "301.0")                                                                                            \
    REPLY("2", "2", "301.0", "250")                                                                                    \
    CLOSE("2", "301."                                                                                                  \
               "0")

#define ONE(level, check) WORLD(level ": Sentence, spec: RFC5321#4.5.4.1, " check)

/* ---- judging them ---- */

static inline void trial_begin(struct trial *trial, const char *world, const char *events)
{
    char path[] = "/tmp/relaylab-trace-XXXXXX";
    struct err err = {0};
    int fd = mkstemp(path);
    *trial = (struct trial){0};
    buf_init(&trial->report, 65536);
    trial->scenario = test_scenario(world, NULL, &trial->report);
    ck_assert_msg(trial->scenario != NULL, "%s", buf_cstr(&trial->report));
    ck_assert_int_eq(write(fd, events, strlen(events)), (ssize_t)strlen(events));
    close(fd);
    ck_assert_msg(trace_read(&trial->trace, path, &err) == ERR_OK, "%s", err.text);
    (void)unlink(path);
    facts_make(&trial->facts, trial->scenario, &trial->trace);
    judge(&trial->facts, &trial->target, &trial->judgement);
}

static inline void trial_end(struct trial *trial)
{
    judgement_fini(&trial->judgement);
    facts_fini(&trial->facts);
    trace_log_fini(&trial->trace);
    scenario_free(trial->scenario);
    buf_fini(&trial->report);
}

#endif
