#include "harness/verbs/choosing.h"

#include "harness/verbs/offers.h"
#include "harness/verbs/verbs.h"

static bool take_shard(void *base, const char *value, struct err *err)
{
    return choice_take_shard(base, value, err);
}

const struct cli_option choosing_rows[] = {
    {.name = "case",
     .kind = CLI_TEXT,
     .offset = offsetof(struct choice, case_name),
     .value = "NAME",
     .help = "choose only this case of the scenarios that have it"},
    {.name = "tag",
     .kind = CLI_TEXT,
     .offset = offsetof(struct choice, tag),
     .value = "TAG",
     .offer = offer_tags,
     .help = "choose only scenarios with this tag"},
    {.name = "spec",
     .kind = CLI_TEXT,
     .offset = offsetof(struct choice, spec),
     .value = "CLAUSE",
     .help =
         "choose only scenarios that cite this clause or one below it: `RFC5321#4.5` (or `RFC5321 §4.5`) also chooses "
         "`RFC5321#4.5.4.1`"},
    {.name = "shard",
     .kind = CLI_TAKE,
     .take = take_shard,
     .value = "I/N",
     .help = "run the I-th of N parts; the scenarios' ids determine the parts (default: from TEST_SHARD_INDEX and "
             "TEST_TOTAL_SHARDS, or CI_NODE_INDEX and CI_NODE_TOTAL)"},
    {0}};

static int report_none(const char *verb, const struct choice *choice)
{
    fprintf(stderr, "relaylab %s: no scenario matches", verb);
    const char *between = "";
    if (choice->tag != NULL) {
        fprintf(stderr, " tag `%s`", choice->tag);
        between = ",";
    }
    if (choice->spec != NULL) {
        fprintf(stderr, "%s clause `%s`", between, choice->spec);
        between = ",";
    }
    if (choice->of_count > 0)
        fprintf(stderr, "%s shard %d of %d", between, (int)choice->shard, (int)choice->of_count);
    (void)fputc('\n', stderr);
    return EXIT_NOTHING_RAN;
}

int choosing_load(const char *verb, const char *bin, struct choice *choice, char **args, int arg_count, bool warnings,
                  struct chosen *out)
{
    struct scenario_files files;
    struct err err = {0};
    *out = (struct chosen){0};
    if (!choice_take_environment(choice, &err) ||
        scenario_files_find(bin, args, (size_t)arg_count, &files, &err) != ERR_OK) {
        fprintf(stderr, "relaylab %s: %s\n", verb, err.text);
        return EXIT_BAD_INPUT;
    }
    bool good = choice_load(choice, &files, stderr, warnings, out);
    scenario_files_free(&files);
    if (!good)
        return EXIT_BAD_INPUT;
    return out->count > 0 ? EXIT_AS_EXPECTED : report_none(verb, choice);
}
