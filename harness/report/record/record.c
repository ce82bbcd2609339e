#include "harness/report/record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/facts/happened.h"
#include "harness/report/record/behaviour_json.h"
#include "harness/report/record/timeline.h"
#include "harness/report/record/transcript.h"
#include "harness/report/record/windows.h"
#include "lib/base/duration.h"
#include "harness/run/folder.h"
#include "lib/base/mem.h"

static struct json *teach_of(const struct scenario *scenario)
{
    struct json *json = json_new_object();
    json_set_str(json, "level", scenario->teach.level);
    json_set_str(json, "story", scenario->teach.story);
    json_set_str(json, "watch", scenario->teach.watch);
    return json;
}

static struct json *tags_of(const struct scenario *scenario)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < scenario->tags.count; i++)
        json_push(list, json_new_str(((const char **)scenario->tags.items)[i]));
    return list;
}

/* The target chose when to try: neither its configuration nor the story did. */
static bool has_own_schedule(const struct scenario *scenario)
{
    bool own = scenario->given.retry == NULL;
    for (size_t i = 0; i < scenario->event_count; i++)
        own = own && scenario->events[i].kind != STORY_TARGET;
    return own;
}

static struct json *begin(const struct scenario *scenario, const struct target *target)
{
    struct json *record = json_new_object();
    json_set_str(record, "scenario", scenario->id);
    json_set_str(record, "case", scenario->case_name);
    json_set_str(record, "title", scenario->title);
    json_set_str(record, "file", scenario->file);
    json_set_str(record, "target", target->name);
    json_set(record, "teach", teach_of(scenario));
    json_set(record, "tags", tags_of(scenario));
    json_set_bool(record, "own_schedule", has_own_schedule(scenario));
    return record;
}

void record_expect(struct json *record_or_verdict, enum result expected, const char *reason)
{
    if (reason == NULL)
        return;
    json_set_str(record_or_verdict, "expected", result_name(expected));
    json_set_str(record_or_verdict, "reason", reason);
}

/* The event to look at: when, and if it is on a connection, on which, and in which of its lines. */
static void add_place(struct json *one, const struct facts *facts, size_t at)
{
    int64_t conn;
    size_t line;
    if (at >= facts->log->count)
        return;
    json_set(one, "at", json_new_real((double)facts->log->events[at].t_ns / 1e9));
    if (!transcript_place(&facts->sessions, at, &conn, &line))
        return;
    json_set_int(one, "at_conn", conn);
    json_set_int(one, "at_line", (int64_t)line);
}

static struct json *verdicts_of(const struct judgement *judgement, const struct facts *facts)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < judgement->count; i++) {
        const struct verdict *v = &judgement->verdicts[i];
        struct json *one = json_new_object();
        json_set_str(one, "verdict", result_name(v->kind));
        json_set_str(one, "id", v->id);
        json_set_str(one, "level", v->level);
        json_set_str(one, "sentence", v->sentence);
        json_set_str(one, "clauses", v->clauses);
        if (v->line > 0)
            json_set_int(one, "line", v->line);
        json_set_str(one, "wanted", v->wanted);
        json_set_str(one, "seen", v->seen);
        if (v->because[0] != '\0')
            json_set_str(one, "because", v->because);
        add_place(one, facts, v->at);
        record_expect(one, v->expected, v->reason);
        json_push(list, one);
    }
    return list;
}

static struct json *timeline_of(const struct behaviour *behaviour)
{
    struct json *list = json_new_array();
    struct timeline timeline;
    timeline_make(behaviour, &timeline);
    for (size_t i = 0; i < timeline.count; i++) {
        const struct timeline_row *row = &timeline.rows[i];
        struct json *one = json_new_object();
        json_set_str(one, "who", row->who);
        json_set(one, "t", json_new_real((double)row->t_ns / 1e9));
        json_set_str(one, "host", row->host);
        json_set_str(one, "what", row->what);
        json_set_str(one, "then", row->then);
        json_push(list, one);
    }
    timeline_fini(&timeline);
    return list;
}

static struct json *behaviour_of(const struct behaviour *behaviour)
{
    struct json *json = json_new_object();
    json_set(json, "messages", behaviour_messages(behaviour));
    json_set(json, "dsns", behaviour_dsns(behaviour));
    json_set(json, "hosts", behaviour_hosts(behaviour));
    return json;
}

static void add_happened(struct json *record, const struct behaviour *behaviour)
{
    struct json *decided = json_new_object();
    add_place(decided, behaviour->facts, happened_at(behaviour));
    json_set(record, "happened", happened_of(behaviour, json_get_str(record, "target", "")));
    if (json_count(decided) > 0)
        json_set(record, "decided", decided);
    else
        json_free(decided);
}

