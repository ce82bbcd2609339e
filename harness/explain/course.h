/* The course as text: the list of its lessons, and one Markdown page for each. */
#ifndef RL_HARNESS_COURSE_H
#define RL_HARNESS_COURSE_H

#include "harness/explain/lessons.h"
#include "harness/explain/screen.h"

/* Every lesson with what it teaches and the command that begins it. */
void course_list(const struct screen *screen);

/* What a page needs: the scenario that the lesson begins with, what `explain` says of it, and the lesson's others. */
struct course_lesson {
    int64_t n;
    const struct scenario *scenario;
    const char *told;
    const struct scenario *const *others; /* the same id may stand there once for each case */
    size_t other_count;
};
void course_page(FILE *out, const struct course_lesson *lesson);

#endif
