/* For tests: a telling of a trace written by hand (harness/report/record/testing.h), and its steps by their words. */
#ifndef RL_HARNESS_EXPLAIN_TESTING_H
#define RL_HARNESS_EXPLAIN_TESTING_H

#include "harness/explain/telling.h"
#include "harness/report/record/testing.h"

static struct test_run test_told_run;
static struct telling test_telling;

static inline void test_tell(const char *events, bool whole, bool preamble)
{
    test_run_begin(&test_told_run, WORLD("must: It arrives, spec: RFC5321#6.1, delivered: {of: m1}"), events);
    telling_make(&test_telling, &test_told_run.trial.facts,
                 &(struct telling_view){.whole = whole, .preamble = preamble, .message = preamble});
}

static inline void test_tell_end(void)
{
    telling_fini(&test_telling);
    test_run_end(&test_told_run);
}

/* The first visible step with these words, or NULL. */
static inline const struct step *test_step(const char *words)
{
    for (size_t i = 0; i < test_telling.count; i += 1 + test_telling.steps[i].hides)
        if (strstr(test_telling.steps[i].text, words) != NULL)
            return &test_telling.steps[i];
    return NULL;
}

/* Whether a note of the step begins with these words. */
static inline bool test_notes_say(const struct step *step, const char *words)
{
    for (size_t i = 0; step != NULL && i < step->note_count; i++)
        if (strncmp(step->notes[i].text, words, strlen(words)) == 0)
            return true;
    return false;
}

/* A line of the client, as its SMTP command. */
#define TEST_LINE(conn, verb, line)                                                                                    \
    "{'t':0,'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "'}\n"
#define TEST_PIPELINED(conn, verb, line)                                                                               \
    "{'t':0,'event':'smtp.command','conn':" #conn ",'verb':'" verb "','line':'" line "','pipelined':true}\n"
#define TEST_ANSWER(type, rcode, more)                                                                                 \
    "{'t':0,'event':'dns.answer','qname':'d.example','qtype':'" type "','rcode':'" rcode "'" more "}\n"

#endif
