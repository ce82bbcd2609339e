#include "harness/verbs/summary.h"

#include <stdio.h>

#include "harness/verbs/verbs.h"

int summary_print(const struct suite_result *result, FILE *out)
{
    fprintf(out, "%u passed, %u failed, ", result->as_expected - result->known, result->not_as_expected);
    if (result->known > 0)
        fprintf(out, "%u known, ", result->known);
    fprintf(out, "%u unsupported", result->unsupported);
    if (result->troubled > 0)
        fprintf(out, ", %u could not run", result->troubled);
    if (result->untried > 0)
        fprintf(out, ", %u not tried", result->untried);
    if (result->warned > 0)
        fprintf(out, "; %u with warnings", result->warned);
    (void)fputc('\n', out);
    (void)fflush(out);
    if (result->troubled > 0)
        return EXIT_TROUBLE;
    if (result->not_as_expected > 0)
        return EXIT_NOT_AS_EXPECTED;
    return result->as_expected > 0 ? EXIT_AS_EXPECTED : EXIT_NOTHING_RAN;
}
