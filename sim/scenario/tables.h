/* What the schema tables are written with, and the types that several of them share. */
#ifndef RL_SIM_SCENARIO_TABLES_H
#define RL_SIM_SCENARIO_TABLES_H

#include <stddef.h>

#include "lib/base/duration.h"
#include "sim/scenario/leaves.h"
#include "sim/scenario/raw.h"

#define DAY (86400 * NS_PER_S)
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, NULL, 0, false, NULL, NULL, 0                                                                            \
    }
#define CUSTOM(words, type, function)                                                                                  \
    {                                                                                                                  \
        .kind = YAML_CUSTOM, .name = words, .size = sizeof(type), .decode = function                                   \
    }
#define SHAPED(words, type, function, shapes)                                                                          \
    {                                                                                                                  \
        .kind = YAML_CUSTOM, .name = words, .size = sizeof(type), .decode = function, .forms = shapes                  \
    }
#define CHOICES(words, list)                                                                                           \
    {                                                                                                                  \
        .kind = YAML_ENUM, .name = words, .size = sizeof(int), .choices = list                                         \
    }
#define LIST(words, of)                                                                                                \
    {                                                                                                                  \
        .kind = YAML_LIST, .name = words, .size = sizeof(struct yaml_list), .item = of, .one_or_many = true            \
    }
#define POINTER(words, to)                                                                                             \
    {                                                                                                                  \
        .kind = YAML_PTR, .name = words, .size = sizeof(void *), .item = to                                            \
    }
#define F(type, key, kind, member, help)                                                                               \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, NULL, help, 0                                                \
    }
#define NEED(type, key, kind, member, help)                                                                            \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), true, NULL, help, 0                                                 \
    }
#define DEFAULT(type, key, kind, member, text, help)                                                                   \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, text, help, 0                                                \
    }
#define SEEN(type, key, kind, member, flag, help)                                                                      \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, member), false, NULL, help, offsetof(struct type, flag)                      \
    }
#define STRUCT(words, type, table)                                                                                     \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = sizeof(struct type), .fields = table                               \
    }
#define MARKED(words, type, table)                                                                                     \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = sizeof(struct type), .fields = table, .marked = true               \
    }
#define MAP(words, of)                                                                                                 \
    {                                                                                                                  \
        .kind = YAML_MAP, .name = words, .size = sizeof(struct yaml_map), .item = of                                   \
    }
#define IN(type, group, key, kind, member, fallback, help)                                                             \
    {                                                                                                                  \
        key, &kind, offsetof(struct type, group.member) - offsetof(struct type, group), false, fallback, help, 0       \
    }
#define GROUP(words, table)                                                                                            \
    {                                                                                                                  \
        .kind = YAML_STRUCT, .name = words, .size = 0, .fields = table                                                 \
    }

static const struct yaml_type count_range = CUSTOM("a count", struct range, leaf_count_range);
static const struct yaml_type time_range = CUSTOM("a range of times", struct range, leaf_time_range);
static const struct yaml_type wait = {
    .kind = YAML_DURATION, .name = "a duration such as 5m", .size = sizeof(int64_t), .min = 0, .max = 3650 * DAY};
static const struct yaml_type positive = {
    .kind = YAML_INT, .name = "a count", .size = sizeof(int64_t), .min = 1, .max = COPIES_MAX};

extern const struct yaml_type schema_world, schema_zone, schema_rules; /* schema_world.c */
extern const struct yaml_type schema_given;                            /* schema_given.c */
extern const struct yaml_type schema_story;                            /* schema_story.c */
extern const struct yaml_type schema_script, schema_way_in;            /* schema_script.c */

#endif
