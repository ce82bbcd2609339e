/* What a report says about itself: the command as a shell needs it, and nothing that is unknown. */
#include <stdlib.h>

#include "harness/suite/heading.h"
#include "lib/testing/suite.h"

START_TEST(the_command_is_what_a_shell_needs_without_reports_and_shards)
{
    static const struct {
        const char *words[6];
        int count;
        const char *command;
    } cases[] = {
        {{NULL}, 0, "relaylab run"},
        {{"--target", "x", "dns"}, 3, "relaylab run --target x dns"},
        {{"--report", "html=x", "dns", "--report=json=-"}, 4, "relaylab run dns"},
        {{"--shard=1/2", "--seed", "7", "--shard", "2/2", "a"}, 6, "relaylab run --seed 7 a"},
        {{"--report"}, 1, "relaylab run"},
        {{"--reports", "a b", "it's", ""}, 4, "relaylab run --reports 'a b' 'it'\\''s' ''"},
        {{"$(x)", "~/a", "*"}, 3, "relaylab run '$(x)' '~/a' '*'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *command = heading_command("run", cases[i].count, (char *const *)cases[i].words);
        ck_assert_str_eq(command, cases[i].command);
        free(command);
    }
}
END_TEST

START_TEST(a_heading_has_what_is_known_and_its_time_in_utc)
{
    struct heading heading = {.command = "relaylab run", .version = "3.7", .began = 86400 + 3661};
    struct json *json = heading_json(&heading);
    ck_assert_str_eq(json_get_str(json, "target_version", ""), "3.7");
    ck_assert_str_eq(json_get_str(json, "began", ""), "1970-01-02T01:01:01Z");
    ck_assert_ptr_null(json_get(json, "baseline"));
    ck_assert_ptr_nonnull(json_get(json, "relaylab"));
    json_free(json);
}
END_TEST

SUITE(heading, the_command_is_what_a_shell_needs_without_reports_and_shards,
      a_heading_has_what_is_known_and_its_time_in_utc)
