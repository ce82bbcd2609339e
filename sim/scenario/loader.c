#include "sim/scenario/loader.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/nearest.h"
#include "sim/scenario/capability.h"
#include "sim/scenario/name.h"
#include "sim/scenario/raw.h"
#include "sim/scenario/settings.h"

/* ---- cases ---- */

static bool collect_case(struct scenario *s, const struct yaml_pair *pair)
{
    struct scenario_case *out = &s->cases[s->case_count++];
    *out = (struct scenario_case){.name = pair->key, .at = pair->key_at};
    if (!name_is_good(pair->key)) {
        yaml_error(&s->doc, pair->key_at, "cases", "`%.80s` is not a name: " NAME_CHARACTERS, pair->key);
        return false;
    }
    if (pair->value->kind != YAML_NODE_MAP) {
        yaml_error(&s->doc, pair->value->at, "cases", "expected variables, such as {code: 451}, or {}");
        return false;
    }
    const struct yaml_node *needs = yaml_get(pair->value, "requires");
    return needs == NULL || yaml_decode(&s->doc, needs, &capability_list, "cases.requires", &out->needs);
}

static bool collect_cases(struct scenario *s)
{
    const struct yaml_node *cases = yaml_get(s->doc.root, "cases");
    if (cases == NULL)
        return true;
    if (cases->kind != YAML_NODE_MAP || cases->count == 0) {
        yaml_error(&s->doc, cases->at, "cases", "expected cases, such as {one: {}, two: {}}");
        return false;
    }
    if (cases->count > SCENARIO_CASES_MAX) {
        yaml_error(&s->doc, cases->pairs[SCENARIO_CASES_MAX].key_at, "cases",
                   "%zu cases; at most %d are allowed, since each is a run of its own", cases->count,
                   SCENARIO_CASES_MAX);
        return false;
    }
    s->cases = arena_alloc(s->doc.arena, cases->count * sizeof *s->cases);
    bool good = true;
    for (size_t i = 0; i < cases->count; i++)
        good = collect_case(s, &cases->pairs[i]) && good;
    return good;
}

/* "first, second"; the caller's. */
static char *all_cases(const struct scenario *s)
{
    char *all = mem_strdup(s->cases[0].name);
    for (size_t i = 1; i < s->case_count; i++) {
        char *longer = mem_printf("%s, %s", all, s->cases[i].name);
        free(all);
        all = longer;
    }
    return all;
}

static int choose_case(struct scenario *s, const char *name, struct err *err)
{
    struct nearest near;
    if (name == NULL) {
        s->case_name = s->case_count > 0 ? s->cases[0].name : NULL;
        s->needs = s->case_count > 0 ? s->cases[0].needs : (struct yaml_list){0};
        return ERR_OK;
    }
    nearest_init(&near, name);
    for (size_t i = 0; i < s->case_count; i++) {
        if (strcmp(s->cases[i].name, name) == 0) {
            s->case_name = s->cases[i].name;
            s->needs = s->cases[i].needs;
            return ERR_OK;
        }
        nearest_offer(&near, s->cases[i].name);
    }
    if (s->case_count == 0)
        return err_set(err, ERR_NOT_FOUND, "%s has no case `%s`, and no other case", s->file, name);
    char *all = all_cases(s);
    int rc = err_set(err, ERR_NOT_FOUND, "%s has no case `%s`%s; it has %s", s->file, name, nearest_hint(&near), all);
    free(all);
    return rc;
}

/* ---- limits ---- */

bool scenario_takes(struct scenario *s, struct yaml_mark at, size_t octets)
{
    bool reported = s->made_octets > SCENARIO_MADE_MAX;
    s->made_octets += octets;
    if (s->made_octets > SCENARIO_MADE_MAX && !reported)
        yaml_error(&s->doc, at, "",
                   "variables, {A..B} and `times` generate more than 32 MiB of text; use fewer or shorter ones");
    return s->made_octets <= SCENARIO_MADE_MAX;
}

/* ---- ${variables} ---- */

static const char *lookup(const struct yaml_node *variables, struct slice name)
{
    if (slice_eq_cstr(name, "target.name"))
        return WORLD_TARGET_NAME;
    if (slice_eq_cstr(name, "target.addr"))
        return WORLD_TARGET_ADDR;
    for (size_t i = 0; variables != NULL && i < variables->count; i++)
        if (slice_eq_cstr(name, variables->pairs[i].key) && variables->pairs[i].value->kind == YAML_NODE_SCALAR)
            return variables->pairs[i].value->text;
    return NULL;
}

/* False: there is no such variable, or its value has variables itself. */
static bool add_value(const struct yaml_node *variables, struct slice name, struct buf *out)
{
    const char *value = lookup(variables, name);
    if (value == NULL || strstr(value, "${") != NULL)
        return false;
    (void)buf_add_cstr(out, value); /* the caller looks at overflow */
    return true;
}

static const char *substitute(struct scenario *s, const struct yaml_node *variables, const struct yaml_node *node)
{
    struct slice rest = slice_cstr(node->text);
    struct buf out;
    const char *result = node->text;
    if (strstr(node->text, "${") == NULL)
        return node->text;
    buf_init(&out, SCENARIO_TEXT_MAX);
    for (const char *open; (open = strstr(rest.ptr, "${")) != NULL;) {
        const char *close = strchr(open, '}');
        struct slice name = close != NULL ? slice_make(open + 2, (size_t)(close - open - 2)) : slice_cstr(open + 2);
        (void)buf_add(&out, rest.ptr, (size_t)(open - rest.ptr));
        if (close == NULL || !add_value(variables, name, &out)) {
            yaml_error(&s->doc, node->at, "", "this case has no variable `%.*s`", (int)(name.len < 60 ? name.len : 60),
                       name.ptr);
            buf_fini(&out);
            return node->text;
        }
        rest = slice_cstr(close + 1);
    }
    (void)buf_add_slice(&out, rest);
    if (out.overflow)
        yaml_error(&s->doc, node->at, "", "with its variables the text has more than 1 MiB");
    else if (scenario_takes(s, node->at, out.len))
        result = arena_slice_dup(s->doc.arena, buf_slice(&out));
    buf_fini(&out);
    return result;
}

