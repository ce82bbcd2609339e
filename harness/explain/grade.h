/*
 * Points, as JSON. Of a student's answers to the questions of the lessons:
 *
 *     answers: {1: [b, b, c], 2: [b, c]}          a letter for each question, in their order
 *
 *     {"graded":"answers","points":5,"of":36,"lessons":[{"lesson":1,"points":3,"of":3},
 *      {"lesson":2,"points":2,"of":3,"wrong":[3]}, …]}
 *
 * and of a target that was played against the course's scenarios, a point for each run that passed:
 *
 *     {"graded":"target","target":"mine","seed":7,"seeds":3,"points":270,"of":276,"unsupported":1,
 *      "lessons":[{"lesson":1,"points":3,"of":4,"failed":["retry/killed-and-restarted"]}, …]}
 *
 * What the target lacks a capability for counts neither way.
 */
#ifndef RL_HARNESS_GRADE_H
#define RL_HARNESS_GRADE_H

#include "lib/base/err.h"
#include "lib/text/json.h"
#include "sim/scenario/model.h"

/*
 * firsts: the scenario with which each lesson begins, lesson n at n - 1. ERR_INVALID, with lines in *report, when the
 * file is not one of answers; ERR_SYSTEM when it cannot be read. *out is the caller's.
 */
int grade_answers(const char *path, const struct scenario *const firsts[TEACH_LESSONS], struct json **out,
                  struct buf *report, struct err *err);

/* records: of harness/report/record; scenarios: those that were played, for their lessons. The caller's. */
struct json *grade_records(const struct json *records, const struct scenario *const *scenarios, size_t count);

#endif
