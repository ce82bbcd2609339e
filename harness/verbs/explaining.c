#include "harness/verbs/explaining.h"

#include <stdio.h>

#include "harness/suite/trial.h"
#include "harness/verbs/preparing.h"
#include "harness/verbs/verbs.h"
#include "sim/scenario/capability.h"
#include "sim/scenario/loader.h"

#define REPORT_MAX ((size_t)1024 * 1024)

static int load_scenario(const struct explaining *e, const char *path, struct scenario **out)
{
    struct buf report;
    struct err err = {0};
    buf_init(&report, REPORT_MAX);
    int rc = scenario_load_with(out, path, e->case_name, e->settings, e->setting_count, &report, &err);
    if (rc != ERR_OK)
        fprintf(stderr, "%srelaylab %s: %s\n", buf_cstr(&report), e->verb, err.text);
    buf_fini(&report);
    return rc == ERR_OK ? EXIT_AS_EXPECTED : EXIT_BAD_INPUT;
}

static int check_target(const struct explaining *e, const struct scenario *scenario, const struct target *target)
{
    struct buf why;
    struct err err = {0};
    buf_init(&why, TRIAL_OBSTACLE_MAX);
    int code = EXIT_AS_EXPECTED;
    if (trial_obstacle(target, scenario, (uint64_t)scenario->seed, &why, &err) != ERR_OK) {
        fprintf(stderr, "relaylab %s: %s\n", e->verb, err.text);
        code = EXIT_BAD_INPUT;
    } else if (why.len > 0) {
        const char *lacking = target_lacks(target, scenario);
        fprintf(stderr, "relaylab %s: %s cannot play %s%s%s: it %s%s%s%s\n", e->verb, target->name, scenario->id,
                scenario->case_name != NULL ? " --case " : "", scenario->case_name != NULL ? scenario->case_name : "",
                buf_cstr(&why), lacking != NULL ? " (" : "", lacking != NULL ? capability_words(lacking) : "",
                lacking != NULL ? ")" : "");
        code = EXIT_NOTHING_RAN;
    }
    buf_fini(&why);
    return code;
}

static int play_it(const struct explaining *e, const struct scenario *scenario, struct target *target)
{
    struct prepared prepared;
    struct played played;
    struct err err = {0};
    if (!preparing_ready(e->verb, target, e->bin, e->network, &prepared))
        return EXIT_TROUBLE;
    struct run_settings settings = {
        e->bin, target, scenario, (uint64_t)(e->seed >= 0 ? e->seed : scenario->seed), prepared.network, prepared.root};
    run_catch_signals();
    if (play(&settings, &played, &err) != ERR_OK) {
        fprintf(stderr, "relaylab %s: %s: %s\n", e->verb, target->name, err.text);
        return run_interrupted() ? 128 + run_interrupted() : EXIT_TROUBLE;
    }
    struct explained explained = {scenario, target, &played};
    bool shown = e->show(e->arg, &explained);
    played_fini(&played);
    return shown ? EXIT_AS_EXPECTED : EXIT_TROUBLE;
}

int explaining_run(const struct explaining *e, const char *path)
{
    struct scenario *scenario = NULL;
    struct target *target = NULL;
    int code = load_scenario(e, path, &scenario);
    if (code == EXIT_AS_EXPECTED && preparing_load_target(e->verb, e->target, e->bin, &target) != ERR_OK)
        code = EXIT_BAD_INPUT;
    if (code == EXIT_AS_EXPECTED)
        code = check_target(e, scenario, target);
    if (code == EXIT_AS_EXPECTED)
        code = play_it(e, scenario, target);
    target_free(target);
    scenario_free(scenario);
    return code;
}
