/* A question for the student, on a terminal: asked, answered with a letter, and explained. */
#ifndef RL_HARNESS_QUIZ_H
#define RL_HARNESS_QUIZ_H

#include "harness/explain/screen.h"
#include "sim/scenario/model.h"

struct quiz_round {
    FILE *in; /* answers, one a line; at its end questions are shown with their answers */
    size_t asked, right;
};

const struct quiz *quiz_of(const struct scenario *scenario, size_t i); /* NULL after the last */
/* "a) wait", … as the question is printed. */
void quiz_ask(struct quiz_round *round, const struct screen *screen, const struct quiz *quiz);

#endif
