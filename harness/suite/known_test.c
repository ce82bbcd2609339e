/* Entries of a baseline, and scenarios with several seeds. */
#include "harness/suite/known.h"

#include <stdio.h>
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
#define CHANGED(id)      "{\"id\":\"" id "\",\"verdict\":\"unsupported\",\"expected\":\"fail\"}"
#define BETTER(id)       "{\"id\":\"" id "\",\"verdict\":\"pass\",\"expected\":\"fail\"}"

/* The ids that the record has then, and how they are. */
static void expect(const char *speaks, const char *other, const char *wanted)
{
    char text[256] = "";
    struct json *record = parse(speaks), *seed = parse(other), *known = json_new_array();
    known_collect(known, seed);
    known_collect(known, seed); /* as of two seeds that are alike */
    known_add_to(record, known);
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++) {
        const struct json *one = json_at(verdicts, i);
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s %s", i > 0 ? ", " : "", json_get_str(one, "id", "?"),
                       json_get_str(one, "verdict", "?"));
    }
    ck_assert_str_eq(text, wanted);
    json_free(record);
    json_free(seed);
    json_free(known);
}

START_TEST(what_another_seed_has_met_is_in_the_record_of_the_scenario)
{
    expect(RECORD(PASS("c")), RECORD(KNOWN("a") "," PASS("b")), "c pass, a fail");
    expect(RECORD(""), RECORD(KNOWN("a") "," KNOWN("b")), "a fail, b fail");
}
END_TEST

START_TEST(it_replaces_the_pass_of_its_id)
{
    expect(RECORD(PASS("a") "," PASS("b")), RECORD(KNOWN("a")), "a fail, b pass");
}
END_TEST

START_TEST(it_does_not_hide_what_is_not_as_the_baseline_says)
{
    expect(RECORD(CHANGED("a")), RECORD(KNOWN("a")), "a unsupported");
}
END_TEST

START_TEST(what_is_already_there_or_was_not_met_is_not_added)
{
    expect(RECORD(KNOWN("a")), RECORD(KNOWN("a")), "a fail");
    expect(RECORD(PASS("a")), RECORD(BETTER("a")), "a pass");
    expect("{\"result\":\"trouble\"}", RECORD(KNOWN("a")), "");
}
END_TEST

SUITE(known, what_another_seed_has_met_is_in_the_record_of_the_scenario, it_replaces_the_pass_of_its_id,
      it_does_not_hide_what_is_not_as_the_baseline_says, what_is_already_there_or_was_not_met_is_not_added)
