/* For tests: a scenario from a text, by way of a file, with its report. */
#ifndef RL_SIM_SCENARIO_TESTING_H
#define RL_SIM_SCENARIO_TESTING_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/scenario/loader.h"

/* A small world: dest.example has mx1 (192.0.2.10) with the rules given, and mx2 (192.0.2.11). */
#define TEST_SCENARIO(rules, more)                                                                                     \
    "scenario: 1\nid: test/one\ntitle: A test\nclock: {until: 6h}\nworld:\n  dns:\n"                                   \
    "    dest.example: {MX: [\"10 mx1.dest.example\", \"20 mx2.dest.example\"]}\n    typo.example: {fail: [{as: "      \
    "nxdomain}]}\n  hosts:\n    mx2.dest.example: {addr: 192.0.2.11}\n    mx1.dest.example:\n      addr: 192.0.2.10\n" \
    "      rules: [" rules "]\nstory:\n  - {t: 0s, submit: m1, from: alice@sender.example, to: [bob@dest.example]}\n"  \
    "expect:\n  - must: Something holds\n    spec: RFC5321#6.1\n    delivered: {of: m1}\n" more

/* NULL when it has errors; the report's text is the caller's buffer. */
static inline struct scenario *test_scenario(const char *text, const char *case_name, struct buf *report)
{
    char path[] = "/tmp/relaylab-scenario-XXXXXX";
    struct scenario *scenario = NULL;
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        return NULL;
    (void)fputs(text, file);
    (void)fclose(file);
    struct err err = {0};
    buf_reset(report);
    if (scenario_load(&scenario, path, case_name, report, &err) != ERR_OK && report->len == 0)
        (void)buf_add_cstr(report, err.text);
    (void)unlink(path);
    return scenario;
}

#endif
