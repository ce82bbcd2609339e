#include "harness/verbs/merging.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/record/stored.h"
#include "lib/base/mem.h"

struct place {
    const struct json *record;
    const char *id;
    size_t target; /* the first run of its target: targets follow each other as they are named */
    size_t index;  /* cases of a scenario are always in one shard, in their order */
};

/* A character of the file's name, as the walk through folders sorts it: names of folders, then names of files, each
 * whole. An id is the path without `.yaml`. */
static int rank_at(const char *id, size_t i)
{
    if (id[i] == '/')
        return 0;
    return id[i] == '\0' ? '.' : (unsigned char)id[i];
}

static int compare_ids(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] == b[i] && a[i] != '\0')
        i++;
    return rank_at(a, i) - rank_at(b, i);
}

static int compare(const void *a, const void *b)
{
    const struct place *one = a, *other = b;
    if (one->target != other->target)
        return one->target < other->target ? -1 : 1;
    int order = compare_ids(one->id, other->id);
    if (order != 0)
        return order;
    return one->index < other->index ? -1 : one->index > other->index;
}

static size_t first_of_target(const struct json *records, const char *target)
{
    size_t i = 0;
    while (strcmp(json_get_str(json_at(records, i), "target", ""), target) != 0)
        i++;
    return i;
}

static struct json *in_order(const struct json *records)
{
    size_t count = json_count(records);
    struct place *places = mem_zalloc((count + 1) * sizeof *places);
    struct json *ordered = json_new_array();
    for (size_t i = 0; i < count; i++) {
        const struct json *record = json_at(records, i);
        places[i] = (struct place){.record = record,
                                   .id = json_get_str(record, "scenario", ""),
                                   .target = first_of_target(records, json_get_str(record, "target", "")),
                                   .index = i};
    }
    qsort(places, count, sizeof *places, compare);
    for (size_t i = 0; i < count; i++)
        json_push(ordered, json_dup(places[i].record));
    free(places);
    return ordered;
}

int merging_read(char *const *paths, size_t count, struct json **records, struct err *err)
{
    struct json *all;
    int rc = stored_read(paths, count, &all, err);
    if (rc != ERR_OK)
        return rc;
    *records = count > 1 ? in_order(all) : json_dup(all);
    json_free(all);
    return ERR_OK;
}
