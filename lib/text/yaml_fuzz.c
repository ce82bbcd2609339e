/* Any bytes as a YAML file: a tree within its limits, or problems with places. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "lib/text/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct yaml_doc doc;
    struct buf report;
    buf_init(&report, 1024 * 1024);
    int rc = yaml_open_text(&doc, "fuzz.yaml", slice_make(data, size), NULL);
    rl_assert((rc == ERR_OK) == (doc.root != NULL));
    rl_assert(rc == ERR_OK || doc.problem_count > 0 || size > YAML_FILE_MAX);
    yaml_report(&doc, &report);
    yaml_close(&doc);
    buf_fini(&report);
    return 0;
}
