#include "harness/verbs/comparing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/run.h"
#include "harness/suite/heading.h"
#include "harness/suite/noted.h"
#include "harness/suite/pool.h"
#include "harness/suite/suite.h"
#include "harness/target/fetch.h"
#include "harness/target/names.h"
#include "harness/verbs/offers.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/verbs.h"
#include "lib/base/mem.h"

#define PROBLEMS_MAX ((size_t)1024 * 1024)
#define INTO(member) .offset = offsetof(struct comparing, member)

static bool take_target(void *base, const char *value, struct err *err)
{
    struct comparing *comparing = base;
    if (comparing->target_count == COMPARING_TARGETS_MAX)
        return err_set(err, ERR_TOO_BIG, "more than %d relays", COMPARING_TARGETS_MAX) == ERR_OK;
    comparing->targets[comparing->target_count++] = value;
    return true;
}

const struct cli_option comparing_rows[] = {
    {.name = "target",
     .kind = CLI_TAKE,
     .take = take_target,
     .value = "NAME|DIR",
     .offer = offer_targets,
     .help =
         "a relay to compare; may be repeated. Default: all of fixtures/targets that are built or fetched; of stored "
         "reports, all in them"},
    {.name = "baselines",
     .kind = CLI_TEXT,
     INTO(baselines),
     .value = "DIR",
     .help = "show the reasons of known failures from DIR/TARGET.yaml, such as reports/baseline"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     INTO(jobs),
     .value = "N",
     .min = 1,
     .max = POOL_JOBS_MAX,
     .help = "run N scenarios in parallel (default: the number of CPUs, twice that in lockstep)"},
    {.name = "net",
     .kind = CLI_CHOICE,
     INTO(network),
     .value = "auto|namespace|loopback",
     .help = "the network of a run, as for `relaylab run`"},
    {0}};

/* ---- playing ---- */

static void add_all(struct json *records, const struct json *more)
{
    for (size_t i = 0; i < json_count(more); i++)
        json_push(records, json_dup(json_at(more, i)));
}

static int play_suite(const struct suite_settings *settings, const struct chosen *chosen, struct json *records)
{
    struct suite_result result = {0};
    struct err err = {0};
    int code = EXIT_AS_EXPECTED;
    if (suite_run(settings, chosen, &result, &err) != ERR_OK) {
        fprintf(stderr, "relaylab matrix: %s\n", err.text);
        code = EXIT_TROUBLE;
    } else if (run_interrupted()) {
        fprintf(stderr, "relaylab matrix: interrupted\n");
        code = 128 + run_interrupted();
    } else {
        add_all(records, result.records);
    }
    json_free(result.records);
    return code;
}

/* The verdicts are what the matrix shows: the results of single runs are not printed. */
static int play_prepared(const struct comparing *comparing, const struct suite_settings *base,
                         const struct chosen *chosen, struct json *records)
{
    struct suite_settings settings = *base;
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere == NULL) {
        fprintf(stderr, "relaylab matrix: cannot open /dev/null\n");
        return EXIT_TROUBLE;
    }
    settings.seed = -1;
    settings.repeat = 1;
    settings.jobs = comparing->jobs > 0 ? (unsigned)comparing->jobs : preparing_jobs(settings.target);
    settings.progress = isatty(STDERR_FILENO) ? PROGRESS_ONE_LINE : PROGRESS_LINES;
    settings.terminal = (struct terminal){.out = nowhere, .quiet = true};
    int code = play_suite(&settings, chosen, records);
    (void)fclose(nowhere);
    return code;
}

static int play_target(const struct comparing *comparing, const char *bin, const char *name,
                       const struct chosen *chosen, struct json *records)
{
    struct target *target;
    struct prepared prepared;
    if (preparing_load_target("matrix", name, bin, &target) != ERR_OK)
        return EXIT_BAD_INPUT;
    int code = EXIT_TROUBLE;
    fprintf(stderr, "relaylab matrix: %s\n", target->name);
    if (preparing_ready("matrix", target, bin, comparing->network, &prepared)) {
        struct suite_settings settings = {
            .bin = bin, .target = target, .target_option = name, .network = prepared.network, .root = prepared.root};
        code = play_prepared(comparing, &settings, chosen, records);
    }
    target_free(target);
    return code;
}

/* Whether it can be compared without being named: built here, or fetched. */
static bool is_there(const char *name, const char *bin)
{
    struct buf report;
    struct err err = {0};
    struct target *target = NULL;
    buf_init(&report, PROBLEMS_MAX);
    bool there = target_load(&target, name, bin, &report, &err) == ERR_OK;
    char *version = there && fetch_needed(target) ? fetch_version(target, bin) : NULL;
    there = there && (!fetch_needed(target) || version != NULL);
    free(version);
    target_free(target);
    buf_fini(&report);
    return there;
}

