#include "harness/judge/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "harness/judge/always/always.h"
#include "lib/base/mem.h"

void judge_check(const struct facts *facts, const struct expect *expect, struct finding *out)
{
    static void (*const checks[CHECK_KINDS])(const struct facts *, const struct expect *, struct finding *) = {
#define ROW(id, name, help) judge_##name,
        CHECKS(ROW)
#undef ROW
            judge_dialog};
    checks[expect->kind](facts, expect, out);
}

/* ---- helpers of the checks ---- */

/* The story killed or stopped the target at that instant, and with it a submit command that had not ended yet. */
static bool was_cut_short(const struct trace_log *log, size_t refused)
{
    for (size_t i = refused; i-- > 0 && log->events[i].t_ns == log->events[refused].t_ns;)
        if (log->events[i].kind == TRACE_TARGET_EXIT && trace_value(log->events[i].json, FIELD_ASKED) != NULL)
            return strcmp(trace_str(log->events[refused].json, FIELD_VERB, ""), "submit") == 0;
    return false;
}

void finding_not_taken(struct finding *out, const struct facts *facts, const char *msg, unsigned n)
{
    size_t at = 0;
    const struct trace_event *event = facts_next(facts, TRACE_MSG_REFUSED, msg, n, &at);
    if (event == NULL) {
        bool pending = facts_handed_ns(facts, msg, n) != INT64_MAX;
        finding_set(out, CANNOT_TELL,
                    pending ? "the target had not said whether it takes %s when the run ended"
                            : "the target did not take %s for delivery",
                    msg);
        return;
    }
    out->at = at - 1;
    if (was_cut_short(facts->log, out->at)) {
        finding_set(out, NOT_CHECKED, "the story ended the target before its submit command had taken %s", msg);
        return;
    }
    finding_set(out, CANNOT_TELL, "the target did not take %s for delivery: %s answered with %d %.200s", msg,
                trace_str(event->json, FIELD_VERB, "?"), (int)trace_int(event->json, FIELD_CODE, 0),
                trace_str(event->json, FIELD_TEXT, ""));
}

/* ---- verdicts ---- */

struct verdict *judgement_add(struct judgement *out)
{
    out->verdicts = mem_realloc(out->verdicts, out->count + 1, sizeof *out->verdicts);
    struct verdict *verdict = &out->verdicts[out->count++];
    *verdict = (struct verdict){.at = SIZE_MAX};
    return verdict;
}

/* "RFC5321#4.5.4.1" reads "RFC5321 §4.5.4.1". */
static void write_clauses(char out[256], const struct yaml_list *spec)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < spec->count && at < 200; i++) {
        const char *clause = ((const char **)spec->items)[i], *hash = strchr(clause, '#');
        int len = hash != NULL ? (int)(hash - clause) : (int)strlen(clause);
        at += (size_t)snprintf(out + at, 256 - at, "%s%.*s%s%s", i > 0 ? ", " : "", len, clause,
                               hash != NULL ? " §" : "", hash != NULL ? hash + 1 : "");
    }
}

void judgement_write_clause(struct verdict *verdict, const char *clause)
{
    struct yaml_list one = {&clause, 1};
    if (clause[0] != '\0')
        write_clauses(verdict->clauses, &one);
    else
        (void)snprintf(verdict->clauses, sizeof verdict->clauses, "always-on");
}

static enum result kind_of(const struct expect *expect, const struct finding *finding)
{
    if (finding->result == NOT_CHECKED)
        return RESULT_NOT_CHECKED;
    if (expect->level == LEVEL_MAY)
        return RESULT_NOTE;
    if (finding->result == CANNOT_TELL)
        return RESULT_INCONCLUSIVE;
    if (finding->result == HOLDS)
        return RESULT_PASS;
    return expect->level == LEVEL_MUST ? RESULT_FAIL : RESULT_WARN;
}

static const char *lacks(const struct target *target, const struct yaml_list *needs)
{
    for (size_t i = 0; i < needs->count; i++)
        if (!target_can(target, ((const char **)needs->items)[i]))
            return ((const char **)needs->items)[i];
    return NULL;
}

