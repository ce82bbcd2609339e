/* From the file's contents to the model: other cases dropped, copies and {1..25} expanded, one check each. */
#include <ctype.h>
#include <string.h>

#include "sim/scenario/checks/check.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/raw.h"

#define ARRAY(list, type) ((type *)(list).items)

bool build_of_this_case(const struct scenario *s, const char *only_case)
{
    return only_case == NULL || s->case_name == NULL || strcmp(only_case, s->case_name) == 0;
}

static const char *lower(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* Removes list members of other cases, in place. */
#define KEEP_OF_CASE(s, list, type)                                                                                    \
    do {                                                                                                               \
        size_t kept = 0;                                                                                               \
        for (size_t i_ = 0; i_ < (list)->count; i_++)                                                                  \
            if (build_of_this_case((s), ARRAY(*(list), type)[i_].only_case))                                           \
                ARRAY(*(list), type)[kept++] = ARRAY(*(list), type)[i_];                                               \
        (list)->count = kept;                                                                                          \
    } while (0)

void build_drop_other_rules(const struct scenario *s, struct yaml_list *rules)
{
    KEEP_OF_CASE(s, rules, struct rule);
}

void build_drop_other_faults(const struct scenario *s, struct yaml_list *faults)
{
    KEEP_OF_CASE(s, faults, struct zone_fault);
}

/* Without users: alice, password secret. */
static void take_given(struct scenario *s, const struct raw_scenario *raw)
{
    s->given = raw->given;
    if (s->given.users_seen)
        return;
    struct yaml_entry *alice = arena_alloc(s->doc.arena, sizeof *alice);
    const char **password = arena_alloc(s->doc.arena, sizeof *password);
    *password = "secret";
    *alice = (struct yaml_entry){.key = "alice", .value = password};
    s->given.users = (struct yaml_map){alice, 1};
}

static void take_world(struct scenario *s, const struct raw_scenario *raw)
{
    struct arena *arena = s->doc.arena;
    s->zones = arena_alloc(arena, raw->world.dns.count * sizeof *s->zones);
    for (size_t i = 0; i < raw->world.dns.count; i++) {
        struct zone *zone = &s->zones[s->zone_count++];
        *zone = *(struct zone *)raw->world.dns.entries[i].value;
        zone->name = lower(arena, raw->world.dns.entries[i].key);
        build_drop_other_faults(s, &zone->fail);
    }
    s->hosts = arena_alloc(arena, (raw->world.hosts.count + WORLD_SENDER_MX_COUNT) * sizeof *s->hosts);
    for (size_t i = 0; i < raw->world.hosts.count; i++) {
        struct host *host = &s->hosts[s->host_count++];
        *host = *(struct host *)raw->world.hosts.entries[i].value;
        host->name = lower(arena, raw->world.hosts.entries[i].key);
        build_drop_other_rules(s, &host->rules);
    }
}

static struct yaml_list with_capability(struct scenario *s, const struct yaml_list *needs, const char *name)
{
    const char **all = arena_alloc(s->doc.arena, (needs->count + 1) * sizeof *all);
    if (needs->count > 0)
        memcpy(all, needs->items, needs->count * sizeof *all);
    all[needs->count] = name;
    return (struct yaml_list){all, needs->count + 1};
}

static void take_check(struct scenario *s, const struct raw_expect *raw, struct expect *out)
{
    int checks = 0;
    for (enum check_kind kind = 0; kind < CHECK_DIALOG; kind++) {
        if (raw->checks[kind] == NULL)
            continue;
        out->kind = kind;
        out->check = raw->checks[kind];
        checks++;
    }
    if (checks != 1) {
        yaml_error(&s->doc, raw->at, "expect", "%s; an expectation has one sentence and one check (%s)",
                   checks == 0 ? "no check" : "more than one check", check_names(s->doc.arena));
        return;
    }
    const struct check *check = check_row(out->kind);
    const char *needed = check->needs != NULL ? check->needs(out->check) : NULL;
    if (needed != NULL)
        out->needs = with_capability(s, &out->needs, needed);
}

static void take_sentence(struct scenario *s, const struct raw_expect *raw, struct expect *out)
{
    const char *const sentences[] = {raw->must, raw->should, raw->may};
    int found = 0;
    for (int i = 0; i < 3; i++) {
        if (sentences[i] == NULL)
            continue;
        out->level = i;
        out->sentence = sentences[i];
        found++;
    }
    if (found != 1)
        yaml_error(&s->doc, raw->at, "expect", "%s; write one of must, should, may, as the RFC does",
                   found == 0 ? "no sentence" : "more than one sentence");
}

static void take_expects(struct scenario *s, const struct raw_scenario *raw)
{
    const struct raw_expect *items = raw->expect.items;
    s->expects = arena_alloc(s->doc.arena, raw->expect.count * sizeof *s->expects);
    for (size_t i = 0; i < raw->expect.count; i++) {
        struct expect *out = &s->expects[s->expect_count];
        *out = (struct expect){.at = items[i].at,
                               .spec = items[i].spec,
                               .id = items[i].id,
                               .only_case = items[i].only_case,
                               .why = items[i].why,
                               .needs = items[i].needs};
        take_sentence(s, &items[i], out);
        take_check(s, &items[i], out);
        if (build_of_this_case(s, items[i].only_case))
            s->expect_count++;
    }
}

bool scenario_build(struct scenario *s)
{
    struct raw_scenario raw = {0};
    if (!yaml_decode(&s->doc, s->doc.root, &raw_scenario_type, "", &raw))
        return false;
    if (raw.version != 1)
        yaml_error(&s->doc, s->doc.root->at, "scenario", "unknown version %lld; this program reads version 1",
                   (long long)raw.version);
    s->id = raw.id;
    s->title = raw.title;
    s->teach = raw.teach;
    s->tags = raw.tags;
    s->seed = raw.seed;
    s->seeds = raw.seeds;
    memcpy(&s->clock, &raw.clock, sizeof s->clock);
    struct yaml_list of_case = s->needs;
    s->needs = raw.needs;
    if (of_case.count > 0) {
        const char **all = arena_alloc(s->doc.arena, (raw.needs.count + of_case.count) * sizeof *all);
        if (raw.needs.count > 0)
            memcpy(all, raw.needs.items, raw.needs.count * sizeof *all);
        memcpy(all + raw.needs.count, of_case.items, of_case.count * sizeof *all);
        s->needs = (struct yaml_list){all, raw.needs.count + of_case.count};
    }
    take_given(s, &raw);
    take_world(s, &raw);
    build_story(s, &raw);
    build_changes(s);
    take_expects(s, &raw);
    build_script_expects(s);
    return s->doc.error_count == 0;
}
