#include "harness/verbs/summary.h"

#include <stdio.h>

#include "harness/verbs/verbs.h"

int summary_print(const struct suite_result *result, FILE *out)
{
    fprintf(out, "%u as expected, %u not, %u unsupported", result->as_expected, result->not_as_expected,
            result->unsupported);
    if (result->troubled > 0)
        fprintf(out, ", %u could not run", result->troubled);
    if (result->untried > 0)
        fprintf(out, ", %u not tried", result->untried);
    if (result->known > 0)
        fprintf(out, "; %u as the baseline says, with failures", result->known);
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
