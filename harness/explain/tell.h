/*
 * A telling on a terminal:
 *
 *     12:00:05  S: 451 4.7.1 Greylisted, please come back in a few minutes
 *                  │││ │ └ .7.1  the mail is not permitted
 *                  …
 *                  “Not for this recipient, for now.” The client keeps the message …
 *
 * On a wide terminal glosses stand next to the lines.
 */
#ifndef RL_HARNESS_TELL_H
#define RL_HARNESS_TELL_H

#include "harness/explain/quiz.h"
#include "harness/explain/screen.h"
#include "harness/explain/telling.h"
#include "harness/judge/judge.h"

struct tell {
    struct screen screen;
    FILE *step; /* Enter is read from here between the steps; NULL = no pause */
    bool quiz;
    bool tried; /* with settings of the reader's, so what to try is not proposed again */
    struct quiz_round round;
    /* inside: the last line is empty; the column after the last text; a fold was shown */
    bool blank;
    size_t at;
    bool folds;
};

/* The title, the lesson, the story and what to watch. */
void tell_head(struct tell *tell, const struct scenario *scenario, const char *target);
/* The steps; the first question is asked at the line that goes wrong first, before that is explained. */
void tell_steps(struct tell *tell, const struct scenario *scenario, const struct telling *telling);
/* What was checked, the other questions, and where to go on. next, also: ids; NULL = none. */
void tell_verdicts(const struct tell *tell, const struct scenario *scenario, const struct judgement *judgement);
void tell_end(struct tell *tell, const struct scenario *scenario);

#endif
