#include "harness/suite/suite.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/report/record/record.h"
#include "harness/suite/agreement.h"
#include "harness/suite/known.h"
#include "harness/suite/pool.h"
#include "harness/suite/starts.h"
#include "harness/suite/trial.h"
#include "lib/base/mem.h"

/* A scenario and what its seeds have given so far. */
struct entry {
    const struct scenario *scenario;
    uint64_t seed;
    unsigned seeds;
    struct seed_tallies tallies;
    struct json *unexpected; /* the record of the first of the other seeds that is not as expected */
    char *odd_text;
    struct json *known;   /* what the seeds gave that is as a baseline says */
    struct json *measure; /* the first record that came: the others' verdicts must be the same */
    char *differs;        /* how one was not */
};

struct piece {
    struct entry *entry;
    uint64_t seed;
    enum trial_role role;
};

struct suite {
    const struct suite_settings *settings;
    struct entry *entries;
    size_t entry_count;
    struct piece *pieces;
    size_t piece_count;
    struct progress progress;
    struct starts starts;
    struct suite_result *out;
};

/* ---- the work ---- */

static void add_piece(struct suite *s, struct entry *entry, uint64_t seed, enum trial_role role)
{
    s->pieces = mem_realloc(s->pieces, s->piece_count + 1, sizeof *s->pieces);
    s->pieces[s->piece_count++] = (struct piece){entry, seed, role};
}

/* What over_seeds counts needs as many as the scenario says, whatever the command line asks for. */
static unsigned seeds_of(const struct suite_settings *settings, const struct scenario *scenario)
{
    int64_t own = scenario->seeds > 1 ? scenario->seeds : 1;
    if (settings->seeds > 0)
        return (unsigned)(settings->seeds > 1 && own > settings->seeds ? own : settings->seeds);
    return (unsigned)(settings->seed < 0 ? own : 1);
}

static void add_entry(struct suite *s, const struct scenario *scenario)
{
    bool own = s->settings->seed < 0;
    struct entry *entry = &s->entries[s->entry_count++];
    *entry = (struct entry){.scenario = scenario,
                            .seed = (uint64_t)(own ? scenario->seed : s->settings->seed),
                            .seeds = seeds_of(s->settings, scenario),
                            .known = json_new_array()};
    seed_tallies_init(&entry->tallies, scenario);
    for (unsigned i = 1; i < entry->seeds; i++)
        add_piece(s, entry, entry->seed + i, TRIAL_ONE_OF_MANY);
    add_piece(s, entry, entry->seed, entry->seeds > 1 ? TRIAL_OVER_ALL : TRIAL_ALONE);
}

static bool waits(const void *ctx, size_t i)
{
    return ((const struct suite *)ctx)->pieces[i].role == TRIAL_OVER_ALL;
}

/* Seeds of the command line must agree, so a failure does not end them; a difference does. */
static bool is_decided(const struct suite *s, const struct entry *entry)
{
    return s->settings->seeds > 1 ? entry->differs != NULL : entry->unexpected != NULL;
}

/* What another seed has decided needs no more runs, and neither does a target that does not start. */
static bool needed(const void *ctx, size_t i)
{
    const struct suite *s = ctx;
    return !s->starts.stopped && !is_decided(s, s->pieces[i].entry);
}

/* In a worker. */
static int work(void *ctx, size_t i, FILE *out, struct err *err)
{
    const struct suite *s = ctx;
    struct piece piece = s->pieces[i];
    struct seed_tallies own;
    seed_tallies_init(&own, piece.entry->scenario);
    struct trial trial = {.settings = s->settings,
                          .scenario = piece.entry->scenario,
                          .seed = piece.seed,
                          .role = piece.role,
                          .tallies = piece.role == TRIAL_OVER_ALL ? &piece.entry->tallies : &own};
    int rc = trial_run(&trial, out, err);
    seed_tallies_fini(&own);
    return rc;
}

/* ---- results ---- */

static bool has_verdict(const struct json *record, bool (*fits)(const struct json *verdict))
{
    const struct json *verdicts = json_get(record, "verdicts");
    for (size_t i = 0; i < json_count(verdicts); i++)
        if (fits(json_at(verdicts, i)))
            return true;
    return false;
}

static bool is_known_failure(const struct json *verdict)
{
    return record_is_known(verdict) && !record_is(verdict, RESULT_PASS);
}

static bool is_warning(const struct json *verdict)
{
    return record_is(verdict, RESULT_WARN) && !record_is_known(verdict);
}

