#include "harness/suite/choice.h"

#include <stdlib.h>

#include "lib/base/mem.h"
#include "sim/scenario/loader.h"

#define PROBLEMS_MAX ((size_t)1024 * 1024)

struct loading {
    const struct choice *choice;
    struct chosen *out;
    FILE *problems;
    bool warnings;
    struct buf report;
};

static bool load_case(struct loading *l, const char *path, const char *case_name)
{
    struct err err = {0};
    struct scenario *one;
    buf_reset(&l->report);
    int rc = scenario_load(&one, path, case_name, &l->report, &err);
    if (rc != ERR_OK || l->warnings)
        fprintf(l->problems, "%s", buf_cstr(&l->report));
    if (rc != ERR_OK) {
        fprintf(l->problems, "relaylab: %s\n", err.text);
        return false;
    }
    l->out->list = mem_realloc(l->out->list, l->out->count + 1, sizeof(struct scenario *));
    l->out->list[l->out->count++] = one;
    return true;
}

static bool load_file(struct loading *l, const char *path)
{
    size_t at = l->out->count;
    if (!load_case(l, path, l->choice->case_name))
        return false;
    const struct scenario *first = l->out->list[at];
    bool good = true;
    for (size_t k = 1; l->choice->case_name == NULL && k < first->case_count; k++)
        good = load_case(l, path, first->cases[k].name) && good;
    return good;
}

bool choice_load(const struct choice *choice, const struct scenario_files *files, FILE *problems, bool warnings,
                 struct chosen *out)
{
    struct loading l = {.choice = choice, .out = out, .problems = problems, .warnings = warnings};
    bool good = true;
    *out = (struct chosen){0};
    buf_init(&l.report, PROBLEMS_MAX);
    for (size_t i = 0; i < files->count; i++)
        good = load_file(&l, files->paths[i]) && good;
    buf_fini(&l.report);
    return good;
}

void chosen_free(struct chosen *chosen)
{
    for (size_t i = 0; i < chosen->count; i++)
        scenario_free(chosen->list[i]);
    free(chosen->list);
    *chosen = (struct chosen){0};
}
