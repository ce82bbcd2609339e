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
    {.name = "lesson",
     .kind = CLI_NUMBER,
     .offset = offsetof(struct choice, lesson),
     .value = "N",
     .min = 1,
     .max = TEACH_LESSONS,
     .help = "choose only scenarios of this lesson of the course (`relaylab course`)"},
    {.name = "level",
     .kind = CLI_CHOICE,
     .offset = offsetof(struct choice, level),
     .value = "intro|core|expert",
     .help = "choose only scenarios of this level"},
    {.name = "shard",
     .kind = CLI_TAKE,
     .take = take_shard,
     .value = "I/N",
     .help = "run the I-th of N parts; the scenarios' ids determine the parts (default: from TEST_SHARD_INDEX and "
             "TEST_TOTAL_SHARDS, or CI_NODE_INDEX and CI_NODE_TOTAL)"},
    {0}};

static int report_none(const char *verb, const struct choice *choice)
{
    struct buf words;
    buf_init(&words, 1024);
    if (choice->tag != NULL)
        (void)buf_printf(&words, ", tag `%s`", choice->tag);
    if (choice->spec != NULL)
        (void)buf_printf(&words, ", clause `%s`", choice->spec);
    if (choice->lesson > 0)
        (void)buf_printf(&words, ", lesson %d", (int)choice->lesson);
    if (choice->level != NULL)
        (void)buf_printf(&words, ", level %s", choice->level);
    if (choice->of_count > 0)
        (void)buf_printf(&words, ", shard %d of %d", (int)choice->shard, (int)choice->of_count);
    fprintf(stderr, "relaylab %s: no scenario matches%s\n", verb, words.len > 0 ? buf_cstr(&words) + 1 : "");
    buf_fini(&words);
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
