#include "harness/report/record/record.h"
#include "harness/suite/baseline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"

/* ---- the schema ---- */

struct raw_entry {
    int verdict;
    const char *reason;
};

static const struct yaml_choice verdicts[] = {
#define X(constant, name, words, against, help) {name, RESULT_##constant, help},
    RESULTS_OF_BASELINES(X)
#undef X
        {NULL, 0, NULL}};
static const struct yaml_type verdict_type = {.kind = YAML_ENUM,
                                              .name = "a verdict (fail, warn, inconclusive, unsupported, trouble, "
                                                      "unstable, note, pass, not checked)",
                                              .size = sizeof(int),
                                              .choices = verdicts};
static const struct yaml_field entry_fields[] = {
    {"verdict", &verdict_type, offsetof(struct raw_entry, verdict), true, NULL, "what is expected", 0},
    {"reason", &yaml_str, offsetof(struct raw_entry, reason), true, NULL, "why this verdict is accepted", 0},
    {0}};
static const struct yaml_type entry_type = {
    .kind = YAML_STRUCT, .name = "{verdict: …, reason: …}", .size = sizeof(struct raw_entry), .fields = entry_fields};
static const struct yaml_type map_type = {
    .kind = YAML_MAP, .name = "entries by scenario#expectation", .size = sizeof(struct yaml_map), .item = &entry_type};

/* ---- reading ---- */

/* "area/name(case)#expectation"; the case and the expectation may be missing. */
static bool is_key(const char *key)
{
    size_t id = strcspn(key, "(#");
    const char *rest = key + id;
    if (id == 0 || memchr(key, '/', id) == NULL)
        return false;
    if (*rest == '(') {
        const char *close = strchr(rest, ')');
        if (close == NULL || close == rest + 1)
            return false;
        rest = close + 1;
    }
    return *rest == '\0' || (*rest == '#' && rest[1] != '\0');
}

static void check(struct baseline *b, const struct baseline_entry *entry)
{
    if (!is_key(entry->key))
        yaml_error(
            &b->doc, entry->at, "",
            "`%s` is not a valid key; expected scenario-id#expectation, such as retry/greylist-basic#it-arrives-once",
            entry->key);
    if (strspn(entry->reason, " \t\n") == strlen(entry->reason))
        yaml_error(&b->doc, entry->at, entry->key, "the reason is empty; each entry needs one");
}

static void build(struct baseline *b, const struct yaml_map *map)
{
    b->entries = arena_alloc(b->doc.arena, (map->count + 1) * sizeof *b->entries);
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_entry *from = &map->entries[i];
        const struct raw_entry *raw = from->value;
        const struct yaml_node *node = yaml_get(yaml_get(b->doc.root, from->key), "verdict");
        b->entries[b->count] = (struct baseline_entry){.key = from->key,
                                                       .at = from->at,
                                                       .verdict_at = node->at,
                                                       .verdict = (enum result)raw->verdict,
                                                       .reason = raw->reason};
        check(b, &b->entries[b->count++]);
    }
}

int baseline_open(struct baseline **out, const char *path, struct buf *report, struct err *err)
{
    struct yaml_map map = {0};
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return err_set(err, ERR_NOT_FOUND, "the baseline %s does not exist; `relaylab baseline update` creates it",
                       path);
    struct baseline *b = mem_zalloc(sizeof *b);
    int rc = yaml_open(&b->doc, path, err);
    if (rc == ERR_OK && yaml_decode(&b->doc, b->doc.root, &map_type, "", &map))
        build(b, &map);
    yaml_report(&b->doc, report);
    if (rc == ERR_OK && b->doc.error_count > 0)
        rc = err_set(err, ERR_INVALID, "the baseline %s has %zu error%s", path, b->doc.error_count,
                     b->doc.error_count == 1 ? "" : "s");
    if (rc == ERR_OK)
        *out = b;
    else
        baseline_free(b);
    return rc;
}

void baseline_free(struct baseline *baseline)
{
    if (baseline == NULL)
        return;
    yaml_close(&baseline->doc);
    free(baseline);
}

/* ---- asking ---- */

const struct baseline_entry *baseline_find(const struct baseline *baseline, const char *key)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (strcmp(baseline->entries[i].key, key) == 0)
            return &baseline->entries[i];
    return NULL;
}

void baseline_mark(const struct baseline *baseline, const struct scenario *scenario, bool one_of_many,
                   struct judgement *judgement)
{
    judgement->as_expected = true;
    for (size_t i = 0; i < judgement->count; i++) {
        struct verdict *verdict = &judgement->verdicts[i];
        char key[RECORD_KEY_MAX];
        record_key(key, scenario->id, scenario->case_name, verdict->id);
        const struct baseline_entry *entry = baseline_find(baseline, key);
        if ((entry != NULL && !one_of_many) || result_needs_entry(verdict->kind)) {
            verdict->expected = entry != NULL ? entry->verdict : RESULT_PASS;
            verdict->reason = entry != NULL ? entry->reason : "it has no entry";
            judgement->as_expected = judgement->as_expected && verdict->expected == verdict->kind;
        }
    }
}
