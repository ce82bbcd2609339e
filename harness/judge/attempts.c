/* attempts: how many rounds, how far apart, when the first and the last (docs/SCENARIOS.md, "What the words count"). */
#include <stdlib.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "lib/base/duration.h"
#include "lib/base/mem.h"

static int64_t since(const struct rounds_of *of, size_t i)
{
    return of->list[i].open_ns - of->handed_ns;
}

static int64_t gap_before(const struct rounds_of *of, size_t i)
{
    return of->list[i].open_ns - of->list[i - 1].open_ns;
}

static void note_bad_gap(const struct rounds_of *of, size_t i, const struct range *gap, struct finding *out)
{
    char length[DURATION_TEXT_MAX];
    bool both = strstr(gap->text, "..") != NULL;
    (void)finding_because(out, "the wait between attempts %zu and %zu is %s, %s %s%s", i, i + 1,
                          duration_format(gap_before(of, i), length),
                          !both                          ? "not"
                          : gap_before(of, i) < gap->min ? "sooner than the"
                                                         : "later than the",
                          limit_words(gap), both ? " asked for" : "");
}

static bool gaps_fit(const struct rounds_of *of, const struct range *gap, struct finding *out)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
    int64_t min = INT64_MAX, max = INT64_MIN;
    bool good = true;
    if (of->count < 2) {
        finding_set(out, CANNOT_TELL, "%s",
                    of->count == 0 ? "no attempt" : "only one attempt, so no wait can be measured");
        return false;
    }
    for (size_t i = 1; i < of->count; i++) {
        int64_t n = gap_before(of, i);
        min = n < min ? n : min;
        max = n > max ? n : max;
        if (!range_fits(gap, n))
            note_bad_gap(of, i, gap, out);
        good = good && range_fits(gap, n);
    }
    if (min == max)
        finding_set(out, good ? HOLDS : BROKEN, "%s", duration_format(min, least));
    else
        finding_set(out, good ? HOLDS : BROKEN, "%s to %s", duration_format(min, least), duration_format(max, most));
    return good;
}

static bool windows_fit(const struct rounds_of *of, const struct yaml_list *windows, struct finding *out)
{
    char number[RANGE_WORDS_MAX];
    for (size_t w = 0; w < windows->count; w++) {
        const struct window *window = &((const struct window *)windows->items)[w];
        int64_t count = 0;
        for (size_t i = 0; i < of->count; i++)
            count += range_fits(&window->window, since(of, i));
        bool good = range_fits(&window->count, count);
        finding_set(out, good ? HOLDS : BROKEN, "%s in %s", number_words(number, count, "attempt", "attempts"),
                    window->window.text);
        if (!good)
            return finding_because(out, "the number of attempts in %s is not %s", window->window.text,
                                   limit_words(&window->count));
    }
    return true;
}

/* which: "first" or "last". */
static bool instant_fits(const struct rounds_of *of, size_t i, const char *which, const struct range *range,
                         struct finding *out)
{
    char clock[DURATION_TEXT_MAX];
    bool good = of->count > 0 && range_fits(range, since(of, i));
    if (of->count == 0)
        finding_set(out, BROKEN, "no attempt");
    else
        finding_set(out, good ? HOLDS : BROKEN, "the %s attempt after %s", which, duration_clock(since(of, i), clock));
    return good || finding_because(out,
                                   of->count == 0 ? "there is no %s attempt, which should come after %s"
                                                  : "the %s attempt does not come after %s",
                                   which, limit_words(range));
}

/* All conditions of the check. */
static void want(const struct check_attempts *check, const char *to, struct finding *out)
{
    const struct window *windows = check->in.items;
    char count[RANGE_WORDS_MAX];
    finding_want(out, "%s for %s",
                 check->count.set ? range_words(count, &check->count, "attempt", "attempts") : "attempts", to);
    if (check->gap.set)
        finding_want_also(out, ", %s from one to the next", limit_words(&check->gap));
    if (check->first.set)
        finding_want_also(out, ", the first after %s", limit_words(&check->first));
    if (check->last.set)
        finding_want_also(out, ", the last after %s", limit_words(&check->last));
    for (size_t i = 0; i < check->in.count; i++)
        finding_want_also(out, ", %s in %s", limit_words(&windows[i].count), windows[i].window.text);
}

static bool count_fits(const struct rounds_of *of, const struct range *range, struct finding *out)
{
    char number[RANGE_WORDS_MAX];
    bool good = range_fits(range, (int64_t)of->count);
    if (range->set)
        finding_set(out, good ? HOLDS : BROKEN, "%s", number_words(number, (int64_t)of->count, "attempt", "attempts"));
    return good || finding_because(out, "the number of attempts is not %s", limit_words(range));
}

static bool judge_one(const struct check_attempts *check, const struct rounds_of *of, struct finding *out)
{
    return count_fits(of, &check->count, out) && (!check->gap.set || gaps_fit(of, &check->gap, out)) &&
           (!check->first.set || instant_fits(of, 0, "first", &check->first, out)) &&
           (!check->last.set || instant_fits(of, of->count - 1, "last", &check->last, out)) &&
           windows_fit(of, &check->in, out);
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

/* One recipient of one submission; false when the check fails there, or cannot be decided. */
static bool one(const struct facts *facts, const struct check_attempts *check, const struct rounds_of *of,
                struct finding *out)
{
    want(check, of->rcpt, out);
    bool good = judge_one(check, of, out);
    if (rests_on_a_guess(check, of, out))
        return false;
    if ((good && of->count > 0) || of->submitted_ns != INT64_MAX)
        return good;
    /* A target that refuses it need not try again. */
    finding_not_taken(out, facts, of->submission->id, of->submission->n);
    return false;
}

void judge_attempts(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_attempts *check = expect->check;
    const struct rounds_of *of;
    want(check, "every recipient", out);
    for (size_t i = 0; (of = rounds_at(facts->rounds, i)) != NULL; i++)
        if (strcmp(of->submission->id, check->of) == 0 && globs_fit(&check->to, of->rcpt) &&
            !one(facts, check, of, out))
            return;
}
