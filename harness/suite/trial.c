#include "harness/suite/trial.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/record/record.h"
#include "harness/run/folder.h"
#include "harness/suite/repeat.h"
#include "harness/suite/starts.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "sim/scenario/name.h"

#define RECORD_MAX   ((size_t)64 * 1024 * 1024)
#define OBSTACLE_MAX (TRIAL_OBSTACLE_MAX / 2)

static bool read_trace(struct run *run, struct trace_log *log)
{
    struct err err = {0};
    char *path = mem_printf("%s/trace.jsonl", run->folder);
    int rc = trace_read(log, path, &err);
    free(path);
    if (rc == ERR_OK)
        return true;
    run->state = RUN_TROUBLE;
    (void)snprintf(run->what, sizeof run->what, "%s", err.text);
    return false;
}

/* The record of the run; terminal NULL: nothing is printed. */
static struct json *tell(const struct trial *t, const struct terminal *terminal, const struct run *run,
                         const struct facts *facts, const struct judgement *judgement)
{
    struct run_result result = {.scenario = t->scenario,
                                .target = t->settings->target,
                                .target_option = t->settings->target_option,
                                .seed = t->seed,
                                .run = run,
                                .facts = facts,
                                .judgement = judgement};
    if (terminal != NULL)
        terminal_result(terminal, &result);
    return record_result(&result);
}

/* terminal NULL: a repetition, which is not printed, and does not count among the seeds. */
static struct json *judge_run(const struct trial *t, const struct terminal *terminal, struct run *run)
{
    struct trace_log log;
    struct facts facts;
    struct judgement judgement;
    if (run->state != RUN_PLAYED || !read_trace(run, &log))
        return tell(t, terminal, run, NULL, NULL);
    if (terminal != NULL)
        seed_tallies_add(t->tallies, &log);
    facts_make(&facts, t->scenario, &log);
    facts.tallies = t->role == TRIAL_OVER_ALL ? t->tallies : NULL;
    facts.unlisted = t->settings->target->queue.count == 0;
    facts.never_bounces = !target_can(t->settings->target, "bounces");
    judge(&facts, t->settings->target, &judgement);
    if (t->settings->strict)
        judgement_make_strict(&judgement);
    if (t->settings->baseline != NULL)
        baseline_mark(t->settings->baseline, t->scenario, t->role != TRIAL_ALONE, &judgement);
    struct json *record = tell(t, terminal, run, &facts, &judgement);
    judgement_fini(&judgement);
    facts_fini(&facts);
    trace_log_fini(&log);
    return record;
}

/* ---- what is kept ---- */

static int keep_folder(const struct trial *t, const char *folder, const char *suffix, struct err *err)
{
    const char *case_name = t->scenario->case_name;
    rl_assert(name_is_path(t->scenario->id) && (case_name == NULL || name_is_good(case_name)));
    char *to = mem_printf("%s/%s%s%s%s", t->settings->keep, t->scenario->id, case_name != NULL ? "." : "",
                          case_name != NULL ? case_name : "", suffix);
    int rc = folder_copy(folder, to, err);
    free(to);
    return rc;
}

/* The run that represents the scenario; of the other seeds, what is not as expected. */
static int keep_run(const struct trial *t, const struct run *run, const struct json *record, struct err *err)
{
    char suffix[32] = "";
    if (t->settings->keep == NULL || (t->role == TRIAL_ONE_OF_MANY && record_is(record, RESULT_PASS)))
        return ERR_OK;
    if (t->role == TRIAL_ONE_OF_MANY)
        (void)snprintf(suffix, sizeof suffix, ".seed-%" PRIu64, t->seed);
    return keep_folder(t, run->folder, suffix, err);
}

/* ---- repetitions ---- */

static char *trace_differs(const struct run *first, const struct run *again)
{
    char *a = mem_printf("%s/trace.jsonl", first->folder), *b = mem_printf("%s/trace.jsonl", again->folder);
    char *differ = repeat_traces_differ(a, b);
    free(a);
    free(b);
    return differ;
}

static char *behaviour_differs(const struct trial *t, const struct json *first, struct run *again)
{
    struct json *record = judge_run(t, NULL, again);
    char *differ = repeat_records_differ(first, record);
    json_free(record);
    return differ;
}

/* Reports a target that did not get through; a run that the harness could not play says nothing about the target. */
static char *run_differs(const struct trial *t, const struct run *first, const struct json *record, struct run *again)
{
    if (again->state == RUN_TARGET_TROUBLE)
        return mem_printf("trouble: %s", again->what);
    return t->settings->target->clock == TARGET_TOLERANT ? behaviour_differs(t, record, again)
                                                         : trace_differs(first, again);
}

/* What differs is worse than any verdict. */
static void tell_difference(const struct trial *t, const struct terminal *terminal, unsigned number, const char *differ,
                            struct json *record)
{
    char name[256], *message = mem_printf("run %u of one seed has %s", number, differ);
    fprintf(terminal->out, "FAIL  %s  unstable: %s%s\n", terminal_name(t->scenario, name, sizeof name), message,
            t->settings->keep == NULL ? "; --keep DIR keeps both runs" : "");
    record_set_result(record, RESULT_UNSTABLE, message);
    free(message);
}

