#include "harness/suite/noted.h"

#include "harness/report/record/record.h"

static void note(struct json *run_or_verdict, const struct baseline *baseline, const char *key)
{
    const struct baseline_entry *entry = baseline_find(baseline, key);
    if (entry != NULL)
        record_expect(run_or_verdict, entry->verdict, entry->reason);
}

struct json *noted_record(const struct json *record, const struct baseline *baseline)
{
    char key[RECORD_KEY_MAX];
    const char *scenario = json_get_str(record, "scenario", ""), *case_name = json_get_str(record, "case", NULL);
    const struct json *verdicts = json_get(record, "verdicts");
    struct json *noted = json_dup(record), *list = json_new_array();
    record_key(key, scenario, case_name, NULL);
    note(noted, baseline, key);
    for (size_t i = 0; i < json_count(verdicts); i++) {
        struct json *one = json_dup(json_at(verdicts, i));
        record_key(key, scenario, case_name, json_get_str(one, "id", ""));
        note(one, baseline, key);
        json_push(list, one);
    }
    if (verdicts != NULL)
        json_set(noted, "verdicts", list);
    else
        json_free(list);
    return noted;
}
