#include "harness/suite/difference.h"

#include <stdlib.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "lib/base/mem.h"

struct search {
    const struct baseline *baseline;
    const struct json *records;
    const struct difference_reach *reach;
    bool *met; /* entry by entry: whether a record mentions it */
    struct differences *out;
};

static struct difference *add(struct search *s, enum difference_kind kind, const char *key,
                              const struct baseline_entry *entry)
{
    s->out->list = mem_realloc(s->out->list, s->out->count + 1, sizeof *s->out->list);
    struct difference *one = &s->out->list[s->out->count++];
    *one = (struct difference){
        .kind = kind, .entry = entry, .is = RESULT_UNKNOWN, .level = "", .sentence = "", .seen = ""};
    (void)snprintf(one->key, sizeof one->key, "%s", key);
    return one;
}

/* ---- verdicts ---- */

static void compare(struct search *s, const char *key, enum result is, const struct json *says)
{
    const struct baseline_entry *entry = baseline_find(s->baseline, key);
    if (entry != NULL)
        s->met[entry - s->baseline->entries] = true;
    if (entry != NULL ? entry->verdict == is : !result_needs_entry(is))
        return;
    bool pass = entry != NULL && is == RESULT_PASS;
    struct difference *one = add(s,
                                 entry == NULL ? DIFFERENCE_NEW
                                 : pass        ? DIFFERENCE_PASS
                                               : DIFFERENCE_CHANGED,
                                 key, entry);
    one->is = is;
    one->level = json_get_str(says, "level", "");
    one->sentence = json_get_str(says, "sentence", json_get_str(says, "title", ""));
    one->seen = json_get_str(says, "seen", json_get_str(says, "what", ""));
}

static unsigned badness(enum result verdict)
{
    return verdict == RESULT_FAIL ? 3 : verdict == RESULT_INCONCLUSIVE ? 2 : result_needs_entry(verdict);
}

/* Of several verdicts with one id the worst counts; of equals the first. */
static bool speaks(const struct json *verdicts, size_t i)
{
    const struct json *one = json_at(verdicts, i);
    unsigned bad = badness(record_says(one));
    for (size_t k = 0; k < json_count(verdicts); k++) {
        const struct json *other = json_at(verdicts, k);
        unsigned other_bad = badness(record_says(other));
        if (k != i && strcmp(json_get_str(one, "id", ""), json_get_str(other, "id", "")) == 0 &&
            (other_bad > bad || (other_bad == bad && k < i)))
            return false;
    }
    return true;
}

static void compare_run(struct search *s, const struct json *record)
{
    const char *scenario = json_get_str(record, "scenario", ""), *case_name = json_get_str(record, "case", NULL);
    enum result result = record_says(record);
    const struct json *verdicts = json_get(record, "verdicts");
    char key[RECORD_KEY_MAX];
    bool whole = result != RESULT_PASS && result != RESULT_FAIL;
    record_key(key, scenario, case_name, NULL);
    compare(s, key, whole ? result : RESULT_PASS, record);
    for (size_t i = 0; i < json_count(verdicts); i++) {
        if (!speaks(verdicts, i))
            continue;
        record_key(key, scenario, case_name, json_get_str(json_at(verdicts, i), "id", ""));
        compare(s, key, record_says(json_at(verdicts, i)), json_at(verdicts, i));
    }
}

/* ---- what is not there ---- */

/* The record of an entry's run; NULL when there is none. */
static const struct json *run_of(const struct search *s, const char *key)
{
    size_t len = strcspn(key, "#");
    for (size_t i = 0; i < json_count(s->records); i++) {
        char run[RECORD_KEY_MAX];
        const struct json *record = json_at(s->records, i);
        record_key(run, json_get_str(record, "scenario", ""), json_get_str(record, "case", NULL), NULL);
        if (strlen(run) == len && strncmp(run, key, len) == 0)
            return record;
    }
    return NULL;
}

/* A run that was not judged says nothing of its expectations. */
static bool has_vanished(const struct search *s, const struct baseline_entry *entry)
{
    const struct json *record = run_of(s, entry->key);
    if (record != NULL)
        return json_get(record, "verdicts") != NULL;
    return s->reach == NULL || s->reach->covers(s->reach->ctx, entry->key, strcspn(entry->key, "(#"));
}

void differences_find(const struct baseline *baseline, const struct json *records, const struct difference_reach *reach,
                      struct differences *out)
{
    struct search s = {baseline, records, reach, mem_zalloc(baseline->count + 1), out};
    *out = (struct differences){0};
    for (size_t i = 0; i < json_count(records); i++)
        compare_run(&s, json_at(records, i));
    for (size_t i = 0; i < baseline->count; i++)
        if (!s.met[i] && has_vanished(&s, &baseline->entries[i]))
            (void)add(&s, DIFFERENCE_VANISHED, baseline->entries[i].key, &baseline->entries[i]);
    free(s.met);
}

void differences_free(struct differences *differences)
{
    free(differences->list);
    *differences = (struct differences){0};
}

/* ---- words ---- */

static void print_one(const struct difference *d, const char *path, FILE *out)
{
    unsigned line = d->entry != NULL ? d->entry->at.line : 0;
    switch (d->kind) {
    case DIFFERENCE_NEW:
        fprintf(out, "  new        %s: %s%s%s%s%s\n", d->key, result_name(d->is), d->level[0] != '\0' ? " " : "",
                d->level, d->seen[0] != '\0' ? "; got " : "", d->seen);
        break;
    case DIFFERENCE_PASS:
        fprintf(out, "  passes     %s: %s:%u says %s; it passes now\n", d->key, path, line,
                result_name(d->entry->verdict));
        break;
    case DIFFERENCE_CHANGED:
        fprintf(out, "  changed    %s: %s:%u says %s, and it is %s\n", d->key, path, line,
                result_name(d->entry->verdict), result_name(d->is));
        break;
    case DIFFERENCE_VANISHED:
        fprintf(out, "  vanished   %s: %s:%u has an entry, but the run has no such verdict\n", d->key, path, line);
        break;
    }
}

static bool is_trouble(const struct difference *d)
{
    return d->kind != DIFFERENCE_VANISHED && d->is == RESULT_TROUBLE;
}

/* A run that could not be played must be repaired, not added to the baseline. */
static void print_offer(const struct differences *differences, FILE *out)
{
    size_t troubled = 0;
    for (size_t i = 0; i < differences->count; i++)
        troubled += is_trouble(&differences->list[i]);
    if (troubled > 0)
        fprintf(out, "  %zu run%s could not be played: find out why before you update the baseline.\n", troubled,
                troubled == 1 ? "" : "s");
    else if (differences->count > 0)
        fprintf(out, "  To accept these differences, run again with --update-baseline (and --reason TEXT where entries "
                     "are new).\n");
}

void differences_print(const struct differences *differences, const char *path, FILE *out)
{
    fprintf(out, "%zu difference%s from the baseline %s\n", differences->count, differences->count == 1 ? "" : "s",
            path);
    for (size_t i = 0; i < differences->count; i++)
        print_one(&differences->list[i], path, out);
    print_offer(differences, out);
}
