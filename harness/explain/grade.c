#include "harness/explain/grade.h"

#include <string.h>

#include "harness/facts/result.h"
#include "harness/explain/quiz.h"
#include "lib/base/slice.h"

/* ---- the file of answers ---- */

struct answers {
    struct yaml_map lessons; /* "1" -> struct yaml_list of const char * */
};

static const struct yaml_type letters = {.kind = YAML_LIST,
                                         .name = "a list of letters, one for each question",
                                         .size = sizeof(struct yaml_list),
                                         .item = &yaml_str,
                                         .one_or_many = true};
static const struct yaml_type lessons = {
    .kind = YAML_MAP, .name = "lessons with their answers", .size = sizeof(struct yaml_map), .item = &letters};
static const struct yaml_field fields[] = {{"answers", &lessons, offsetof(struct answers, lessons), true, NULL,
                                            "for each lesson the letters of its answers", 0},
                                           {0}};
static const struct yaml_type answers_type = {
    .kind = YAML_STRUCT, .name = "answers", .size = sizeof(struct answers), .fields = fields};

static void check_lesson(struct yaml_doc *doc, const struct yaml_entry *entry,
                         const struct scenario *const firsts[TEACH_LESSONS])
{
    uint64_t n;
    const struct yaml_list *given = entry->value;
    if (!slice_to_u64(slice_cstr(entry->key), TEACH_LESSONS, &n) || n == 0) {
        yaml_error(doc, entry->at, "answers", "`%.20s` is not a lesson; there are 1 to %d", entry->key, TEACH_LESSONS);
        return;
    }
    size_t asked = firsts[n - 1]->teach.quiz.count;
    if (given->count > asked)
        yaml_error(doc, entry->at, "answers", "lesson %s has %zu questions, and here are %zu answers", entry->key,
                   asked, given->count);
}

static const struct yaml_list *answers_of(const struct answers *answers, int64_t n)
{
    uint64_t key;
    for (size_t i = 0; i < answers->lessons.count; i++)
        if (slice_to_u64(slice_cstr(answers->lessons.entries[i].key), TEACH_LESSONS, &key) && (int64_t)key == n)
            return answers->lessons.entries[i].value;
    return NULL;
}

/* ---- points ---- */

struct points {
    struct json *lessons;
    int64_t points, of;
};

static struct json *new_lesson(struct points *all, int64_t n, int64_t points, int64_t of)
{
    struct json *json = json_new_object();
    json_set_int(json, "lesson", n);
    json_set_int(json, "points", points);
    json_set_int(json, "of", of);
    json_push(all->lessons, json);
    all->points += points;
    all->of += of;
    return json;
}

/* A question that was left out counts as a wrong answer. */
static void grade_lesson(struct points *all, int64_t n, const struct scenario *scenario, const struct yaml_list *given)
{
    const struct quiz *quiz;
    int64_t right = 0;
    size_t asked = 0;
    struct json *wrong = json_new_array();
    for (; (quiz = quiz_of(scenario, asked)) != NULL; asked++) {
        const char *answer = given != NULL && asked < given->count ? ((const char *const *)given->items)[asked] : "";
        bool good = slice_ieq_cstr(slice_cstr(answer), quiz->answer);
        right += good;
        if (!good)
            json_push(wrong, json_new_int((int64_t)asked + 1));
    }
    struct json *lesson = new_lesson(all, n, right, (int64_t)asked);
    if (json_count(wrong) > 0)
        json_set(lesson, "wrong", wrong);
    else
        json_free(wrong);
}

static struct json *answers_json(const struct answers *answers, const struct scenario *const firsts[TEACH_LESSONS])
{
    struct json *json = json_new_object();
    struct points all = {json_new_array(), 0, 0};
    for (int64_t n = 1; n <= TEACH_LESSONS; n++)
        grade_lesson(&all, n, firsts[n - 1], answers_of(answers, n));
    json_set_str(json, "graded", "answers");
    json_set_int(json, "points", all.points);
    json_set_int(json, "of", all.of);
    json_set(json, "lessons", all.lessons);
    return json;
}

int grade_answers(const char *path, const struct scenario *const firsts[TEACH_LESSONS], struct json **out,
                  struct buf *report, struct err *err)
{
    struct yaml_doc doc;
    struct answers answers = {0};
    int rc = yaml_open(&doc, path, err);
    if (rc == ERR_OK && yaml_decode(&doc, doc.root, &answers_type, "", &answers))
        for (size_t i = 0; i < answers.lessons.count; i++)
            check_lesson(&doc, &answers.lessons.entries[i], firsts);
    yaml_report(&doc, report);
    if (rc == ERR_OK && doc.error_count > 0)
        rc = err_set(err, ERR_INVALID, "%s is not a file of answers: see `relaylab help grade`", path);
    if (rc == ERR_OK)
        *out = answers_json(&answers, firsts);
    yaml_close(&doc);
    return rc;
}

/* ---- records ---- */

static int64_t lesson_of(const char *id, const struct scenario *const *scenarios, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(scenarios[i]->id, id) == 0)
            return scenarios[i]->teach.lesson;
    return 0;
}

static struct json *name_of(const struct json *record)
{
    const char *id = json_get_str(record, "scenario", ""), *case_name = json_get_str(record, "case", NULL);
    struct buf name;
    buf_init(&name, 4096);
    (void)buf_printf(&name, "%s%s%s%s", id, case_name != NULL ? " (" : "", case_name != NULL ? case_name : "",
                     case_name != NULL ? ")" : "");
    struct json *json = json_new_str(buf_cstr(&name));
    buf_fini(&name);
    return json;
}

/* The runs of one lesson. */
static void count_lesson(struct points *all, int64_t n, const struct json *records,
                         const struct scenario *const *scenarios, size_t count, int64_t *unsupported)
{
    int64_t passed = 0, of = 0;
    struct json *failed = json_new_array();
    for (size_t i = 0; i < json_count(records); i++) {
        const struct json *record = json_at(records, i);
        enum result result = result_of_name(json_get_str(record, "result", ""));
        if (lesson_of(json_get_str(record, "scenario", ""), scenarios, count) != n)
            continue;
        *unsupported += result == RESULT_UNSUPPORTED;
        of += result != RESULT_UNSUPPORTED;
        passed += result == RESULT_PASS;
        if (result != RESULT_PASS && result != RESULT_UNSUPPORTED)
            json_push(failed, name_of(record));
    }
    struct json *lesson = of > 0 ? new_lesson(all, n, passed, of) : NULL; /* none of its scenarios was played */
    if (json_count(failed) > 0)
        json_set(lesson, "failed", failed);
    else
        json_free(failed);
}

struct json *grade_records(const struct json *records, const struct scenario *const *scenarios, size_t count)
{
    struct json *json = json_new_object();
    struct points all = {json_new_array(), 0, 0};
    int64_t unsupported = 0;
    for (int64_t n = 1; n <= TEACH_LESSONS; n++)
        count_lesson(&all, n, records, scenarios, count, &unsupported);
    json_set_str(json, "graded", "target");
    json_set_int(json, "points", all.points);
    json_set_int(json, "of", all.of);
    json_set_int(json, "unsupported", unsupported);
    json_set(json, "lessons", all.lessons);
    return json;
}