/* Relaylab's own relay comes first, the others in the order of their names. */
static size_t find_targets(const char *bin, const char **found, char ***names, size_t *count)
{
    size_t used = 0;
    *count = target_names(bin, names);
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < *count && used < COMPARING_TARGETS_MAX; i++)
            if ((strcmp((*names)[i], "relay") != 0) == (others == 1) && is_there((*names)[i], bin))
                found[used++] = (*names)[i];
    return used;
}

int comparing_play(const struct comparing *comparing, const char *bin, const struct chosen *chosen,
                   struct json **records)
{
    const char *found[COMPARING_TARGETS_MAX], *const *targets = comparing->targets;
    char **names = NULL;
    size_t name_count = 0, count = comparing->target_count;
    int code = EXIT_AS_EXPECTED;
    if (count == 0) {
        count = find_targets(bin, found, &names, &name_count);
        targets = found;
    }
    *records = json_new_array();
    run_catch_signals();
    for (size_t i = 0; i < count && code < 128; i++) {
        int one = play_target(comparing, bin, targets[i], chosen, *records);
        bool named = comparing->target_count > 0;
        code = one != EXIT_AS_EXPECTED && (named || one > 128) ? one : code;
    }
    if (code == EXIT_AS_EXPECTED && json_count(*records) == 0)
        code = EXIT_TROUBLE;
    target_names_free(names, name_count);
    return code;
}

/* ---- stored records ---- */

int comparing_sift(const struct comparing *comparing, struct json **records)
{
    if (comparing->target_count == 0)
        return EXIT_AS_EXPECTED;
    struct json *kept = json_new_array();
    for (size_t k = 0; k < comparing->target_count; k++)
        for (size_t i = 0; i < json_count(*records); i++)
            if (strcmp(json_get_str(json_at(*records, i), "target", ""), comparing->targets[k]) == 0)
                json_push(kept, json_dup(json_at(*records, i)));
    json_free(*records);
    *records = kept;
    if (json_count(kept) > 0)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "relaylab matrix: no report has a run of these relays\n");
    return EXIT_NOTHING_RAN;
}

/* ---- what else is known ---- */

/* Of the target that the last records were of. */
struct known {
    char *target, *version;
    struct baseline *baseline;
};

static void known_free(struct known *known)
{
    free(known->target);
    free(known->version);
    baseline_free(known->baseline);
    *known = (struct known){0};
}

/* A name from a record: only what names a shipped adapter is looked up. */
static char *version_of(const char *name, const char *bin)
{
    struct buf report;
    struct err err = {0};
    struct target *target = NULL;
    char *version = NULL;
    buf_init(&report, PROBLEMS_MAX);
    if (name[0] != '\0' && strchr(name, '/') == NULL && target_load(&target, name, bin, &report, &err) == ERR_OK &&
        fetch_needed(target))
        version = fetch_version(target, bin);
    target_free(target);
    buf_fini(&report);
    return version;
}

static int open_baseline(const char *folder, const char *name, struct baseline **out)
{
    struct buf problems;
    struct err err = {0};
    if (folder == NULL || strchr(name, '/') != NULL)
        return EXIT_AS_EXPECTED;
    char *path = mem_printf("%s/%s.yaml", folder, name);
    buf_init(&problems, PROBLEMS_MAX);
    int rc = access(path, F_OK) == 0 ? baseline_open(out, path, &problems, &err) : ERR_OK;
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab matrix: %s\n", buf_cstr(&problems), err.text);
    buf_fini(&problems);
    free(path);
    return rc == ERR_OK ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
}

static int learn(struct known *known, const struct comparing *comparing, const char *bin, const char *target)
{
    if (known->target != NULL && strcmp(known->target, target) == 0)
        return EXIT_AS_EXPECTED;
    known_free(known);
    known->target = mem_strdup(target);
    known->version = version_of(target, bin);
    return open_baseline(comparing->baselines, target, &known->baseline);
}

int comparing_note(const struct comparing *comparing, const char *bin, struct json *records, struct json **noted)
{
    struct known known = {0};
    struct json *list = json_new_array();
    int code = EXIT_AS_EXPECTED;
    for (size_t i = 0; i < json_count(records) && code == EXIT_AS_EXPECTED; i++) {
        const struct json *record = json_at(records, i);
        code = learn(&known, comparing, bin, json_get_str(record, "target", ""));
        struct json *one = known.baseline != NULL ? noted_record(record, known.baseline) : json_dup(record);
        if (known.version != NULL)
            heading_add_version(one, known.version);
        json_push(list, one);
    }
    known_free(&known);
    json_free(records);
    *noted = list;
    return code;
}