static void substitute_all(struct scenario *s, const struct yaml_node *variables, struct yaml_node *node)
{
    if (node->kind == YAML_NODE_SCALAR)
        node->text = substitute(s, variables, node);
    for (size_t i = 0; node->kind == YAML_NODE_LIST && i < node->count; i++)
        substitute_all(s, variables, node->items[i]);
    for (size_t i = 0; node->kind == YAML_NODE_MAP && i < node->count; i++)
        substitute_all(s, variables, node->pairs[i].value);
}

/* ---- the MX hosts of sender domains ---- */

static bool is_named(const struct scenario *s, const char *domain)
{
    return scenario_zone(s, domain) != NULL || scenario_host(s, domain) != NULL;
}

static void add_sender_domain(struct scenario *s, const char *domain, struct zone *zones, unsigned *used)
{
    struct arena *arena = s->doc.arena;
    if (domain == NULL || is_named(s, domain))
        return;
    if (*used == WORLD_SENDER_MX_COUNT) {
        yaml_error(&s->doc, s->doc.root->at, "story", "more than %d domains of senders", WORLD_SENDER_MX_COUNT);
        return;
    }
    struct host *host = &s->hosts[s->host_count++];
    struct zone *zone = &zones[s->zone_count];
    *host = (struct host){.name = arena_printf(arena, "mx.%s", domain), .automatic = true};
    host->addr = ip_of(arena_printf(arena, "%s%u", WORLD_SENDER_MX_NET, WORLD_SENDER_MX_FIRST + (*used)++));
    const char **mx = arena_alloc(arena, sizeof *mx);
    *mx = arena_printf(arena, "10 %s", host->name);
    *zone = (struct zone){.name = domain, .mx = {mx, 1}, .ttl_ns = INT64_C(3600000000000)};
    s->zones = zones;
    s->zone_count++;
}

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL && at[1] != '\0' ? at + 1 : NULL;
}

static void add_sender_domains(struct scenario *s)
{
    unsigned used = 0;
    struct zone *zones = arena_alloc(s->doc.arena, (s->zone_count + WORLD_SENDER_MX_COUNT) * sizeof *zones);
    if (s->zone_count > 0)
        memcpy(zones, s->zones, s->zone_count * sizeof *zones);
    s->zones = zones;
    for (size_t i = 0; i < s->story_count && s->doc.error_count == 0; i++)
        add_sender_domain(s, domain_of(s->story[i].from), zones, &used);
}

/* ---- loading ---- */

/* What a caller changes in the file's scenario. */
struct changes {
    char *const *settings;
    size_t count;
};

static int decode(struct scenario *s, const char *case_name, const struct changes *changes, struct err *err)
{
    if (s->doc.root->kind == YAML_NODE_MAP && !collect_cases(s))
        return ERR_OK; /* the problems are in the report */
    int rc = choose_case(s, case_name, err);
    if (rc != ERR_OK)
        return rc;
    const struct yaml_node *cases = yaml_get(s->doc.root, "cases");
    substitute_all(s, s->case_name != NULL ? yaml_get(cases, s->case_name) : NULL, s->doc.root);
    for (size_t i = 0; i < changes->count && s->doc.error_count == 0; i++)
        if ((rc = scenario_set(s, changes->settings[i], err)) != ERR_OK)
            return rc;
    if (s->doc.error_count == 0 && scenario_build(s)) {
        add_sender_domains(s);
        scenario_lint(s);
    }
    return ERR_OK;
}

/* rc: of reading the document. */
static int finish(struct scenario *s, int rc, const char *case_name, const struct changes *changes, struct buf *report,
                  struct err *err)
{
    s->file = s->doc.file;
    if (rc == ERR_OK)
        rc = decode(s, case_name, changes, err);
    yaml_report(&s->doc, report);
    if (rc == ERR_OK && s->doc.error_count > 0)
        rc = err_set(err, ERR_INVALID, "%s has %zu error%s", s->file, s->doc.error_count,
                     s->doc.error_count == 1 ? "" : "s");
    return rc;
}

int scenario_load(struct scenario **out, const char *path, const char *case_name, struct buf *report, struct err *err)
{
    return scenario_load_with(out, path, case_name, NULL, 0, report, err);
}

int scenario_load_with(struct scenario **out, const char *path, const char *case_name, char *const *settings,
                       size_t count, struct buf *report, struct err *err)
{
    struct scenario *s = mem_zalloc(sizeof *s);
    struct changes changes = {settings, count};
    int rc = finish(s, yaml_open(&s->doc, path, err), case_name, &changes, report, err);
    if (rc == ERR_OK)
        *out = s;
    else
        scenario_free(s);
    return rc;
}

int scenario_load_text(struct scenario **out, const char *name, struct slice text, const char *case_name,
                       struct buf *report, struct err *err)
{
    struct scenario *s = mem_zalloc(sizeof *s);
    int rc = finish(s, yaml_open_text(&s->doc, name, text, err), case_name, &(struct changes){0}, report, err);
    if (rc == ERR_OK)
        *out = s;
    else
        scenario_free(s);
    return rc;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    yaml_close(&scenario->doc);
    free(scenario);
}
