/* Any message that a target may send: read as a report, without end of it and within bounds. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "sim/mx/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report report;
    report_read(slice_make(data, size), &report);
    struct json *names = report_words_name(&report);
    report_add_words(&report, names);
    json_free(names);
    rl_assert(json_count(report.recipients) <= REPORT_RECIPIENTS_MAX && report.text.len <= REPORT_TEXT_MAX);
    report_fini(&report);
    return 0;
}