static void count_as_expected(struct suite_result *out, const struct json *record)
{
    out->as_expected++;
    out->known += record_is_known(record) || has_verdict(record, is_known_failure);
    out->warned += has_verdict(record, is_warning);
}

static void count(struct suite_result *out, const struct json *record)
{
    if (json_get(record, "expected") != NULL ? record_is_known(record) : record_is(record, RESULT_PASS))
        count_as_expected(out, record);
    else if (record_is(record, RESULT_UNSUPPORTED))
        out->unsupported++;
    else if (record_is(record, RESULT_TROUBLE))
        out->troubled++;
    else
        out->not_as_expected++;
}

/* A worker that ended unexpectedly is a fault of the harness, and does not affect other results. */
static void record_problem(struct suite *s, const struct piece *piece, const char *problem, struct trial_result *out)
{
    struct run run = {.state = RUN_TROUBLE};
    (void)snprintf(run.what, sizeof run.what, "%s", problem);
    struct run_result result = {.scenario = piece->entry->scenario,
                                .target = s->settings->target,
                                .target_option = s->settings->target_option,
                                .seed = piece->seed,
                                .run = &run};
    progress_clear(&s->progress);
    terminal_result(&s->settings->terminal, &result);
    *out = (struct trial_result){.record = record_result(&result), .start = starts_way_of_problem(problem)};
}

static void compare(struct suite *s, struct entry *entry, const struct json *record)
{
    if (s->settings->seeds < 2 || record == NULL || entry->differs != NULL)
        return;
    if (entry->measure == NULL)
        entry->measure = json_dup(record);
    else
        entry->differs = agreement_break(record, entry->measure);
}

static void take_other(struct entry *entry, struct json *record, struct slice text)
{
    if (record != NULL && !record_is(record, RESULT_PASS) && entry->unexpected == NULL) {
        entry->unexpected = record;
        entry->odd_text = slice_dup(text);
    } else {
        json_free(record);
    }
}

static void mark_unstable(const struct suite *s, const struct entry *entry, struct json *record)
{
    char name[256];
    record_set_result(record, RESULT_UNSTABLE, entry->differs);
    fprintf(s->settings->terminal.out, "FAIL  %s  unstable: %s\n", terminal_name(entry->scenario, name, sizeof name),
            entry->differs);
}

/* What a baseline expects of the run as a whole. */
static void mark_expected(const struct suite *s, struct json *record)
{
    char key[RECORD_KEY_MAX];
    const struct baseline *baseline = s->settings->baseline;
    record_key(key, json_get_str(record, "scenario", ""), json_get_str(record, "case", NULL), NULL);
    const struct baseline_entry *entry = baseline != NULL ? baseline_find(baseline, key) : NULL;
    if (entry != NULL)
        record_expect(record, entry->verdict, entry->reason);
}

static void push_record(struct suite *s, struct json *record)
{
    if (s->settings->heading != NULL)
        json_set(record, "suite", json_dup(s->settings->heading));
    json_push(s->out->records, record);
}

/* A failure decides the scenario's result, one of the first seed before one of the others. */
static void take_last(struct suite *s, const struct entry *entry, struct json *record, struct slice text)
{
    bool take_unexpected = entry->unexpected != NULL && (record == NULL || record_is(record, RESULT_PASS));
    struct json *chosen = json_dup(take_unexpected ? entry->unexpected : record);
    json_free(record);
    if (chosen == NULL)
        return; /* interrupted */
    if (take_unexpected)
        text = slice_cstr(entry->odd_text);
    if (text.len > 0)
        progress_clear(&s->progress);
    (void)fwrite(text.ptr, 1, text.len, s->settings->terminal.out);
    known_add_to(chosen, entry->known);
    if (entry->differs != NULL)
        mark_unstable(s, entry, chosen);
    mark_expected(s, chosen);
    count(s->out, chosen);
    push_record(s, chosen);
    (void)fflush(s->settings->terminal.out);
}

/* ---- a target that does not start ---- */

/* An unsupported scenario says nothing about the target's start, nor does one that did not run. */
static void note_start(struct suite *s, const struct trial_result *result)
{
    if (result->record != NULL && !record_is(result->record, RESULT_UNSUPPORTED))
        starts_take(&s->starts, result->start);
}

/* The log's end is shown for the first of several runs that end the same way. Caller frees. */
static char *words_of_another(const struct suite *s, const struct entry *entry, size_t *len)
{
    char *text = NULL;
    struct terminal terminal = s->settings->terminal;
    terminal.out = open_memstream(&text, len);
    terminal_same_trouble(&terminal, entry->scenario, s->settings->target);
    (void)fclose(terminal.out);
    return text;
}

