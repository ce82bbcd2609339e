/* What is not as a baseline says, from the records of a run (harness/report/record/record.h): for people, and for
 * updating it. */
#ifndef RL_HARNESS_DIFFERENCE_H
#define RL_HARNESS_DIFFERENCE_H

#include <stdio.h>

#include "harness/report/record/record.h"
#include "harness/suite/baseline.h"
#include "lib/text/json.h"

enum difference_kind {
    DIFFERENCE_NEW,      /* no entry, and not a pass */
    DIFFERENCE_PASS,     /* an entry, and it passes now */
    DIFFERENCE_CHANGED,  /* another verdict than the entry's */
    DIFFERENCE_VANISHED, /* an entry, and no such scenario, case or expectation */
};

struct difference {
    enum difference_kind kind;
    char key[RECORD_KEY_MAX];
    const struct baseline_entry *entry; /* NULL for DIFFERENCE_NEW */
    enum result is;                     /* the verdict that was given; RESULT_UNKNOWN for DIFFERENCE_VANISHED */
    const char *level, *sentence, *seen;
};

struct differences {
    struct difference *list;
    size_t count;
};

/* Whether a scenario that has no record should have had one; else its entries are left in peace. */
struct difference_reach {
    bool (*covers)(const void *ctx, const char *scenario_id, size_t len);
    const void *ctx;
};

/* Borrows from the baseline and the records. reach NULL: the records are of all scenarios. */
void differences_find(const struct baseline *baseline, const struct json *records, const struct difference_reach *reach,
                      struct differences *out);
void differences_free(struct differences *differences);

/* One line each, and what to do about them. */
void differences_print(const struct differences *differences, const char *path, FILE *out);

#endif
