#include "harness/report/record/causes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/slug.h"
#include "harness/report/record/record.h"
#include "harness/report/record/shape.h"
#include "lib/base/mem.h"

#define KEY_MAX ((size_t)64 * 1024)

/* One verdict that is not as expected, or a run that is not. */
struct item {
    char *key;
    size_t order; /* among all */
    size_t run;
    const struct json *record, *verdict; /* verdict NULL: the run as a whole */
};

/* The items of one key: neighbours in the sorted list. */
struct group {
    struct item *items;
    size_t count;
    size_t *runs; /* each once, rising */
    size_t run_count;
};

struct work {
    struct item *items;
    size_t count, room;
    struct group *groups;
    size_t group_count;
};

/* ---- items ---- */

/* What a verdict is to a reader: the one that a baseline does not expect. */
static enum result result_of(const struct item *item)
{
    return record_says(item->verdict != NULL ? item->verdict : item->record);
}

static const char *whole_sentence(const struct json *record)
{
    if (record_has_crashed(record))
        return "The target crashed";
    if (record_is(record, RESULT_TROUBLE))
        return "The run could not be played";
    return record_is(record, RESULT_UNSTABLE) ? "Equal runs have equal results" : "The baseline expects another result";
}

static const char *sentence_of(const struct item *item)
{
    return item->verdict != NULL ? json_get_str(item->verdict, "sentence", "") : whole_sentence(item->record);
}

static const char *seen_of(const struct item *item)
{
    return item->verdict != NULL ? json_get_str(item->verdict, "seen", "") : json_get_str(item->record, "what", "");
}

static char *key_of(const struct item *item)
{
    struct buf key;
    buf_init(&key, KEY_MAX);
    (void)buf_printf(&key, "%s\n%s\n%.4096s\n", json_get_str(item->record, "target", ""), result_name(result_of(item)),
                     sentence_of(item));
    shape_add(&key, seen_of(item), json_get(json_get(item->record, "behaviour"), "messages"));
    char *copy = mem_strdup(buf_cstr(&key));
    buf_fini(&key);
    return copy;
}

static void add_item(struct work *w, const struct json *record, size_t run, const struct json *verdict)
{
    if (w->count == w->room) {
        w->room = w->room > 0 ? 2 * w->room : 64;
        w->items = mem_realloc(w->items, w->room, sizeof *w->items);
    }
    struct item *item = &w->items[w->count];
    *item = (struct item){.order = w->count++, .run = run, .record = record, .verdict = verdict};
    item->key = key_of(item);
}

/* A run whose verdicts are fine: it could not be played, or the baseline has an entry for it that no longer holds. */
static bool breaks_as_a_whole(const struct json *record)
{
    if (record_is_known(record))
        return false;
    if (record_is(record, RESULT_TROUBLE) || record_is(record, RESULT_UNSTABLE))
        return true;
    return json_get(record, "expected") != NULL && !record_is(record, RESULT_UNSUPPORTED) &&
           !record_is(record, RESULT_UNTRIED);
}

static void add_run(struct work *w, const struct json *record, size_t run)
{
    const struct json *verdicts = json_get(record, "verdicts");
    if (breaks_as_a_whole(record))
        add_item(w, record, run, NULL);
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (record_breaks(json_at(verdicts, i)))
            add_item(w, record, run, json_at(verdicts, i));
}

/* ---- groups ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : x->order < y->order ? -1 : x->order > y->order;
}

static void make_group(struct group *out, struct item *items, size_t count)
{
    *out = (struct group){.items = items, .count = count, .runs = mem_alloc(count * sizeof *out->runs)};
    for (size_t i = 0; i < count; i++)
        if (i == 0 || items[i].run != items[i - 1].run)
            out->runs[out->run_count++] = items[i].run;
}

static void make_groups(struct work *w)
{
    if (w->count > 0)
        qsort(w->items, w->count, sizeof *w->items, compare_items);
    w->groups = mem_alloc((w->count + 1) * sizeof *w->groups);
    for (size_t i = 0, end; i < w->count; i = end) {
        for (end = i + 1; end < w->count && strcmp(w->items[end].key, w->items[i].key) == 0;)
            end++;
        make_group(&w->groups[w->group_count++], &w->items[i], end - i);
    }
}

/* Groups of the same kind in the same runs are neighbours then: what fails, and apart from it what passes unexpectedly
 * and what is not about a sentence. */
static int kind_of(const struct group *group)
{
    if (group->items[0].verdict == NULL)
        return 0;
    return record_is(group->items[0].verdict, RESULT_PASS) ? 2 : 1;
}

