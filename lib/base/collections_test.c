/* The small collections and matchers: heap, ids, list, glob, nearest. */
#include "lib/base/glob.h"
#include "lib/base/heap.h"
#include "lib/base/ids.h"
#include "lib/base/list.h"
#include "lib/base/nearest.h"
#include "lib/base/prng.h"
#include "lib/testing/suite.h"

struct item {
    uint64_t key;
    size_t position;
};

static bool less(const void *a, const void *b)
{
    return ((const struct item *)a)->key < ((const struct item *)b)->key;
}

static size_t *position(void *item)
{
    return &((struct item *)item)->position;
}

START_TEST(a_heap_gives_the_least_first_whatever_was_removed)
{
    struct item items[200];
    struct heap heap;
    struct prng prng;
    prng_init_seed(&prng, 5);
    heap_init(&heap, less, position);
    for (int i = 0; i < 200; i++) {
        items[i] = (struct item){prng_below(&prng, 50), HEAP_NOWHERE};
        heap_add(&heap, &items[i]);
    }
    for (int i = 0; i < 200; i += 3)
        heap_remove(&heap, &items[i]);
    uint64_t last = 0;
    size_t count = 0;
    for (struct item *first; (first = heap_first(&heap)) != NULL; count++) {
        ck_assert_uint_ge(first->key, last);
        last = first->key;
        heap_remove(&heap, first);
        ck_assert_uint_eq(first->position, HEAP_NOWHERE);
    }
    ck_assert_uint_eq(count, 133);
    heap_fini(&heap);
}
END_TEST

struct member {
    int n;
    struct list_link link;
};

START_TEST(a_list_keeps_order_and_survives_removal_while_walking)
{
    struct list list;
    struct member members[5];
    int sum = 0;
    list_init(&list);
    for (int i = 0; i < 5; i++) {
        members[i] = (struct member){.n = i};
        list_append(&list, &members[i].link);
    }
    LIST_EACH_SAFE (struct member, link, it, next, &list)
        if (it->n % 2 == 0)
            list_remove(&list, &it->link);
    LIST_EACH (struct member, link, it, &list)
        sum = sum * 10 + it->n;
    ck_assert_int_eq(sum, 13);
    ck_assert_uint_eq(list.count, 2);
    ck_assert(!list_linked(&members[0].link));
}
END_TEST

START_TEST(globs_match_runs_and_single_characters)
{
    static const struct {
        const char *glob, *text;
        bool matches;
    } cases[] = {{"mx*", "mx1.dest.example", true},
                 {"mx?.dest.example", "MX1.dest.example", true},
                 {"*", "", true},
                 {"?", "", false},
                 {"4.4.*", "4.4.1", true},
                 {"4.4.*", "5.4.1", false},
                 {"a*b*c", "axxbxxc", true},
                 {"a*b*c", "axxcxxb", false},
                 {"bob@*", "bob@x", true},
                 {"bob", "bobby", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(glob_match(slice_cstr(cases[i].glob), slice_cstr(cases[i].text)) == cases[i].matches, "%s ~ %s",
                      cases[i].glob, cases[i].text);
}
END_TEST

START_TEST(the_nearest_name_is_offered_and_a_far_one_is_not)
{
    struct nearest near;
    nearest_init(&near, "greylits");
    nearest_offer(&near, "refuse");
    nearest_offer(&near, "greylist");
    ck_assert_str_eq(near.best, "greylist");
    ck_assert_str_eq(nearest_hint(&near), "; did you mean `greylist`?");
    ck_assert_str_eq(nearest_hint_of(&near, "--"), "; did you mean `--greylist`?");
    nearest_init(&near, "zzzzzz");
    nearest_offer(&near, "greylist");
    ck_assert_ptr_null(near.best);
    ck_assert_str_eq(nearest_hint(&near), "");
}
END_TEST

START_TEST(an_id_that_has_ended_finds_nothing_even_when_its_place_is_used_again)
{
    struct ids ids;
    int things[40];
    uint64_t given[40];
    ids_init(&ids);
    ck_assert_ptr_null(ids_find(&ids, IDS_NONE));
    for (size_t i = 0; i < 40; i++)
        given[i] = ids_add(&ids, &things[i]);
    for (size_t i = 0; i < 40; i += 2)
        ids_remove(&ids, given[i]);
    ids_remove(&ids, given[0]); /* has no effect */
    uint64_t later[20];
    for (size_t i = 0; i < 20; i++)
        later[i] = ids_add(&ids, &things[2 * i]);
    for (size_t i = 0; i < 40; i++)
        ck_assert_ptr_eq(ids_find(&ids, given[i]), i % 2 == 0 ? NULL : &things[i]);
    for (size_t i = 0; i < 20; i++)
        ck_assert_ptr_eq(ids_find(&ids, later[i]), &things[2 * i]);
    ck_assert_ptr_null(ids_find(&ids, UINT64_MAX));
    ids_fini(&ids);
}
END_TEST

SUITE(collections, an_id_that_has_ended_finds_nothing_even_when_its_place_is_used_again,
      a_heap_gives_the_least_first_whatever_was_removed, a_list_keeps_order_and_survives_removal_while_walking,
      globs_match_runs_and_single_characters, the_nearest_name_is_offered_and_a_far_one_is_not)
