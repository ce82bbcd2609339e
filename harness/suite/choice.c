#include "harness/suite/choice.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "sim/scenario/loader.h"

#define PROBLEMS_MAX ((size_t)1024 * 1024)
#define SHARDS_MAX   10000

/* ---- shards ---- */

static bool take_number(const char *text, int64_t max, int64_t *out)
{
    uint64_t n;
    if (!slice_to_u64(slice_cstr(text), (uint64_t)max, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

static bool is_shard(int64_t shard, int64_t of_count)
{
    return shard >= 1 && shard <= of_count;
}

bool choice_take_shard(struct choice *choice, const char *text, struct err *err)
{
    struct slice rest = slice_cstr(text);
    char *first = slice_dup(slice_cut(&rest, '/'));
    int64_t shard = 0, of_count = 0;
    bool good = take_number(first, SHARDS_MAX, &shard) && take_number(rest.ptr, SHARDS_MAX, &of_count) &&
                is_shard(shard, of_count);
    free(first);
    if (!good)
        return err_set(err, ERR_INVALID,
                       "`%s` is not a shard; expected I/N, such as --shard 2/5 for the second of five", text) == ERR_OK;
    choice->shard = shard;
    choice->of_count = of_count;
    return true;
}

bool choice_take_environment(struct choice *choice, struct err *err)
{
    static const struct {
        const char *index, *count;
        int first; /* the number of the first shard */
    } systems[] = {{"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0}, {"CI_NODE_INDEX", "CI_NODE_TOTAL", 1}};
    for (size_t i = 0; i < sizeof systems / sizeof systems[0] && choice->of_count == 0; i++) {
        const char *index = getenv(systems[i].index), *count = getenv(systems[i].count);
        int64_t shard = 0, of_count = 0;
        if (index == NULL || count == NULL)
            continue;
        if (!take_number(index, SHARDS_MAX, &shard) || !take_number(count, SHARDS_MAX, &of_count) ||
            !is_shard(shard + 1 - systems[i].first, of_count))
            return err_set(err, ERR_INVALID, "%s=%s with %s=%s is not a shard; unset them, or pass --shard I/N",
                           systems[i].index, index, systems[i].count, count) == ERR_OK;
        choice->shard = shard + 1 - systems[i].first;
        choice->of_count = of_count;
    }
    return true;
}

/* FNV-1a, and a final mix (MurmurHash3's), without which ids with the same ending would collide. */
static uint64_t hash_of(struct slice id)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (unsigned char)id.ptr[i]) * UINT64_C(1099511628211);
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

/* By the id alone, so that another scenario, or another case, moves none. */
static bool in_shard(const struct choice *choice, struct slice id)
{
    return choice->of_count == 0 || hash_of(id) % (uint64_t)choice->of_count + 1 == (uint64_t)choice->shard;
}

/* ---- tags and clauses ---- */

static bool has_tag(const struct scenario *s, const char *tag)
{
    for (size_t i = 0; i < s->tags.count; i++)
        if (strcmp(((const char **)s->tags.items)[i], tag) == 0)
            return true;
    return false;
}

/* RFC5321 and RFC5321#4 are above RFC5321#4.5.4.1, RFC5321#4.5.4 too, but not RFC5321#4.5.4.11. */
static bool is_above(const char *spec, const char *clause)
{
    size_t len = strlen(spec);
    return strncasecmp(spec, clause, len) == 0 && strchr(".#", clause[len]) != NULL; /* or its end */
}

/* A clause as it is printed, "RFC5321 §4.5" or "RFC 5321 §4.5", as scenarios write it; the caller's. */
static char *plain_clause(const char *spec)
{
    static const char sign[] = "§";
    char *plain = mem_strdup(spec), *to = plain;
    for (const char *c = spec; *c != '\0'; c++) {
        bool is_sign = strncmp(c, sign, sizeof sign - 1) == 0;
        if (*c != ' ')
            *to++ = is_sign ? '#' : *c;
        c += is_sign ? sizeof sign - 2 : 0;
    }
    *to = '\0';
    return plain;
}

static bool cites_plain(const struct scenario *s, const char *spec)
{
    for (size_t i = 0; i < s->expect_count; i++)
        for (size_t k = 0; k < s->expects[i].spec.count; k++)
            if (is_above(spec, ((const char **)s->expects[i].spec.items)[k]))
                return true;
    return false;
}

static bool cites(const struct scenario *s, const char *spec)
{
    char *plain = plain_clause(spec);
    bool does = cites_plain(s, plain);
    free(plain);
    return does;
}

static bool teaches(const struct choice *choice, const struct scenario *s)
{
    bool lesson = choice->lesson == CHOICE_ANY_LESSON ? s->teach.lesson > 0
                                                      : choice->lesson == 0 || choice->lesson == s->teach.lesson;
    const char *level = s->teach.level != NULL ? s->teach.level : "";
    return lesson && (choice->level == NULL || strcmp(choice->level, level) == 0);
}

bool choice_takes(const struct choice *choice, const struct scenario *s)
{
    return teaches(choice, s) && (choice->tag == NULL || has_tag(s, choice->tag)) &&
           (choice->spec == NULL || cites(s, choice->spec)) && in_shard(choice, slice_cstr(s->id));
}

bool choice_covers(const struct choice *choice, struct slice id)
{
    return choice->case_name == NULL && choice->tag == NULL && choice->spec == NULL && choice->lesson == 0 &&
           choice->level == NULL && in_shard(choice, id);
}

/* ---- loading ---- */

struct loading {
    const struct choice *choice;
    struct chosen *out;
    FILE *problems;
    bool warnings;
    struct buf report;
    struct err no_case; /* of the last file without the requested case */
};

/* NULL when it has errors, or lacks the requested case. */
static struct scenario *load_case(struct loading *l, const char *path, const char *case_name, bool *good)
{
    struct err err = {0};
    struct scenario *one = NULL;
    buf_reset(&l->report);
    int rc = scenario_load(&one, path, case_name, &l->report, &err);
    if (rc == ERR_NOT_FOUND && l->choice->case_name != NULL) {
        l->no_case = err;
        return NULL;
    }
    if (rc != ERR_OK || l->warnings)
        fprintf(l->problems, "%s", buf_cstr(&l->report));
    if (rc == ERR_OK)
        return one;
    fprintf(l->problems, "relaylab: %s\n", err.text);
    *good = false;
    return NULL;
}

static void add(struct chosen *out, struct scenario *one)
{
    if (one == NULL)
        return;
    out->list = mem_realloc(out->list, out->count + 1, sizeof(struct scenario *));
    out->list[out->count++] = one;
}

static bool load_file(struct loading *l, const char *path)
{
    bool good = true;
    struct scenario *first = load_case(l, path, l->choice->case_name, &good);
    add(l->out, first);
    for (size_t i = 1; first != NULL && l->choice->case_name == NULL && i < first->case_count; i++)
        add(l->out, load_case(l, path, first->cases[i].name, &good));
    return good;
}

static void sift(const struct choice *choice, struct chosen *out)
{
    size_t count = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (choice_takes(choice, out->list[i]))
            out->list[count++] = out->list[i];
        else
            scenario_free(out->list[i]);
    }
    out->count = count;
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
    if (good && out->count == 0 && l.no_case.code != ERR_OK) {
        if (files->count == 1)
            fprintf(problems, "relaylab: %s\n", l.no_case.text);
        else
            fprintf(problems, "relaylab: no scenario has a case `%s`\n", choice->case_name);
        good = false;
    }
    sift(choice, out);
    return good;
}

void chosen_free(struct chosen *chosen)
{
    for (size_t i = 0; i < chosen->count; i++)
        scenario_free(chosen->list[i]);
    free(chosen->list);
    *chosen = (struct chosen){0};
}
