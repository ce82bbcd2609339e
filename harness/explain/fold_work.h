/* For fold.c and fold_lines.c alone. */
#ifndef RL_HARNESS_FOLD_WORK_H
#define RL_HARNESS_FOLD_WORK_H

#include "harness/explain/telling_work.h"

#define GAP_SHOWN_NS (20 * NS_PER_S)

/* How the last connection began that got to MAIL. */
struct preamble {
    char *shape; /* NULL = none did */
    bool tls;
    bool lost; /* and it went wrong afterwards */
};

struct folding {
    struct telling *telling;
    struct step *old; /* what is copied from */
    char **shapes;    /* of each block */
    bool *told;
    const struct telling_view *view;
    struct preamble last;
    char **refusals; /* the shapes of transactions that did not go well, for a reader who knows those that do */
    size_t refusal_count;
};

/* The text of the steps without what differs from message to message; the caller's. */
char *fold_shape_of(const struct step *steps, size_t from, size_t to);

/* Time passes, before t_ns. */
void fold_put_gap(struct folding *f, int64_t t_ns, int64_t length_ns, const char *what, const char *key);
/* A fold, whose text is set when it is known what it hides; its place in the list. */
size_t fold_begin(struct folding *f, int64_t t_ns);
void fold_end(struct folding *f, size_t at, const char *text);

void fold_put_steps(struct folding *f, size_t from, size_t to);
void fold_put_block(struct folding *f, const struct block *block);
/* The lookups from the block `from` on that the reader knows, as one fold; the block after them. */
size_t fold_known_lookups(struct folding *f, size_t from, size_t to);

#endif
