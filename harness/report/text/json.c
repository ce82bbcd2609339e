/* json: the records, as they are; over all of them why runs failed, and what the targets did. */
#include "harness/report/record/behaviour_json.h"
#include "harness/report/record/causes.h"
#include "harness/report/list.h"

bool report_json(const struct json *records, struct buf *out)
{
    struct json *all = json_new_object();
    json_set_int(all, "report", 1);
    json_set(all, "causes", causes_of(records));
    json_set(all, "behaviour", behaviour_targets(records));
    json_set(all, "runs", json_dup(records));
    bool good = json_write_pretty(all, out);
    json_free(all);
    return good;
}
