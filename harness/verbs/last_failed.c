#include "harness/verbs/last_failed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/report/record/record.h"
#include "harness/report/record/stored.h"
#include "harness/verbs/outputs.h"
#include "lib/base/mem.h"
#include "sim/scenario/loader.h"

static const char path[] = OUTPUTS_LATEST "/report.json";

static const char *target_of(const struct json *record)
{
    return json_get_str(record, "target_option", json_get_str(record, "target", ""));
}

/* As the summary counts them. */
static bool has_failed(const struct json *record)
{
    if (json_get(record, "expected") != NULL)
        return !record_is_known(record) && !record_is(record, RESULT_UNSUPPORTED);
    return record_is(record, RESULT_FAIL) || record_is(record, RESULT_TROUBLE) || record_is(record, RESULT_UNSTABLE);
}

static bool is_one(const struct last_failed *last, const struct json *record)
{
    return has_failed(record) && strcmp(target_of(record), last->target) == 0;
}

static void add_file(struct last_failed *last, const char *file)
{
    for (size_t i = 0; i < last->count; i++)
        if (strcmp(last->files[i], file) == 0)
            return;
    last->files = mem_realloc(last->files, last->count + 1, sizeof *last->files);
    last->files[last->count++] = mem_strdup(file);
}

/* Another target's failures are not this one's: most likely --target was left out. */
static int report_none(const struct last_failed *last, struct err *err)
{
    for (size_t i = 0; i < json_count(last->records); i++) {
        const struct json *record = json_at(last->records, i);
        if (has_failed(record))
            return err_set(err, ERR_NOT_FOUND, "the latest run was of %s: add --target %s to run again what failed",
                           target_of(record), target_of(record));
    }
    return err_set(err, ERR_NOT_FOUND, "nothing failed in the latest run, whose report is %s", path);
}

int last_failed_read(struct last_failed *out, const char *target, struct err *err)
{
    char *paths[] = {mem_strdup(path)};
    *out = (struct last_failed){.target = target};
    int rc = ERR_OK;
    if (access(path, F_OK) != 0)
        rc = err_set(err, ERR_INVALID,
                     "there is no %s: run scenarios here first, without --report, which replaces that report", path);
    if (rc == ERR_OK)
        rc = stored_read(paths, 1, &out->records, err);
    for (size_t i = 0; rc == ERR_OK && i < json_count(out->records); i++)
        if (is_one(out, json_at(out->records, i)))
            add_file(out, json_get_str(json_at(out->records, i), "file", ""));
    if (rc == ERR_OK && out->count == 0)
        rc = report_none(out, err);
    free(paths[0]);
    return rc;
}

void last_failed_free(struct last_failed *last)
{
    for (size_t i = 0; i < last->count; i++)
        free(last->files[i]);
    free(last->files);
    json_free(last->records);
    *last = (struct last_failed){0};
}

static bool is_chosen(const struct last_failed *last, const struct scenario *scenario)
{
    const char *case_name = scenario->case_name != NULL ? scenario->case_name : "";
    for (size_t i = 0; i < json_count(last->records); i++) {
        const struct json *record = json_at(last->records, i);
        if (is_one(last, record) && strcmp(json_get_str(record, "scenario", ""), scenario->id) == 0 &&
            strcmp(json_get_str(record, "case", ""), case_name) == 0)
            return true;
    }
    return false;
}

void last_failed_sift(const struct last_failed *last, struct chosen *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < chosen->count; i++) {
        if (is_chosen(last, chosen->list[i]))
            chosen->list[count++] = chosen->list[i];
        else
            scenario_free(chosen->list[i]);
    }
    chosen->count = count;
}