static void judge_expect(const struct facts *facts, const struct target *target, const struct expect *expect,
                         struct verdict *out)
{
    struct finding finding = {.at = SIZE_MAX};
    const char *lacking = lacks(target, &expect->needs);
    out->level = level_name((enum level)expect->level);
    out->sentence = expect->sentence;
    out->line = expect->at.line;
    (void)snprintf(out->id, sizeof out->id, "%s", expect->id != NULL ? expect->id : "");
    write_clauses(out->clauses, &expect->spec);
    if (lacking != NULL) {
        out->kind = RESULT_UNSUPPORTED;
        (void)snprintf(out->seen, sizeof out->seen, "the target lacks %s", lacking);
        return;
    }
    if (expect->kind == CHECK_OVER_SEEDS && facts->tallies == NULL) {
        out->kind = RESULT_UNSUPPORTED;
        (void)snprintf(out->seen, sizeof out->seen, "one seed shows nothing; run with --seeds");
        return;
    }
    judge_check(facts, expect, &finding);
    out->kind = kind_of(expect, &finding);
    memcpy(out->wanted, finding.wanted, sizeof out->wanted);
    if (finding.result == BROKEN)
        memcpy(out->because, finding.because, sizeof out->because);
    if (out->kind == RESULT_NOTE)
        (void)snprintf(out->seen, sizeof out->seen, "%s (%.400s)",
                       finding.result == HOLDS    ? "does"
                       : finding.result == BROKEN ? "does not"
                                                  : "cannot tell",
                       finding.seen);
    else
        memcpy(out->seen, finding.seen, sizeof out->seen);
    out->at = finding.at;
}

/* ---- what no scenario has to ask ---- */

static unsigned times_fired(const struct facts *facts, const struct host *host, unsigned number)
{
    const struct trace_event *event;
    unsigned count = 0;
    size_t at = 0;
    while ((event = facts_next(facts, TRACE_RULE_FIRED, NULL, 0, &at)) != NULL)
        count += strcmp(trace_str(event->json, FIELD_HOST, ""), host->name) == 0 &&
                 trace_int(event->json, FIELD_RULE, 0) == number;
    return count;
}

/* A rule that never acted: the scenario did not test what it says it does. */
static void judge_rules(const struct facts *facts, struct judgement *out)
{
    for (size_t i = 0; i < facts->scenario->host_count; i++) {
        const struct host *host = &facts->scenario->hosts[i];
        for (size_t k = 0; k < host->rules.count; k++) {
            const struct rule *rule = &((const struct rule *)host->rules.items)[k];
            if (rule->optional || times_fired(facts, host, (unsigned)k + 1) > 0)
                continue;
            struct verdict *verdict = judgement_add(out);
            verdict->kind = RESULT_INCONCLUSIVE;
            verdict->level = "";
            verdict->sentence = "Every rule of the scenario acts at least once";
            verdict->line = rule->at_mark.line;
            (void)snprintf(verdict->wanted, sizeof verdict->wanted,
                           "the rule in line %u to act, or to say `optional: true`", rule->at_mark.line);
            (void)snprintf(verdict->seen, sizeof verdict->seen, "the rule of %s at %s never acted", host->name,
                           stage_name((enum stage)rule->at));
        }
    }
}

void judge(const struct facts *facts, const struct target *target, struct judgement *out)
{
    *out = (struct judgement){.as_expected = true};
    for (size_t i = 0; i < facts->scenario->expect_count; i++)
        judge_expect(facts, target, &facts->scenario->expects[i], judgement_add(out));
    always_judge(facts, out);
    judge_rules(facts, out);
    judge_story(facts, out);
    for (size_t i = 0; i < out->count; i++)
        if (out->verdicts[i].id[0] == '\0')
            slug_write(out->verdicts[i].id, out->verdicts[i].sentence);
    for (size_t i = 0; i < out->count; i++)
        if (out->verdicts[i].kind == RESULT_FAIL || out->verdicts[i].kind == RESULT_INCONCLUSIVE)
            out->as_expected = false;
}

void judgement_make_strict(struct judgement *judgement)
{
    for (size_t i = 0; i < judgement->count; i++) {
        if (judgement->verdicts[i].kind == RESULT_WARN) {
            judgement->verdicts[i].kind = RESULT_FAIL;
            judgement->as_expected = false;
        }
    }
}

bool verdict_is_known(const struct verdict *v)
{
    return v->reason != NULL && v->expected == v->kind;
}

void judgement_fini(struct judgement *judgement)
{
    free(judgement->verdicts);
    *judgement = (struct judgement){0};
}