/* The suite has stopped: a run that was under way has no result, whatever it found. */
static void take_untried(struct suite *s, const struct piece *piece)
{
    char *why;
    if (piece->role == TRIAL_ONE_OF_MANY)
        return;
    if (piece->entry->unexpected != NULL) {
        take_last(s, piece->entry, NULL, (struct slice){0});
        return;
    }
    why = starts_words(&s->starts, s->settings->target->name);
    push_record(s, record_untried(piece->entry->scenario, s->settings->target, why));
    s->out->untried++;
    free(why);
}

/* Prints that the suite has stopped, and what may help, also after a single start or two. */
static void print_stop(const struct suite *s)
{
    FILE *out = s->settings->terminal.out;
    const char *hint = s->starts.some ? NULL : starts_hint(&s->starts);
    char *words = starts_words(&s->starts, s->settings->target->name);
    if (s->starts.stopped && s->out->untried > 0)
        fprintf(out, "\n%s, so the other %u were not tried.\n", words, s->out->untried);
    else if (s->starts.stopped)
        fprintf(out, "\n%s.\n", words);
    if (hint != NULL)
        fprintf(out, "  hint: %s\n", hint);
    free(words);
}

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* ---- one piece after the other ---- */

static void take_result(struct suite *s, const struct piece *piece, struct trial_result *result)
{
    char *same = NULL;
    if (!is_decided(s, piece->entry)) { /* seeds after the one that decided may have run, or not */
        known_collect(piece->entry->known, result->record);
        note_start(s, result);
    }
    if (result->start != NULL && s->starts.alike > 1) {
        size_t len;
        same = words_of_another(s, piece->entry, &len);
        result->text = slice_make(same, len);
        if (piece->entry->odd_text != NULL && piece->role != TRIAL_ONE_OF_MANY) /* another seed was the first */
            result->text = slice_cstr(piece->entry->odd_text);
    }
    compare(s, piece->entry, result->record);
    if (piece->role == TRIAL_ONE_OF_MANY)
        take_other(piece->entry, result->record, result->text);
    else
        take_last(s, piece->entry, result->record, result->text);
    json_free(result->start);
    free(same);
}

static int take(void *ctx, size_t i, struct slice text, const char *problem, struct err *err)
{
    struct suite *s = ctx;
    const struct piece *piece = &s->pieces[i];
    struct trial_result result = {0};
    (void)err;
    if (s->starts.stopped) {
        take_untried(s, piece);
        return ERR_OK;
    }
    if (problem != NULL)
        record_problem(s, piece, problem, &result);
    else
        (void)trial_read(text, &piece->entry->tallies, &result); /* else it was not needed, or interrupted */
    take_result(s, piece, &result);
    return ERR_OK;
}

/* Counts what the summary counts: scenarios and cases, not seeds. */
static void tick(void *ctx, size_t finished)
{
    struct suite *s = ctx;
    (void)finished;
    progress_show(&s->progress, json_count(s->out->records), s->out->not_as_expected + s->out->troubled, now_ns());
}

int suite_run(const struct suite_settings *settings, const struct chosen *chosen, struct suite_result *out,
              struct err *err)
{
    struct suite s = {.settings = settings, .out = out};
    *out = (struct suite_result){.records = json_new_array()};
    s.entries = mem_zalloc((chosen->count + 1) * sizeof *s.entries);
    for (size_t i = 0; i < chosen->count; i++)
        add_entry(&s, chosen->list[i]);
    struct pool_work pool = {.ctx = &s,
                             .count = s.piece_count,
                             .jobs = settings->jobs,
                             .work = work,
                             .take = take,
                             .waits = waits,
                             .needed = needed,
                             .tick = tick};
    int64_t began_ns = now_ns();
    progress_begin(&s.progress, s.entry_count > 1 ? settings->progress : PROGRESS_NONE, s.entry_count, stderr,
                   began_ns);
    int rc = pool_run(&pool, err);
    out->real_ns = now_ns() - began_ns;
    progress_clear(&s.progress);
    out->stopped = s.starts.stopped;
    if (rc == ERR_OK && !run_interrupted())
        print_stop(&s);
    starts_fini(&s.starts);
    for (size_t i = 0; i < s.entry_count; i++) {
        seed_tallies_fini(&s.entries[i].tallies);
        json_free(s.entries[i].unexpected);
        free(s.entries[i].odd_text);
        json_free(s.entries[i].known);
        json_free(s.entries[i].measure);
        free(s.entries[i].differs);
    }
    free(s.entries);
    free(s.pieces);
    return rc;
}
