/*
 * The words of a cell: one small function for each kind of question. Each reads the record of a run that was judged,
 * and fills `words`, and `more` if there is more to say. What it does not find, it does not claim: an extractor that
 * finds nothing leaves `words` empty, and the cell then has the words of the verdicts.
 *
 * about: the name of the message (fate, tries, …; "" = the first), or the id of the expectation (reply, share, …).
 */
#ifndef RL_HARNESS_MATRIX_WORDS_H
#define RL_HARNESS_MATRIX_WORDS_H

#include "harness/report/matrix/cell.h"

typedef void extractor(const struct json *record, const char *about, struct cell *cell);

/* Of one message. */
extractor words_fate;     /* "waits", "bounces at once", "delivers at once" */
extractor words_back;     /* "back in 5m": the first wait */
extractor words_tries;    /* "34 tries, bounce after 5d" */
extractor words_security; /* "delivers unencrypted" */
extractor words_report;   /* "reports 5.1.1" */
extractor words_notices;  /* "after 1d, 2d, 3d" */
extractor words_copies;   /* "2 copies" */
extractor words_next;     /* "delivers to the next host at once" */

/* Of all messages and recipients. */
extractor words_all;         /* "all 250 delivered" */
extractor words_connections; /* "5 connections, up to 4 messages each" */

/* Of an expectation. */
extractor words_share;  /* "random, 54 : 45" */
extractor words_reply;  /* "555 5.5.4" */
extractor words_ends;   /* "ends the message" */
extractor words_octets; /* "sends them unchanged" */

/* ---- for extractors ---- */

/* Seconds as people say them: whole seconds up to a day, then whole minutes. */
void words_add_length(struct buf *out, double s);
/* "after 5m"; "at once" */
void words_add_when(struct buf *out, double s);
/* What became of all messages, and when: for `time` of any cell. */
void words_time(const struct json *record, struct buf *out);

#endif
