/*
 * A telling as one HTML page that needs nothing else: left the dialogue, as arrows between the client and the server,
 * right the questions, the clock and what comes next. It works without script: folds and answers are <details>. The
 * page is well-formed XML, and its policy forbids it to load anything; text of peers is escaped
 * (harness/report/markup).
 */
#ifndef RL_HARNESS_PAGE_H
#define RL_HARNESS_PAGE_H

#include "harness/explain/telling.h"
#include "harness/judge/judge.h"
#include "lib/base/buf.h"

#define PAGE_MAX ((size_t)32 * 1024 * 1024)

struct page_input {
    const struct scenario *scenario;
    const char *target;
    const struct telling *telling;
    const struct judgement *judgement;
    bool tried; /* with settings of the reader's, so what to try is not proposed again */
};

/* False when it does not fit into the buffer. */
bool page_write(const struct page_input *page, struct buf *out);

/* page_style.c */
extern const char page_style[];

#endif
