#include "harness/explain/seen.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "sim/scenario/capability.h"

#define SEEDS_PROPOSED 10

/* The text after the words, or NULL. */
static const char *after(const char *text, const char *words)
{
    size_t len = strlen(words);
    return strncmp(text, words, len) == 0 ? text + len : NULL;
}

/* A `may` is seen as "does (5m)"; why not is its `because`. */
static char *note_words(const struct verdict *verdict)
{
    static const char copy[] = "a copy does not count: ";
    const char *because = after(verdict->because, copy), *rest;
    because = because != NULL ? because : verdict->because;
    if ((rest = after(verdict->seen, "does not (")) != NULL)
        return because[0] != '\0' ? mem_printf("no: %s", because) : mem_printf("no: %.*s", (int)strlen(rest) - 1, rest);
    if ((rest = after(verdict->seen, "does (")) != NULL)
        return mem_printf("yes: %.*s", (int)strlen(rest) - 1, rest);
    return mem_strdup(verdict->seen);
}

static char *unsupported_words(const struct verdict *verdict, const struct scenario *scenario)
{
    const char *lacking = after(verdict->seen, "the target lacks ");
    if (lacking != NULL)
        return mem_printf("the relay cannot do that: %s", capability_words(lacking));
    if (after(verdict->seen, "one seed shows nothing") == NULL)
        return mem_strdup(verdict->seen);
    return mem_printf("one run cannot show it; see many with `relaylab run %s%s%s --seeds %" PRId64 "`", scenario->id,
                      scenario->case_name != NULL ? " --case " : "",
                      scenario->case_name != NULL ? scenario->case_name : "",
                      scenario->seeds > 1 ? scenario->seeds : (int64_t)SEEDS_PROPOSED);
}

char *seen_words(const struct verdict *verdict, const struct scenario *scenario)
{
    if (verdict->kind == RESULT_PASS || verdict->seen[0] == '\0')
        return NULL;
    if (verdict->kind == RESULT_NOTE)
        return note_words(verdict);
    if (verdict->kind == RESULT_UNSUPPORTED)
        return unsupported_words(verdict, scenario);
    return mem_strdup(verdict->seen);
}

const char *seen_result_words(enum result kind)
{
    switch (kind) {
    case RESULT_PASS:
        return "pass: it was so.";
    case RESULT_FAIL:
        return "fail: a must was broken.";
    case RESULT_WARN:
        return "warn: a should was not followed.";
    case RESULT_NOTE:
        return "note: the RFC allows both, and what was seen is noted.";
    case RESULT_INCONCLUSIVE:
        return "inconclusive: what it is about did not happen in this run.";
    case RESULT_UNSUPPORTED:
        return "unsupported: it could not be judged here.";
    default:
        return NULL;
    }
}

bool seen_is_shown(const struct verdict *verdict)
{
    return verdict->line != 0 || verdict->kind != RESULT_PASS;
}

char *seen_legend(const struct judgement *judgement)
{
    struct buf text;
    bool said[RESULT_UNKNOWN] = {false};
    buf_init(&text, 4096);
    (void)buf_add_cstr(&text, "must, should and may say how strongly the RFC asks for it.");
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        const char *words = seen_is_shown(v) ? seen_result_words(v->kind) : NULL;
        if (words != NULL && !said[v->kind])
            (void)buf_printf(&text, " %s", words);
        said[v->kind] = said[v->kind] || words != NULL;
    }
    char *legend = mem_strdup(buf_cstr(&text));
    buf_fini(&text);
    return legend;
}
