/* attempts: how many rounds, how far apart, when the first and the last (docs/SCENARIOS.md, "What the words count"). */
#include <inttypes.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"

static int64_t since(const struct rounds_of *of, size_t i)
{
    return of->list[i].open_ns - of->submitted_ns;
}

static bool gaps_fit(const struct rounds_of *of, const struct range *gap, struct finding *out)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
    int64_t min = INT64_MAX, max = INT64_MIN;
    bool good = true;
    for (size_t i = 1; i < of->count; i++) {
        int64_t n = of->list[i].open_ns - of->list[i - 1].open_ns;
        min = n < min ? n : min;
        max = n > max ? n : max;
        good = good && range_fits(gap, n);
    }
    if (of->count < 2)
        finding_set(out, CANNOT_TELL, "%s, so no gap", of->count == 0 ? "no attempt" : "one attempt");
    else if (min == max)
        finding_set(out, good ? HOLDS : BROKEN, "%s", duration_format(min, least));
    else
        finding_set(out, good ? HOLDS : BROKEN, "from %s to %s", duration_format(min, least),
                    duration_format(max, most));
    return good && of->count >= 2;
}

static bool windows_fit(const struct rounds_of *of, const struct yaml_list *windows, struct finding *out)
{
    for (size_t w = 0; w < windows->count; w++) {
        const struct window *window = &((const struct window *)windows->items)[w];
        int64_t count = 0;
        for (size_t i = 0; i < of->count; i++)
            count += range_fits(&window->window, since(of, i));
        bool good = range_fits(&window->count, count);
        finding_set(out, good ? HOLDS : BROKEN, "%" PRId64 " in %s", count, window->window.text);
        if (!good)
            return false;
    }
    return true;
}

static bool instant_fits(const struct rounds_of *of, size_t i, const struct range *range, struct finding *out)
{
    char clock[DURATION_TEXT_MAX];
    bool good = of->count > 0 && range_fits(range, since(of, i));
    if (of->count == 0)
        finding_set(out, BROKEN, "no attempt");
    else
        finding_set(out, good ? HOLDS : BROKEN, "%s", duration_clock(since(of, i), clock));
    return good;
}

void check_attempts(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_attempts *check = &expect->attempts;
    const struct rounds_of *of = rounds_get(facts->rounds, check->of, 1, check->to);
    if (of == NULL || facts_submitted_ns(facts, check->of, 1) == INT64_MAX) {
        finding_set(out, CANNOT_TELL, "the target did not take %s for delivery", check->of);
        return;
    }
    if (check->count.set) {
        bool good = range_fits(&check->count, (int64_t)of->count);
        finding_want(out, "%s attempts", check->count.text);
        finding_set(out, good ? HOLDS : BROKEN, "%zu", of->count);
        if (!good)
            return;
    }
    if (check->gap.set) {
        finding_want(out, "gaps of %s", check->gap.text);
        if (!gaps_fit(of, &check->gap, out))
            return;
    }
    if (check->first.set) {
        finding_want(out, "the first at %s", check->first.text);
        if (!instant_fits(of, 0, &check->first, out))
            return;
    }
    if (check->last.set) {
        finding_want(out, "the last at %s", check->last.text);
        if (!instant_fits(of, of->count - 1, &check->last, out))
            return;
    }
    for (size_t w = 0; w < check->in.count && w < 1; w++)
        finding_want(out, "%s in %s%s", ((const struct window *)check->in.items)[w].count.text,
                     ((const struct window *)check->in.items)[w].window.text, check->in.count > 1 ? ", …" : "");
    (void)windows_fit(of, &check->in, out);
}
