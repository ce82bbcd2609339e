/* json: the records, as they are, and what the targets did over all of them. */
#include "harness/report/record/behaviour_json.h"
#include "harness/report/list.h"

bool report_json(const struct json *records, struct buf *out)
{
    struct json *all = json_new_object();
    json_set_int(all, "report", 1);
    json_set(all, "behaviour", behaviour_targets(records));
    json_set(all, "runs", json_dup(records));
    bool good = json_write_pretty(all, out);
    json_free(all);
    return good;
}
