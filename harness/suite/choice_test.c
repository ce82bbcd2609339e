#include "harness/suite/choice.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"

static const char *const tags[] = {"P5", "slow"};
static const char *const clauses[] = {"RFC5321#4.5.4.1", "RFC1047"};

static struct scenario scenario_named(const char *id)
{
    static struct expect expect;
    expect.spec = (struct yaml_list){(void *)(uintptr_t)clauses, 2};
    return (struct scenario){.id = id, .tags = {(void *)(uintptr_t)tags, 2}, .expects = &expect, .expect_count = 1};
}

START_TEST(a_tag_chooses_those_that_have_it)
{
    struct scenario s = scenario_named("a/b");
    ck_assert(choice_takes(&(struct choice){.tag = "slow"}, &s));
    ck_assert(!choice_takes(&(struct choice){.tag = "slo"}, &s));
    ck_assert(choice_takes(&(struct choice){0}, &s));
}
END_TEST

START_TEST(a_clause_chooses_itself_and_those_below_it)
{
    struct scenario s = scenario_named("a/b");
    static const char *const good[] = {"RFC5321#4.5.4.1", "RFC5321#4.5.4",    "RFC5321#4",     "RFC5321",
                                       "rfc1047",         "RFC5321 §4.5.4.1", "RFC 5321 §4.5", "RFC 5321#4.5"};
    static const char *const bad[] = {"RFC5321#4.5.4.1.1", "RFC5321#4.5.4.",    "RFC532",   "RFC5321#5",
                                      "RFC5321#4.5.4.11",  "RFC5321 §4.5.4.11", "RFC5321 §"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(choice_takes(&(struct choice){.spec = good[i]}, &s), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!choice_takes(&(struct choice){.spec = bad[i]}, &s), "%s", bad[i]);
}
END_TEST

START_TEST(a_lesson_and_a_level_choose_those_that_have_them)
{
    struct scenario s = scenario_named("a/b"), free_one = scenario_named("a/c");
    s.teach = (struct teach){.level = "intro", .lesson = 3};
    ck_assert(choice_takes(&(struct choice){.lesson = 3, .level = "intro"}, &s));
    ck_assert(!choice_takes(&(struct choice){.lesson = 2}, &s));
    ck_assert(!choice_takes(&(struct choice){.level = "core"}, &s));
    ck_assert(choice_takes(&(struct choice){.lesson = CHOICE_ANY_LESSON}, &s));
    ck_assert(!choice_takes(&(struct choice){.lesson = CHOICE_ANY_LESSON}, &free_one));
    ck_assert(!choice_takes(&(struct choice){.level = "intro"}, &free_one));
    ck_assert(!choice_covers(&(struct choice){.lesson = 3}, slice_cstr("a/b")));
    ck_assert(!choice_covers(&(struct choice){.level = "intro"}, slice_cstr("a/b")));
}
END_TEST

START_TEST(every_scenario_is_in_one_shard_and_they_are_of_like_size)
{
    unsigned sizes[4] = {0};
    for (unsigned i = 0; i < 400; i++) {
        char *id = mem_printf("area/scenario-%u", i);
        struct scenario s = scenario_named(id);
        unsigned in = 0;
        for (unsigned k = 0; k < 4; k++) {
            bool taken = choice_takes(&(struct choice){.shard = k + 1, .of_count = 4}, &s);
            in += taken;
            sizes[k] += taken;
        }
        ck_assert_uint_eq(in, 1);
        free(id);
    }
    for (unsigned k = 0; k < 4; k++)
        ck_assert_msg(sizes[k] > 70 && sizes[k] < 130, "shard %u has %u", k + 1, sizes[k]);
}
END_TEST

START_TEST(a_shard_is_read_from_the_option_before_the_environment)
{
    struct choice choice = {0};
    struct err err;
    (void)setenv("TEST_SHARD_INDEX", "0", 1);
    (void)setenv("TEST_TOTAL_SHARDS", "3", 1);
    (void)setenv("CI_NODE_INDEX", "2", 1);
    (void)setenv("CI_NODE_TOTAL", "5", 1);
    ck_assert(choice_take_environment(&choice, &err));
    ck_assert(choice.shard == 1 && choice.of_count == 3);
    (void)unsetenv("TEST_SHARD_INDEX");
    choice = (struct choice){0};
    ck_assert(choice_take_environment(&choice, &err));
    ck_assert(choice.shard == 2 && choice.of_count == 5);
    ck_assert(choice_take_shard(&choice, "4/7", &err));
    ck_assert(choice_take_environment(&choice, &err));
    ck_assert(choice.shard == 4 && choice.of_count == 7);
}
END_TEST

START_TEST(a_shard_that_cannot_be_is_refused)
{
    static const char *const bad[] = {"0/2", "3/2", "1", "/2", "1/", "x/2", "1/0", "1/2/3"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct choice choice = {0};
        ck_assert_msg(!choice_take_shard(&choice, bad[i], NULL), "%s", bad[i]);
        ck_assert_int_eq(choice.of_count, 0);
    }
    struct choice choice = {0};
    (void)setenv("CI_NODE_INDEX", "0", 1);
    (void)setenv("CI_NODE_TOTAL", "2", 1);
    ck_assert(!choice_take_environment(&choice, NULL));
}
END_TEST

SUITE(choice, a_tag_chooses_those_that_have_it, a_clause_chooses_itself_and_those_below_it,
      a_lesson_and_a_level_choose_those_that_have_them, every_scenario_is_in_one_shard_and_they_are_of_like_size,
      a_shard_is_read_from_the_option_before_the_environment, a_shard_that_cannot_be_is_refused)