static int compare_sets(const struct group *x, const struct group *y)
{
    if (kind_of(x) != kind_of(y))
        return kind_of(x) - kind_of(y);
    if (x->run_count != y->run_count)
        return x->run_count > y->run_count ? -1 : 1;
    for (size_t i = 0; i < x->run_count; i++)
        if (x->runs[i] != y->runs[i])
            return x->runs[i] < y->runs[i] ? -1 : 1;
    return 0;
}

/* Of one set the failures come first: what could not be checked may be their consequence. This is the order of causes,
 * too. */
static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    int order = compare_sets(x, y);
    bool x_fails = result_of(x->items) == RESULT_FAIL, y_fails = result_of(y->items) == RESULT_FAIL;
    if (order != 0 || x_fails != y_fails)
        return order != 0 ? order : y_fails - x_fails;
    return x->items[0].order < y->items[0].order ? -1 : x->items[0].order > y->items[0].order;
}

/* Sentences that break in the same runs are one cause; what is not about a sentence stays apart. */
static bool is_same_cause(const struct group *x, const struct group *y)
{
    return kind_of(x) == 1 && compare_sets(x, y) == 0;
}

/* ---- as JSON ---- */

/* FNV-1a. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = UINT32_C(2166136261);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT32_C(16777619);
    return hash;
}

static void set_id(struct json *cause, const struct item *item)
{
    char slug[SLUG_MAX];
    slug_write(slug, item->verdict != NULL ? json_get_str(item->verdict, "id", sentence_of(item))
                                           : result_name(result_of(item)));
    char *id = mem_printf("%s-%08" PRIx32, slug, hash_of(item->key));
    json_set_str(cause, "id", id);
    free(id);
}

static void set_sentence(struct json *to, const struct item *item)
{
    json_set_str(to, "verdict", result_name(result_of(item)));
    json_set_str(to, "level", json_get_str(item->verdict, "level", ""));
    json_set_str(to, "sentence", sentence_of(item));
    json_set_str(to, "clauses", json_get_str(item->verdict, "clauses", ""));
}

/* A result that only a baseline makes unexpected: its entry says what was expected. */
static void set_against_baseline(struct json *cause, const struct json *says)
{
    char *wanted =
        mem_printf("%s, as in the baseline: %s", json_get_str(says, "expected", ""), json_get_str(says, "reason", ""));
    json_set_str(cause, "wanted", wanted);
    json_set_str(cause, "seen", result_name(record_says(says)));
    free(wanted);
}

static void set_finding(struct json *cause, const struct item *item)
{
    const struct json *v = item->verdict, *says = v != NULL ? v : item->record;
    bool whole = v == NULL && (record_is(says, RESULT_TROUBLE) || record_is(says, RESULT_UNSTABLE));
    json_set_str(cause, "file", json_get_str(item->record, "file", ""));
    if (json_get_int(v, "line", 0) > 0)
        json_set_int(cause, "line", json_get_int(v, "line", 0));
    if (!whole && json_get(says, "expected") != NULL && (v == NULL || record_is(v, RESULT_PASS))) {
        set_against_baseline(cause, says);
        return;
    }
    json_set_str(cause, "wanted", json_get_str(v, "wanted", ""));
    json_set_str(cause, "seen", seen_of(item));
    if (json_get(v, "because") != NULL)
        json_set_str(cause, "because", json_get_str(v, "because", ""));
}

static struct json *runs_of(const struct group *group, const struct json *records)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < group->run_count; i++) {
        const struct json *record = json_at(records, group->runs[i]);
        struct json *one = json_new_object();
        json_set_int(one, "run", (int64_t)group->runs[i]);
        json_set_str(one, "scenario", json_get_str(record, "scenario", ""));
        json_set_str(one, "case", json_get_str(record, "case", NULL));
        json_push(list, one);
    }
    return list;
}

/* The groups of one cause, the leading one first. */
static struct json *cause_json(const struct group *groups, size_t count, const struct json *records)
{
    const struct item *first = &groups[0].items[0];
    struct json *cause = json_new_object(), *also = json_new_array();
    set_id(cause, first);
    json_set_str(cause, "target", json_get_str(first->record, "target", ""));
    set_sentence(cause, first);
    set_finding(cause, first);
    if (json_count(json_get(first->record, "happened")) > 0)
        json_set_str(cause, "happened", json_as_str(json_at(json_get(first->record, "happened"), 0), ""));
    for (size_t i = 1; i < count; i++) {
        struct json *other = json_new_object();
        set_sentence(other, &groups[i].items[0]);
        json_push(also, other);
    }
    json_set(cause, "also", also);
    json_set(cause, "runs", runs_of(groups, records));
    return cause;
}

