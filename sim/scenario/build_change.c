/*
 * What the story changes of the world becomes part of the world, so that nothing has to be changed in mid-run: the
 * rules that a host had act until then and those of the change from then on, numbered on; a zone is there once for each
 * stretch of time, and what a change does not name is as before.
 */
#include <strings.h>

#include "sim/scenario/raw.h"
#include "sim/scenario/tables.h"

#define ARRAY(list, type) ((type *)(list).items)

/* ---- rules ---- */

static struct host *find_host(struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->host_count; i++)
        if (strcasecmp(s->hosts[i].name, name) == 0)
            return &s->hosts[i];
    return NULL;
}

/* Acts from `first` to `last`. */
static void bound_rule(struct scenario *s, struct rule *rule, int64_t first_ns, int64_t last_ns)
{
    struct range *between = &rule->when.between;
    if (!between->set)
        *between = (struct range){.set = true, .min = INT64_MIN, .max = INT64_MAX};
    between->min = between->min > first_ns ? between->min : first_ns;
    between->max = between->max < last_ns ? between->max : last_ns;
    if (between->min > between->max)
        yaml_error(&s->doc, rule->at_mark, "rules",
                   "the rule cannot act: a `change` replaces it first, or adds it too late");
}

static bool acts_past(const struct rule *rule, int64_t t_ns)
{
    return !rule->when.between.set || rule->when.between.max >= t_ns;
}

static void change_host(struct scenario *s, const struct story_event *event, const struct yaml_entry *entry)
{
    struct raw_host_change *raw = entry->value;
    struct host *host = find_host(s, entry->key);
    if (host == NULL) {
        yaml_error(&s->doc, entry->at, "story.change", "the world has no host `%s`", entry->key);
        return;
    }
    build_drop_other_rules(s, &raw->rules);
    size_t before = host->rules.count;
    struct rule *rules = arena_alloc(s->doc.arena, (before + raw->rules.count) * sizeof *rules);
    for (size_t i = 0; i < before; i++) {
        rules[i] = ARRAY(host->rules, struct rule)[i];
        if (acts_past(&rules[i], event->t_ns))
            bound_rule(s, &rules[i], INT64_MIN, event->t_ns - 1);
    }
    for (size_t i = 0; i < raw->rules.count; i++) {
        rules[before + i] = ARRAY(raw->rules, struct rule)[i];
        bound_rule(s, &rules[before + i], event->t_ns, INT64_MAX);
    }
    host->rules = (struct yaml_list){rules, before + raw->rules.count};
}

/* ---- zones ---- */

/* What was written of each zone, in the order of scenario.zones. */
struct written {
    const struct yaml_node **nodes;
};

static const struct yaml_node *written_in_world(const struct scenario *s, const char *name)
{
    const struct yaml_node *world = yaml_get(s->doc.root, "world"), *dns = yaml_get(world, "dns");
    for (size_t i = 0; dns != NULL && i < dns->count; i++)
        if (strcasecmp(dns->pairs[i].key, name) == 0)
            return dns->pairs[i].value;
    return NULL;
}

/* The keys of `more` instead of those of `base`. */
static struct yaml_node *merge(struct arena *arena, const struct yaml_node *base, const struct yaml_node *more)
{
    struct yaml_node *node = arena_alloc(arena, sizeof *node);
    *node = (struct yaml_node){.kind = YAML_NODE_MAP, .at = more->at};
    node->pairs = arena_alloc(arena, (base->count + more->count) * sizeof *node->pairs);
    for (size_t i = 0; i < base->count; i++)
        if (yaml_get(more, base->pairs[i].key) == NULL)
            node->pairs[node->count++] = base->pairs[i];
    for (size_t i = 0; i < more->count; i++)
        node->pairs[node->count++] = more->pairs[i];
    return node;
}

static struct zone *last_of(struct scenario *s, const char *name)
{
    struct zone *last = NULL;
    for (size_t i = 0; i < s->zone_count; i++)
        if (strcasecmp(s->zones[i].name, name) == 0)
            last = &s->zones[i];
    return last;
}

static void change_zone(struct scenario *s, struct written *written, const struct story_event *event,
                        const struct yaml_entry *entry)
{
    const struct yaml_node *more = *(const struct yaml_node **)entry->value;
    const char *path = arena_printf(s->doc.arena, "story.change.dns.%s", entry->key);
    struct zone *before = last_of(s, entry->key), zone = {0};
    if (before == NULL) {
        yaml_error(&s->doc, entry->at, path,
                   "the world has no such zone; for a zone that appears later, write fail: [{as: nxdomain}] there and "
                   "fail: [] here");
        return;
    }
    if (more->kind != YAML_NODE_MAP || more->count == 0) {
        yaml_error(&s->doc, more->at, path, "expected what changes, such as {MX: [\"10 mx2.dest.example\"]}");
        return;
    }
    struct yaml_node *node = merge(s->doc.arena, written->nodes[before - s->zones], more);
    if (!yaml_decode(&s->doc, node, &schema_zone, path, &zone))
        return;
    zone.at = entry->at;
    zone.name = before->name;
    zone.since_ns = before->past_ns = event->t_ns;
    build_drop_other_faults(s, &zone.fail);
    if (yaml_get(more, "fail") == NULL)
        zone.fail = before->fail; /* the same faults, whose chances are counted on */
    written->nodes[s->zone_count] = node;
    s->zones[s->zone_count++] = zone;
}

/* ---- all ---- */

static size_t count_zone_changes(const struct scenario *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->event_count; i++)
        count += s->events[i].kind == STORY_CHANGE ? s->events[i].change.dns.count : 0;
    return count;
}

static void make_room(struct scenario *s, struct written *written)
{
    size_t room = s->zone_count + count_zone_changes(s);
    struct zone *zones = arena_alloc(s->doc.arena, room * sizeof *zones);
    written->nodes = arena_alloc(s->doc.arena, room * sizeof *written->nodes);
    for (size_t i = 0; i < s->zone_count; i++) {
        zones[i] = s->zones[i];
        written->nodes[i] = written_in_world(s, s->zones[i].name);
    }
    s->zones = zones;
}

void build_changes(struct scenario *s)
{
    struct written written;
    make_room(s, &written);
    for (size_t i = 0; i < s->event_count; i++) {
        const struct story_event *event = &s->events[i];
        for (size_t k = 0; event->kind == STORY_CHANGE && k < event->change.hosts.count; k++)
            change_host(s, event, &event->change.hosts.entries[k]);
        for (size_t k = 0; event->kind == STORY_CHANGE && k < event->change.dns.count; k++)
            change_zone(s, &written, event, &event->change.dns.entries[k]);
    }
}
