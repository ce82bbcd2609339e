/* For telling.c, dialog_steps.c, fold.c and notes.c alone. */
#ifndef RL_HARNESS_TELLING_WORK_H
#define RL_HARNESS_TELLING_WORK_H

#include "harness/explain/telling.h"

/* Adds a block, and steps to the last one. NULL when there are too many. */
struct block *telling_block(struct telling *telling, enum block_kind kind, int64_t t_ns);
struct step *telling_step(struct telling *telling, enum step_kind kind, int64_t t_ns, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The lines of a reply, "250-first", …, "250 last", as steps. */
void telling_reply(struct telling *telling, int64_t t_ns, const char *verb, int code, const char *text);

/* Whether every message from this address asks for no report of failures (NOTIFY without FAILURE). */
bool telling_unasked(const struct scenario *scenario, const char *from);

/* One pass over the trace. */
struct walk {
    struct telling *telling;
    const struct facts *facts;
    bool *done;         /* of each event: an earlier block has it */
    bool shows_message; /* a lesson about the dialogue shows what it carries */
    bool message_shown; /* the header of one message is enough */
    bool unasked;       /* the transaction's sender asked for no report of failures */
    int64_t waiting;    /* recipients that the relay answers for */
};

/* The connection that a tcp.connect tries or begins. */
void telling_connection(struct walk *walk, size_t at);
/* What the connection that an event belongs to has left from there on: its end, after it was idle. */
void telling_connection_end(struct walk *walk, size_t at);

/* A dialog of the story, in which the relay is the server; first: its dialog.start. */
void telling_dialog(struct telling *telling, const struct trace_log *log, size_t first);

/* Adds the gaps between blocks, and the folds. */
void telling_fold(struct telling *telling, const struct telling_view *view);
/* Adds the glosses. What is hidden has them too, and teaches the reader of the other lines nothing.
 * brief: as in struct telling_view. */
void telling_explain(struct telling *telling, bool brief);

#endif
