#include "harness/judge/over_seeds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/pattern.h"
#include "lib/base/mem.h"

void seed_tallies_init(struct seed_tallies *tallies, const struct scenario *scenario)
{
    *tallies = (struct seed_tallies){mem_zalloc((scenario->expect_count + 1) * sizeof *tallies->list), 0};
    for (size_t i = 0; i < scenario->expect_count; i++)
        if (scenario->expects[i].kind == CHECK_OVER_SEEDS)
            tallies->list[tallies->count++].expect = &scenario->expects[i];
}

void seed_tallies_fini(struct seed_tallies *tallies)
{
    free(tallies->list);
    *tallies = (struct seed_tallies){0};
}

static void add_one(struct seed_tally *tally, const struct json *event)
{
    const struct check_over_seeds *check = tally->expect->check;
    const char *value = trace_str(event, check->by, "");
    tally->total++;
    for (size_t i = 0; i < check->among.count && i < OVER_SEEDS_VALUES; i++)
        tally->counts[i] += strcmp(((const char **)check->among.items)[i], value) == 0;
}

void seed_tallies_add(struct seed_tallies *tallies, const struct trace_log *log)
{
    for (size_t i = 0; i < tallies->count; i++) {
        const struct check_over_seeds *check = tallies->list[i].expect->check;
        tallies->list[i].runs++;
        for (size_t k = 0; k < log->count; k++)
            if (pattern_fits(&check->pattern, &log->events[k]))
                add_one(&tallies->list[i], log->events[k].json);
    }
}

struct json *seed_tallies_json(const struct seed_tallies *tallies)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < tallies->count; i++) {
        struct json *one = json_new_object(), *counts = json_new_array();
        for (size_t k = 0; k < OVER_SEEDS_VALUES; k++)
            json_push(counts, json_new_int((int64_t)tallies->list[i].counts[k]));
        json_set_int(one, "runs", tallies->list[i].runs);
        json_set_int(one, "total", (int64_t)tallies->list[i].total);
        json_set(one, "counts", counts);
        json_push(list, one);
    }
    return list;
}

void seed_tallies_add_json(struct seed_tallies *tallies, const struct json *json)
{
    for (size_t i = 0; i < tallies->count && i < json_count(json); i++) {
        const struct json *one = json_at(json, i), *counts = json_get(one, "counts");
        tallies->list[i].runs += (unsigned)json_get_int(one, "runs", 0);
        tallies->list[i].total += (uint64_t)json_get_int(one, "total", 0);
        for (size_t k = 0; k < OVER_SEEDS_VALUES; k++)
            tallies->list[i].counts[k] += (uint64_t)json_as_int(json_at(counts, k), 0);
    }
}

static void want(const struct check_over_seeds *check, struct finding *out)
{
    char words[PATTERN_WORDS_MAX];
    finding_want(out, "each %s to get %s of the events %s: ", trace_field_rows[check->by].name,
                 limit_words(&check->each), pattern_words(words, &check->pattern));
    for (size_t i = 0; i < check->among.count; i++)
        finding_want_also(out, "%s%s", i > 0 ? ", " : "", ((const char **)check->among.items)[i]);
}

void judge_over_seeds(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    const struct check_over_seeds *check = expect->check;
    const struct seed_tally *tally = NULL;
    for (size_t i = 0; facts->tallies != NULL && i < facts->tallies->count; i++)
        if (facts->tallies->list[i].expect == expect)
            tally = &facts->tallies->list[i];
    want(check, out);
    if (tally == NULL || tally->runs < 2 || tally->total == 0) {
        finding_set(out, CANNOT_TELL,
                    tally == NULL || tally->runs < 2 ? "one seed shows nothing; run with --seeds"
                                                     : "there was no such event");
        return;
    }
    bool good = true;
    size_t at = 0;
    char text[VERDICT_TEXT_MAX / 2] = "";
    for (size_t i = 0; i < check->among.count && at + 64 < sizeof text; i++) {
        int64_t percent = (int64_t)(tally->counts[i] * 100 / tally->total);
        if (!range_fits(&check->each, percent)) {
            good = false;
            (void)finding_because(out, "the share of %.100s is %" PRId64 " %%, not %s",
                                  ((const char **)check->among.items)[i], percent, limit_words(&check->each));
        }
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%.40s %" PRId64 " %%", i > 0 ? ", " : "",
                               ((const char **)check->among.items)[i], percent);
    }
    finding_set(out, good ? HOLDS : BROKEN, "%s (of %" PRIu64 ", %u seeds)", text, tally->total, tally->runs);
}
