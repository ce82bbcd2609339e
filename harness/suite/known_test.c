/* Entries of a baseline, and scenarios with several seeds. */
#include "harness/suite/known.h"

#include <string.h>

#include "lib/testing/suite.h"

static struct json *parse(const char *text)
{
    struct json *json = NULL;
    ck_assert_int_eq(json_parse(slice_cstr(text), &json, NULL), ERR_OK);
    return json;
}

#define RECORD(verdicts) "{\"result\":\"pass\",\"verdicts\":[" verdicts "]}"
#define KNOWN(id)        "{\"id\":\"" id "\",\"verdict\":\"fail\",\"expected\":\"fail\"}"
#define PASS(id)         "{\"id\":\"" id "\",\"verdict\":\"pass\"}"
#define BETTER(id)       "{\"id\":\"" id "\",\"verdict\":\"pass\",\"expected\":\"fail\"}"

static size_t count_after(const char *speaks, const char *other)
{
    struct json *record = parse(speaks), *seed = parse(other), *known = json_new_array();
    known_collect(known, seed);
    known_collect(known, seed); /* as of two seeds that are alike */
    known_add_to(record, known);
    size_t count = json_count(json_get(record, "verdicts"));
    json_free(record);
    json_free(seed);
    json_free(known);
    return count;
}

START_TEST(what_another_seed_has_met_stands_in_the_record_that_speaks)
{
    ck_assert_uint_eq(count_after(RECORD(PASS("a")), RECORD(KNOWN("a") "," PASS("b"))), 2);
    ck_assert_uint_eq(count_after(RECORD(""), RECORD(KNOWN("a") "," KNOWN("b"))), 2);
}
END_TEST

START_TEST(what_stands_there_already_or_was_not_met_is_not_added)
{
    ck_assert_uint_eq(count_after(RECORD(KNOWN("a")), RECORD(KNOWN("a"))), 1);
    ck_assert_uint_eq(count_after(RECORD(PASS("a")), RECORD(BETTER("a"))), 1);
    ck_assert_uint_eq(count_after("{\"result\":\"trouble\"}", RECORD(KNOWN("a"))), 0);
}
END_TEST

SUITE(known, what_another_seed_has_met_stands_in_the_record_that_speaks,
      what_stands_there_already_or_was_not_met_is_not_added)