static void add_facts(struct json *record, const struct facts *facts)
{
    struct behaviour behaviour;
    behaviour_make(&behaviour, facts);
    if (!record_is(record, RESULT_PASS))
        add_happened(record, &behaviour);
    json_set(record, "timeline", timeline_of(&behaviour));
    json_set(record, "behaviour", behaviour_of(&behaviour));
    json_set(record, "windows", windows_of(&behaviour));
    json_set(record, "events", transcript_events(facts->log));
    json_set(record, "lookups", transcript_lookups(facts->log));
    json_set(record, "connections", transcript_connections(&behaviour.facts->sessions));
    behaviour_fini(&behaviour);
}

static struct json *notes_of(const struct run *run)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < run->note_count; i++)
        json_push(list, json_new_str(run->notes[i]));
    return list;
}

/* The end of each program's output, for a reader who has no other trace of what happened. */
static struct json *logs_of(const struct run *run)
{
    static const char *const files[] = {"target.log", "sim.log", "warp.log"};
    struct json *list = json_new_array();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = mem_printf("%s/%s", run->folder, files[i]), *tail = folder_tail(path, FOLDER_LOG_LINES, "");
        if (tail[0] != '\0') {
            struct json *one = json_new_object();
            json_set_str(one, "file", files[i]);
            json_set_str(one, "tail", tail);
            json_push(list, one);
        }
        free(tail);
        free(path);
    }
    return list;
}

struct json *record_result(const struct run_result *result)
{
    struct json *record = begin(result->scenario, result->target);
    const struct judgement *judgement = result->judgement;
    json_set_str(record, "target_option", result->target_option);
    json_set_int(record, "seed", (int64_t)result->seed);
    enum result is = judgement == NULL ? RESULT_TROUBLE : judgement->as_expected ? RESULT_PASS : RESULT_FAIL;
    record_set_result(record, is, result->run->what);
    if (result->run->note_count > 0)
        json_set(record, "notes", notes_of(result->run));
    json_set_int(record, "virtual_s", result->scenario->clock.until_ns / NS_PER_S);
    json_set_int(record, "real_ms", result->run->real_ns / NS_PER_MS);
    if (judgement == NULL)
        json_set(record, "logs", logs_of(result->run));
    if (judgement != NULL) {
        json_set(record, "verdicts", verdicts_of(judgement, result->facts));
        add_facts(record, result->facts);
    }
    return record;
}

struct json *record_unsupported(const struct scenario *scenario, const struct target *target, const char *why)
{
    char what[512];
    struct json *record = begin(scenario, target);
    (void)snprintf(what, sizeof what, "the target %s", why);
    record_set_result(record, RESULT_UNSUPPORTED, what);
    return record;
}

struct json *record_untried(const struct scenario *scenario, const struct target *target, const char *why)
{
    struct json *record = begin(scenario, target);
    char *what = mem_printf("not tried: %s", why);
    record_set_result(record, RESULT_UNTRIED, what);
    free(what);
    return record;
}

void record_set_result(struct json *record, enum result result, const char *what)
{
    json_set_str(record, "result", result_name(result));
    json_set_str(record, "what", what);
}

enum result record_says(const struct json *record_or_verdict)
{
    const char *result = json_get_str(record_or_verdict, "result", "");
    return result_of_name(json_get_str(record_or_verdict, "verdict", result));
}

/* By a baseline; RESULT_UNKNOWN: it says nothing. */
static enum result record_expected(const struct json *record_or_verdict)
{
    return result_of_name(json_get_str(record_or_verdict, "expected", ""));
}

bool record_is(const struct json *record_or_verdict, enum result result)
{
    return record_says(record_or_verdict) == result;
}

void record_key(char out[RECORD_KEY_MAX], const char *scenario, const char *case_name, const char *expectation)
{
    (void)snprintf(out, RECORD_KEY_MAX, "%s%s%s%s%s%s", scenario, case_name != NULL ? "(" : "",
                   case_name != NULL ? case_name : "", case_name != NULL ? ")" : "", expectation != NULL ? "#" : "",
                   expectation != NULL ? expectation : "");
}

unsigned record_count(const struct json *record, enum result verdict)
{
    const struct json *verdicts = json_get(record, "verdicts");
    unsigned count = 0;
    for (size_t i = 0; i < json_count(verdicts); i++)
        count += record_is(json_at(verdicts, i), verdict);
    return count;
}

bool record_has_crashed(const struct json *record)
{
    static const char crashed[] = "target-crashed";
    return record_is(record, RESULT_TROUBLE) &&
           strncmp(json_get_str(record, "what", ""), crashed, sizeof crashed - 1) == 0;
}

bool record_is_known(const struct json *record_or_verdict)
{
    enum result expected = record_expected(record_or_verdict);
    return expected != RESULT_UNKNOWN && record_is(record_or_verdict, expected);
}

bool record_breaks(const struct json *verdict)
{
    if (json_get(verdict, "expected") != NULL)
        return !record_is_known(verdict);
    return record_is(verdict, RESULT_FAIL) || record_is(verdict, RESULT_INCONCLUSIVE);
}
