/* attempts: how many rounds, how far apart, when the first and the last (docs/SCENARIOS.md, "What the words count"). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

static int64_t since(const struct rounds_of *of, size_t i)
{
    return of->list[i].open_ns - of->handed_ns;
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

static void want(const struct check_attempts *check, struct finding *out)
{
    const struct window *windows = check->in.items;
    const struct {
        const char *words;
        const struct range *range;
    } parts[] = {{"count", &check->count},
                 {"gaps", &check->gap},
                 {"the first at", &check->first},
                 {"the last at", &check->last}};
    char text[VERDICT_TEXT_MAX] = "";
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].range->set)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s %s", at > 0 ? ", " : "", parts[i].words,
                                   parts[i].range->text);
    for (size_t i = 0; i < check->in.count && at < 400; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%.30s in %.30s", at > 0 ? ", " : "",
                               windows[i].count.text, windows[i].window.text);
    finding_want(out, "%s", text);
}

static bool judge_one(const struct check_attempts *check, const struct rounds_of *of, struct finding *out)
{
    bool good = range_fits(&check->count, (int64_t)of->count);
    if (check->count.set)
        finding_set(out, good ? HOLDS : BROKEN, "%zu", of->count);
    return good && (!check->gap.set || gaps_fit(of, &check->gap, out)) &&
           (!check->first.set || instant_fits(of, 0, &check->first, out)) &&
           (!check->last.set || instant_fits(of, of->count - 1, &check->last, out)) && windows_fit(of, &check->in, out);
}

/*
 * Attempts that may have been those of another message: what holds, or is broken, with and without all of them, is so.
 * Sets the finding when the two differ.
 */
static bool rests_on_a_guess(const struct check_attempts *check, const struct rounds_of *of, struct finding *out)
{
    struct finding without = {.at = SIZE_MAX};
    struct rounds_of certain = *of;
    certain.list = mem_zalloc((of->count + 1) * sizeof *certain.list);
    certain.count = 0;
    for (size_t i = 0; i < of->count; i++)
        if (of->list[i].shared_by == 0)
            certain.list[certain.count++] = of->list[i];
    (void)judge_one(check, &certain, &without);
    free(certain.list);
    bool guess = certain.count < of->count && without.result != out->result;
    if (guess)
        finding_set(out, NOT_CHECKED, "%zu of %zu attempts may be those of other messages to the same host",
                    of->count - certain.count, of->count);
    return guess;
}

/* One recipient of one submission; false when the check is broken there, or cannot tell. */
static bool one(const struct facts *facts, const struct check_attempts *check, const struct rounds_of *of,
                struct finding *out)
{
    bool good = judge_one(check, of, out);
    if (rests_on_a_guess(check, of, out))
        return false;
    if ((good && of->count > 0) || of->submitted_ns != INT64_MAX)
        return good;
    finding_not_taken(out, facts, of->submission->id, of->submission->n); /* who does not take it need not try again */
    return false;
}

void check_attempts(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_attempts *check = &expect->attempts;
    const struct rounds_of *of;
    want(check, out);
    for (size_t i = 0; (of = rounds_at(facts->rounds, i)) != NULL; i++)
        if (strcmp(of->submission->id, check->of) == 0 && globs_fit(&check->to, of->rcpt) &&
            !one(facts, check, of, out))
            return;
}
