#include "harness/report/matrix/cell.h"

#include <string.h>

#include "harness/report/matrix/row.h"
#include "harness/report/record/record.h"

const struct tone_words tones[TONE_COUNT] = {
#define X(constant, name, mark, words) [TONE_##constant] = {name, mark, words},
    TONES(X)
#undef X
};

static enum tone tone_of(const struct json *record)
{
    if (record == NULL || record_is(record, RESULT_UNSUPPORTED) || record_is(record, RESULT_UNTRIED))
        return TONE_NONE;
    if (record_is(record, RESULT_TROUBLE))
        return record_has_crashed(record) ? TONE_BAD : TONE_NONE;
    if (record_count(record, RESULT_FAIL) > 0)
        return TONE_BAD;
    bool whole = !record_is(record, RESULT_UNSTABLE) && record_count(record, RESULT_INCONCLUSIVE) == 0;
    return whole && record_count(record, RESULT_WARN) == 0 ? TONE_GOOD : TONE_LATER;
}

/* "5 pass, 1 warn": a count of zero is left out. */
static void add_verdicts(struct buf *out, const struct json *record)
{
    static const enum result kinds[] = {RESULT_FAIL, RESULT_INCONCLUSIVE, RESULT_WARN,       RESULT_PASS,
                                        RESULT_NOTE, RESULT_UNSUPPORTED,  RESULT_NOT_CHECKED};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        unsigned n = record_count(record, kinds[i]);
        if (n > 0)
            (void)buf_printf(out, "%s%u %s", out->len > 0 ? ", " : "", n, result_name(kinds[i]));
    }
}

/* The first sentence of the worst kind, and how many more are broken. */
static void add_broken(struct buf *out, const struct json *record)
{
    static const enum result kinds[] = {RESULT_FAIL, RESULT_WARN, RESULT_INCONCLUSIVE};
    const struct json *verdicts = json_get(record, "verdicts"), *first = NULL;
    unsigned count = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t i = 0; i < json_count(verdicts); i++) {
            if (!record_is(json_at(verdicts, i), kinds[k]))
                continue;
            first = first != NULL ? first : json_at(verdicts, i);
            count++;
        }
    if (first == NULL)
        return;
    (void)buf_printf(out, "%s: %s", record_is(first, RESULT_INCONCLUSIVE) ? "could not be checked" : "broken",
                     json_get_str(first, "sentence", ""));
    if (count > 1)
        (void)buf_printf(out, ", and %u more", count - 1);
}

/* Of a run without verdicts. "the target lacks auth" is "lacks auth". */
static void add_obstacle(struct cell *cell, const struct json *record)
{
    static const char target[] = "the target ";
    const char *what = json_get_str(record, "what", "");
    if (record_is(record, RESULT_UNSUPPORTED) && strncmp(what, target, sizeof target - 1) == 0)
        what += sizeof target - 1;
    if (record_has_crashed(record))
        what += strcspn(what, " ") + strspn(what + strcspn(what, " "), " ");
    (void)buf_add_cstr(&cell->words, record_has_crashed(record) ? "crashes" : result_words(record_says(record)));
    (void)buf_add_cstr(&cell->more, what);
}

void cell_make(struct cell *cell, const struct row *row, const struct json *record)
{
    *cell = (struct cell){.record = record, .tone = tone_of(record)};
    struct buf *const texts[] = {&cell->words, &cell->more, &cell->broken, &cell->verdicts, &cell->time};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        buf_init(texts[i], CELL_TEXT_MAX);
    if (record == NULL) {
        (void)buf_add_cstr(&cell->words, "not run");
        return;
    }
    if (json_count(json_get(record, "verdicts")) == 0) {
        add_obstacle(cell, record);
        return;
    }
    add_verdicts(&cell->verdicts, record);
    add_broken(&cell->broken, record);
    words_time(record, &cell->time);
    if (row != NULL)
        row->extract(record, row->about, cell);
    if (cell->words.len == 0)
        (void)buf_add_slice(&cell->words, buf_slice(&cell->verdicts));
}

void cell_free(struct cell *cell)
{
    struct buf *const texts[] = {&cell->words, &cell->more, &cell->broken, &cell->verdicts, &cell->time};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        buf_fini(texts[i]);
}
