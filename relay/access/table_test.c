/* A sorted table. */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/testing/suite.h"
#include "relay/access/table.h"

struct item {
    char *name;
};

static void release(void *arg)
{
    struct item *item = arg;
    free(item->name);
    free(item);
}

static void add(struct table *table, const char *name)
{
    struct item *item = mem_alloc(sizeof *item);
    item->name = mem_strdup(name);
    table_add(table, item);
}

static const char *after(const struct table *table, const char *name)
{
    const struct item *item = table_after(table, name);
    return item != NULL ? item->name : "end";
}

START_TEST(items_are_found_and_walked_by_name)
{
    struct table table = {0};
    ck_assert_ptr_null(table_find(&table, "a"));
    ck_assert_str_eq(after(&table, NULL), "end");
    add(&table, "m");
    add(&table, "z");
    add(&table, "a");
    add(&table, "n");
    ck_assert_str_eq(after(&table, NULL), "a");
    ck_assert_str_eq(after(&table, "a"), "m");
    ck_assert_str_eq(after(&table, "b"), "m"); /* which is not there */
    ck_assert_str_eq(after(&table, "n"), "z");
    ck_assert_str_eq(after(&table, "z"), "end");
    struct item *m = table_find(&table, "m");
    ck_assert_str_eq(m->name, "m");
    ck_assert_ptr_null(table_find(&table, "mm"));
    table_remove(&table, m);
    release(m);
    ck_assert_ptr_null(table_find(&table, "m"));
    ck_assert_str_eq(after(&table, "a"), "n");
    ck_assert_uint_eq(table.count, 3);
    table_fini(&table, release);
    ck_assert_uint_eq(table.count, 0);
}
END_TEST

SUITE(table, items_are_found_and_walked_by_name)
