#include "harness/verbs/offers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/suite/choice.h"
#include "harness/target/names.h"
#include "lib/base/mem.h"

bool verb_find_bin(char bin[PATH_MAX])
{
    ssize_t len = readlink("/proc/self/exe", bin, PATH_MAX - 1);
    if (len <= 0)
        return false;
    bin[len] = '\0';
    char *slash = strrchr(bin, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static void offer(struct buf *out, const char *word)
{
    (void)buf_printf(out, "%s\n", word);
}

void offer_scenarios(struct buf *out)
{
    char bin[PATH_MAX];
    struct scenario_files ids;
    struct err err;
    if (!verb_find_bin(bin) || scenario_files_find_ids(bin, &ids, &err) != ERR_OK)
        return;
    for (size_t i = 0; i < ids.count; i++)
        offer(out, ids.paths[i]);
    scenario_files_free(&ids);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void offer_tags_of(const struct chosen *chosen, struct buf *out)
{
    const char **tags = NULL;
    size_t count = 0;
    for (size_t i = 0; i < chosen->count; i++)
        for (size_t k = 0; k < chosen->list[i]->tags.count; k++) {
            tags = mem_realloc(tags, count + 1, sizeof *tags);
            tags[count++] = ((const char **)chosen->list[i]->tags.items)[k];
        }
    if (count > 0)
        qsort(tags, count, sizeof *tags, compare_words);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(tags[i - 1], tags[i]) != 0)
            offer(out, tags[i]);
    free(tags);
}

/* Those of scenarios without errors: what is wrong with others is not the time to say. */
void offer_tags(struct buf *out)
{
    char bin[PATH_MAX];
    struct scenario_files files;
    struct choice all = {0};
    struct chosen chosen = {0};
    struct err err;
    if (!verb_find_bin(bin) || scenario_files_find(bin, NULL, 0, &files, &err) != ERR_OK)
        return;
    if (choice_load(&all, &files, stderr, false, &chosen))
        offer_tags_of(&chosen, out);
    chosen_free(&chosen);
    scenario_files_free(&files);
}

void offer_targets(struct buf *out)
{
    char bin[PATH_MAX], **names = NULL;
    size_t count = verb_find_bin(bin) ? target_names(bin, &names) : 0;
    for (size_t i = 0; i < count; i++)
        offer(out, names[i]);
    target_names_free(names, count);
}