static bool has_failure(const struct json *record)
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (record_is(json_at(verdicts, i), RESULT_FAIL) && record_breaks(json_at(verdicts, i)))
            return true;
    return false;
}

/* What could not be checked, in runs that all have a failure: that is why, and the failure is the cause. */
static bool follows(const struct group *group, const struct json *records)
{
    bool all = result_of(group->items) == RESULT_INCONCLUSIVE;
    for (size_t i = 0; i < group->run_count && all; i++)
        all = has_failure(json_at(records, group->runs[i]));
    return all;
}

struct json *causes_of(const struct json *records)
{
    struct work w = {0};
    struct json *causes = json_new_array();
    for (size_t i = 0; i < json_count(records); i++)
        add_run(&w, json_at(records, i), i);
    make_groups(&w);
    if (w.group_count > 0)
        qsort(w.groups, w.group_count, sizeof *w.groups, compare_groups);
    for (size_t i = 0, end; i < w.group_count; i = end) {
        for (end = i + 1; end < w.group_count && is_same_cause(&w.groups[end], &w.groups[i]);)
            end++;
        if (!follows(&w.groups[i], records))
            json_push(causes, cause_json(&w.groups[i], end - i, records));
    }
    for (size_t i = 0; i < w.group_count; i++)
        free(w.groups[i].runs);
    for (size_t i = 0; i < w.count; i++)
        free(w.items[i].key);
    free(w.groups);
    free(w.items);
    return causes;
}

/* ---- in words ---- */

size_t cause_count_runs(const struct json *cause)
{
    return json_count(json_get(cause, "runs"));
}

bool cause_has_run(const struct json *cause, size_t run)
{
    const struct json *runs = json_get(cause, "runs"); /* in rising order */
    size_t low = 0, high = json_count(runs);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (json_get_int(json_at(runs, middle), "run", 0) < (int64_t)run)
            low = middle + 1;
        else
            high = middle;
    }
    return low < json_count(runs) && json_get_int(json_at(runs, low), "run", 0) == (int64_t)run;
}

static int compare_numbers(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* How many runs have at least one of them. */
static size_t count_runs(const struct json *causes)
{
    size_t all = 0, count = 0, different = 0;
    for (size_t i = 0; i < json_count(causes); i++)
        all += cause_count_runs(json_at(causes, i));
    int64_t *runs = mem_alloc((all + 1) * sizeof *runs);
    for (size_t i = 0; i < json_count(causes); i++)
        for (size_t k = 0; k < cause_count_runs(json_at(causes, i)); k++)
            runs[count++] = json_get_int(json_at(json_get(json_at(causes, i), "runs"), k), "run", 0);
    qsort(runs, count, sizeof *runs, compare_numbers);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || runs[i] != runs[i - 1];
    free(runs);
    return different;
}

void causes_add_headline(struct buf *out, const struct json *causes)
{
    size_t count = json_count(causes), runs = count_runs(causes);
    (void)buf_printf(out, "%zu cause%s in %zu run%s", count, count == 1 ? "" : "s", runs, runs == 1 ? "" : "s");
}

static bool is_shown(const struct json *runs, const size_t *shown, size_t count, size_t i, bool another_scenario)
{
    const char *scenario = json_get_str(json_at(runs, i), "scenario", "");
    for (size_t k = 0; k < count; k++)
        if (shown[k] == i ||
            (another_scenario && strcmp(json_get_str(json_at(runs, shown[k]), "scenario", ""), scenario) == 0))
            return true;
    return false;
}

/* Cases of one scenario say less than other scenarios, so they come last. */
static size_t choose_runs(const struct json *runs, size_t shown[CAUSE_RUNS_SHOWN])
{
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < json_count(runs) && count < CAUSE_RUNS_SHOWN; i++)
            if (!is_shown(runs, shown, count, i, pass == 0))
                shown[count++] = i;
    return count;
}

void cause_add_runs(struct buf *out, const struct json *cause)
{
    const struct json *runs = json_get(cause, "runs");
    size_t shown[CAUSE_RUNS_SHOWN], count = choose_runs(runs, shown);
    for (size_t i = 0; i < count; i++) {
        const struct json *run = json_at(runs, shown[i]);
        const char *case_name = json_get_str(run, "case", NULL);
        (void)buf_printf(out, "%s%s", i > 0 ? ", " : "", json_get_str(run, "scenario", ""));
        if (case_name != NULL)
            (void)buf_printf(out, " (%s)", case_name);
    }
    if (json_count(runs) > count)
        (void)buf_printf(out, " and %zu more", json_count(runs) - count);
}
