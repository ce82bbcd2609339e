#include "harness/report/record/stored.h"

#include <string.h>

#include "harness/report/record/record.h"
#include "lib/io/file.h"

#define RUNS_MAX 10000 /* each is compared with all others */

static bool same_text(const struct json *a, const struct json *b, const char *key)
{
    return strcmp(json_get_str(a, key, ""), json_get_str(b, key, "")) == 0;
}

static bool has_run(const struct json *records, const struct json *record)
{
    for (size_t i = 0; i < json_count(records); i++) {
        const struct json *other = json_at(records, i);
        if (same_text(other, record, "scenario") && same_text(other, record, "case") &&
            same_text(other, record, "target"))
            return true;
    }
    return false;
}

static int add_runs(struct json *records, const struct json *report, const char *path, struct err *err)
{
    const struct json *runs = json_get(report, "runs");
    if (json_get_int(report, "report", 0) != 1 || !json_is_list(runs))
        return err_set(err, ERR_INVALID, "%s is not a report of relaylab (`--report json=FILE` writes them)", path);
    if (json_count(records) + json_count(runs) > RUNS_MAX)
        return err_set(err, ERR_TOO_BIG, "%s: more than %d runs in all", path, RUNS_MAX);
    for (size_t i = 0; i < json_count(runs); i++) {
        const struct json *record = json_at(runs, i);
        if (!json_is_map(record) || json_get_str(record, "scenario", NULL) == NULL)
            return err_set(err, ERR_INVALID, "%s: run %zu names no scenario", path, i + 1);
        if (has_run(records, record))
            return err_set(err, ERR_INVALID, "%s: %s is in another of these reports too", path,
                           json_get_str(record, "scenario", ""));
        json_push(records, json_dup(record));
    }
    return ERR_OK;
}

static int add_file(struct json *records, const char *path, struct err *err)
{
    struct buf text;
    struct json *report = NULL;
    buf_init(&text, REPORT_BYTES_MAX);
    int rc = file_read(path, &text, err);
    if (rc == ERR_OK) {
        rc = json_parse(buf_slice(&text), &report, err);
        if (rc != ERR_OK)
            (void)err_prefix(err, "%s", path);
    }
    if (rc == ERR_OK)
        rc = add_runs(records, report, path, err);
    json_free(report);
    buf_fini(&text);
    return rc;
}

int stored_read(char *const *paths, size_t count, struct json **records, struct err *err)
{
    struct json *all = json_new_array();
    int rc = ERR_OK;
    for (size_t i = 0; i < count && rc == ERR_OK; i++)
        rc = add_file(all, paths[i], err);
    if (rc == ERR_OK)
        *records = all;
    else
        json_free(all);
    return rc;
}