/* Runs once more, and compares. */
static int repeat(const struct trial *t, const struct run_settings *settings, const struct run *first, unsigned number,
                  const struct terminal *terminal, struct json **record, struct err *err)
{
    struct run again;
    char *differ = NULL;
    int rc = run_once(settings, &again, err);
    if (rc != ERR_OK)
        return rc;
    if (again.state == RUN_TROUBLE) {
        json_free(*record);
        *record = judge_run(t, terminal, &again);
    } else if (!run_interrupted()) {
        differ = run_differs(t, first, *record, &again);
    }
    if (differ != NULL) {
        tell_difference(t, terminal, number, differ, *record);
        if (t->settings->keep != NULL)
            rc = keep_folder(t, again.folder, ".other", err);
    }
    free(differ);
    run_fini(&again);
    return rc;
}

/* ---- the whole ---- */

static bool ended(const struct json *record)
{
    return record_is(record, RESULT_UNSTABLE) || record_is(record, RESULT_TROUBLE);
}

static int play(const struct trial *t, const struct terminal *terminal, struct json **record, struct json **start,
                struct err *err)
{
    struct run_settings settings = {t->settings->bin, t->settings->target,  t->scenario,
                                    t->seed,          t->settings->network, t->settings->root};
    struct run run;
    int rc = run_once(&settings, &run, err);
    if (rc != ERR_OK || run.state == RUN_INTERRUPTED) {
        run_fini(&run);
        return rc;
    }
    *record = judge_run(t, terminal, &run);
    *start = starts_way(&run);
    unsigned runs = t->role == TRIAL_ONE_OF_MANY || run.state != RUN_PLAYED ? 1 : t->settings->repeat;
    for (unsigned i = 2; i <= runs && rc == ERR_OK && !run_interrupted() && !ended(*record); i++)
        rc = repeat(t, &settings, &run, i, terminal, record, err);
    if (rc == ERR_OK && !run_interrupted())
        rc = keep_run(t, &run, *record, err);
    run_fini(&run);
    return rc;
}

int trial_obstacle(const struct target *target, const struct scenario *scenario, uint64_t seed, struct buf *why,
                   struct err *err)
{
    struct buf missing;
    const char *lacks = target_lacks(target, scenario);
    if (lacks != NULL) {
        (void)buf_printf(why, "lacks %s", lacks);
        return ERR_OK;
    }
    buf_init(&missing, OBSTACLE_MAX);
    int rc = target_missing_settings(target, scenario, seed, &missing, err);
    if (rc == ERR_OK && missing.len > 0)
        (void)buf_printf(why, "lacks a setting for %s", buf_cstr(&missing));
    buf_fini(&missing);
    return rc;
}

static int find_out(const struct trial *t, const struct terminal *terminal, struct json **record, struct json **start,
                    struct err *err)
{
    const struct target *target = t->settings->target;
    struct buf why;
    buf_init(&why, TRIAL_OBSTACLE_MAX);
    int rc = trial_obstacle(target, t->scenario, t->seed, &why, err);
    if (rc == ERR_OK && why.len == 0) {
        rc = play(t, terminal, record, start, err);
    } else if (rc == ERR_OK) {
        terminal_unsupported(terminal, t->scenario, target, buf_cstr(&why));
        *record = record_unsupported(t->scenario, target, buf_cstr(&why));
    }
    buf_fini(&why);
    return rc;
}

/* Takes ownership of record and start. */
static void write_result(const struct trial *t, struct json *record, struct json *start, struct slice text, FILE *out)
{
    struct json *head = json_new_object();
    struct buf line;
    buf_init(&line, RECORD_MAX);
    json_set(head, "record", record);
    json_set(head, "tallies", seed_tallies_json(t->tallies));
    if (start != NULL)
        json_set(head, "start", start);
    (void)json_write(head, &line);
    json_free(head);
    (void)fwrite(line.data, 1, line.len, out);
    (void)fputc('\n', out);
    (void)fwrite(text.ptr, 1, text.len, out);
    buf_fini(&line);
}

int trial_run(const struct trial *t, FILE *out, struct err *err)
{
    char *text = NULL;
    size_t len = 0;
    struct json *record = NULL, *start = NULL;
    struct terminal terminal = t->settings->terminal;
    terminal.out = open_memstream(&text, &len);
    int rc = find_out(t, &terminal, &record, &start, err);
    (void)fclose(terminal.out);
    if (rc == ERR_OK && record != NULL && !run_interrupted()) {
        write_result(t, record, start, slice_make(text, len), out);
    } else {
        json_free(record);
        json_free(start);
    }
    free(text);
    return rc;
}

bool trial_read(struct slice result, struct seed_tallies *tallies, struct trial_result *out)
{
    struct json *head;
    struct slice line = slice_cut(&result, '\n');
    if (line.len == 0 || json_parse(line, &head, NULL) != ERR_OK)
        return false;
    seed_tallies_add_json(tallies, json_get(head, "tallies"));
    *out = (struct trial_result){json_dup(json_get(head, "record")), json_dup(json_get(head, "start")), result};
    json_free(head);
    return true;
}
