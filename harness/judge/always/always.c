#include "harness/judge/always/always.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/facts/dialog.h"

#define KEPT_MAX 5

#define ROW(name) &always_##name,
static const struct always_rule *const rules[] = {ALWAYS_RULES(ROW)};
#undef ROW

const struct always_rule *always_at(size_t index)
{
    return index < sizeof rules / sizeof rules[0] ? rules[index] : NULL;
}

void always_write_slug(const struct always_rule *rule, char out[SLUG_MAX])
{
    if (rule->slug != NULL)
        (void)snprintf(out, SLUG_MAX, "%s", rule->slug);
    else
        slug_write(out, rule->sentence);
}

const struct always_rule *always_find(const char *name)
{
    char slug[SLUG_MAX];
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        always_write_slug(rules[i], slug);
        if (strcmp(rules[i]->id, name) == 0 || strcmp(slug, name) == 0)
            return rules[i];
    }
    return NULL;
}

static size_t kept(const struct always_check *check)
{
    size_t count = 0;
    for (size_t i = 0; i < check->out->count; i++)
        count += check->out->verdicts[i].sentence == check->rule->sentence;
    return count;
}

static struct verdict *add(const struct always_check *check, enum result kind)
{
    struct verdict *verdict = judgement_add(check->out);
    verdict->kind = kind;
    verdict->level = level_name(check->rule->level);
    verdict->sentence = check->rule->sentence;
    always_write_slug(check->rule, verdict->id);
    judgement_write_clause(verdict, check->rule->clause);
    return verdict;
}

void always_broken(const struct always_check *check, size_t at, const char *wanted, const char *seen_fmt, ...)
{
    va_list ap;
    if (kept(check) == KEPT_MAX)
        return;
    struct verdict *verdict = add(check, check->rule->level == LEVEL_MUST ? RESULT_FAIL : RESULT_WARN);
    verdict->at = at;
    (void)snprintf(verdict->wanted, sizeof verdict->wanted, "%s", wanted);
    (void)snprintf(verdict->because, sizeof verdict->because, "the always-on rule `%s` is broken (relaylab rules %s)",
                   check->rule->id, check->rule->id);
    va_start(ap, seen_fmt);
    (void)vsnprintf(verdict->seen, sizeof verdict->seen, seen_fmt, ap);
    va_end(ap);
}

void always_not_checked(const struct always_check *check, const char *why)
{
    struct verdict *verdict = add(check, RESULT_NOT_CHECKED);
    (void)snprintf(verdict->seen, sizeof verdict->seen, "%s", why);
}

/* One walk over all sessions for all rules about commands. */
static void judge_command(void *arg, const struct dialog *before, const struct dialog_command *command)
{
    struct always_check check = *(struct always_check *)arg;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        check.rule = rules[i];
        if (rules[i]->on_command != NULL)
            rules[i]->on_command(&check, before, command);
    }
}

void always_judge(const struct facts *facts, struct judgement *out)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i]->check != NULL)
            rules[i]->check(&(struct always_check){facts, rules[i], out});
    dialogs_walk(&facts->sessions, judge_command, &(struct always_check){.facts = facts, .out = out});
}
