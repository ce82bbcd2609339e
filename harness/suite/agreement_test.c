#include "harness/suite/agreement.h"

#include <stdlib.h>

#include "lib/base/slice.h"
#include "lib/testing/suite.h"

#define VERDICTS(list)         "\"verdicts\":[" list "]"
#define ONE(sentence, verdict) "{\"sentence\":\"" sentence "\",\"verdict\":\"" verdict "\"}"

/* Of the record with seed 2, against that with seed 1; "" = they agree. */
static void check(const char *second, const char *first, const char *wanted)
{
    struct json *a = NULL, *b = NULL;
    ck_assert_int_eq(json_parse(slice_cstr(second), &a, NULL), ERR_OK);
    ck_assert_int_eq(json_parse(slice_cstr(first), &b, NULL), ERR_OK);
    json_set_int(a, "seed", 2);
    json_set_int(b, "seed", 1);
    char *text = agreement_break(a, b);
    ck_assert_str_eq(text != NULL ? text : "", wanted);
    free(text);
    json_free(a);
    json_free(b);
}

START_TEST(the_first_verdict_that_differs_is_reported)
{
    check("{" VERDICTS(ONE("A", "pass") "," ONE("B", "fail")) "}",
          "{" VERDICTS(ONE("A", "pass") "," ONE("B", "warn")) "}", "with seed 2 `B` is fail, with seed 1 warn");
    check("{" VERDICTS(ONE("A", "pass")) "}", "{" VERDICTS(ONE("A", "pass")) "}", "");
}
END_TEST

START_TEST(a_complaint_that_only_one_seed_has_is_a_difference_on_either_side)
{
    check("{" VERDICTS(ONE("R", "inconclusive")) "}", "{" VERDICTS("") "}",
          "with seed 2 `R` is inconclusive, with seed 1 pass");
    check("{" VERDICTS("") "}", "{" VERDICTS(ONE("R", "inconclusive")) "}",
          "with seed 1 `R` is inconclusive, with seed 2 pass");
    check("{" VERDICTS("") "}", "{" VERDICTS(ONE("R", "pass")) "}", "");
}
END_TEST

START_TEST(what_one_seed_cannot_decide_is_not_a_difference)
{
    check("{" VERDICTS(ONE("Shares", "unsupported")) "}", "{" VERDICTS(ONE("Shares", "fail")) "}", "");
}
END_TEST

START_TEST(a_run_that_was_not_judged_differs_from_one_that_was)
{
    check("{\"result\":\"trouble\"}", "{\"result\":\"pass\"," VERDICTS("") "}",
          "with seed 2 `the run` is trouble, with seed 1 pass");
    check("{\"result\":\"trouble\"}", "{\"result\":\"trouble\"}", "");
}
END_TEST

SUITE(agreement, the_first_verdict_that_differs_is_reported,
      a_complaint_that_only_one_seed_has_is_a_difference_on_either_side,
      what_one_seed_cannot_decide_is_not_a_difference, a_run_that_was_not_judged_differs_from_one_that_was)
