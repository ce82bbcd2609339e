/* What was seen, in words: neither events nor options of another verb. */
#include "harness/explain/seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/testing/suite.h"

START_TEST(what_was_seen_is_said_in_words)
{
    static const struct {
        enum result kind;
        const char *seen, *because, *words;
    } rows[] = {
        {RESULT_NOTE, "does (5m)", "", "yes: 5m"},
        {RESULT_NOTE, "does not (10s)", "the wait is 10s, sooner than the 1m to 30m asked for",
         "no: the wait is 10s, sooner than the 1m to 30m asked for"},
        {RESULT_NOTE, "does not (no copies for bob; of another copy, it arrived without TLS)",
         "a copy does not count: it arrived without TLS", "no: it arrived without TLS"},
        {RESULT_NOTE, "does not (2 reports)", "", "no: 2 reports"},
        {RESULT_NOTE, "cannot tell (no attempt)", "", "cannot tell (no attempt)"},
        {RESULT_UNSUPPORTED, "one seed shows nothing; run with --seeds", "",
         "one run cannot show it; see many with `relaylab run test/one --case few --seeds 10`"},
        {RESULT_UNSUPPORTED, "the target lacks dkim", "", "the relay cannot do that: signing messages (DKIM)"},
        {RESULT_FAIL, "no copies", "", "no copies"},
        {RESULT_PASS, "1 copy", "", NULL},
        {RESULT_FAIL, "", "", NULL},
    };
    const struct scenario scenario = {.id = "test/one", .case_name = "few"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct verdict verdict = {.kind = rows[i].kind};
        (void)snprintf(verdict.seen, sizeof verdict.seen, "%s", rows[i].seen);
        (void)snprintf(verdict.because, sizeof verdict.because, "%s", rows[i].because);
        char *words = seen_words(&verdict, &scenario);
        ck_assert_msg((words == NULL) == (rows[i].words == NULL), "%s", rows[i].seen);
        if (words != NULL)
            ck_assert_str_eq(words, rows[i].words);
        free(words);
    }
}
END_TEST

START_TEST(each_result_of_a_check_is_explained)
{
    static const enum result kinds[] = {RESULT_PASS, RESULT_FAIL,         RESULT_WARN,
                                        RESULT_NOTE, RESULT_INCONCLUSIVE, RESULT_UNSUPPORTED};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *words = seen_result_words(kinds[i]), *name = result_name(kinds[i]);
        ck_assert_msg(words != NULL && strncmp(words, name, strlen(name)) == 0, "%s", name);
    }
}
END_TEST

START_TEST(the_legend_explains_each_result_that_is_shown_once)
{
    struct verdict verdicts[] = {{.kind = RESULT_PASS, .line = 1},
                                 {.kind = RESULT_NOTE, .line = 2},
                                 {.kind = RESULT_NOTE, .line = 3},
                                 {.kind = RESULT_PASS, .line = 0}};
    struct judgement judgement = {.verdicts = verdicts, .count = 4};
    char *legend = seen_legend(&judgement);
    ck_assert_str_eq(legend, "must, should and may say how strongly the RFC asks for it. pass: it was so. "
                             "note: the RFC allows both, and what was seen is noted.");
    ck_assert(seen_is_shown(&verdicts[0]) && !seen_is_shown(&verdicts[3]));
    free(legend);
}
END_TEST

SUITE(seen, the_legend_explains_each_result_that_is_shown_once, what_was_seen_is_said_in_words,
      each_result_of_a_check_is_explained)
