#include "harness/verbs/summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "harness/report/record/causes.h"
#include "harness/report/terminal/terminal_causes.h"
#include "harness/verbs/verbs.h"
#include "lib/base/duration.h"

#define MS_UP_TO_NS (10 * NS_PER_S) /* a longer run is shown in seconds */

static void print_counts(const struct suite_result *result, const struct terminal *terminal)
{
    FILE *out = terminal->out;
    fprintf(out, "%u passed, %u failed, ", result->as_expected - result->known, result->not_as_expected);
    if (result->known > 0)
        fprintf(out, "%u known, ", result->known);
    fprintf(out, "%u unsupported", result->unsupported);
    if (result->troubled > 0)
        fprintf(out, ", %u could not run", result->troubled);
    if (result->untried > 0)
        fprintf(out, ", %u not tried", result->untried);
    if (result->warned > 0)
        fprintf(out, "; %u with warnings%s", result->warned, terminal->verbose ? "" : ", which -v shows");
    (void)fputc('\n', out);
}

/* "75d14h of mail in 49 s" */
static void print_time(const struct suite_result *result, FILE *out)
{
    char length[DURATION_TEXT_MAX];
    int64_t virtual_s = 0;
    for (size_t i = 0; i < json_count(result->records); i++)
        virtual_s += json_get(json_at(result->records, i), "verdicts") != NULL
                         ? json_get_int(json_at(result->records, i), "virtual_s", 0)
                         : 0;
    if (virtual_s == 0)
        return;
    fprintf(out, "%s of mail in ", duration_rough(virtual_s * NS_PER_S, length));
    if (result->real_ns < MS_UP_TO_NS)
        fprintf(out, "%" PRId64 " ms\n", result->real_ns / NS_PER_MS);
    else
        fprintf(out, "%" PRId64 " s\n", result->real_ns / NS_PER_S);
}

int summary_print(const struct suite_result *result, const struct terminal *terminal, const char *rerun)
{
    FILE *out = terminal->out;
    struct json *causes = causes_of(result->records);
    if (json_count(result->records) > 1)
        terminal_causes(terminal, causes);
    json_free(causes);
    print_counts(result, terminal);
    print_time(result, out);
    if (rerun != NULL && result->not_as_expected + result->troubled > 0 && json_count(result->records) > 1)
        fprintf(out, "rerun what failed: %s\n", rerun);
    (void)fflush(out);
    if (result->troubled > 0)
        return EXIT_TROUBLE;
    if (result->not_as_expected > 0)
        return EXIT_NOT_AS_EXPECTED;
    return result->as_expected > 0 ? EXIT_AS_EXPECTED : EXIT_NOTHING_RAN;
}
