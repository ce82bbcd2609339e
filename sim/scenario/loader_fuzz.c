/* Any text as a scenario: valid, or errors with their positions; memory and time stay bounded. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/scenario/loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scenario *scenario = NULL;
    struct buf report;
    struct err err = {0};
    buf_init(&report, 1024 * 1024);
    int rc = scenario_load_text(&scenario, "fuzz.yaml", slice_make(data, size), NULL, &report, &err);
    rl_assert((rc == ERR_OK) == (scenario != NULL));
    rl_assert(rc == ERR_OK || report.len > 0 || err.text[0] != '\0');
    scenario_free(scenario);
    buf_fini(&report);
    return 0;
}
