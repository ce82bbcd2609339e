/*
 * Where a verdict points to: a line of a transcript, or a moment. Sentence, mark and line lead to each other by it. Its
 * line has the id `RUN@CONN.LINE` (anchor.h).
 */
#ifndef RL_HARNESS_HTML_PLACE_H
#define RL_HARNESS_HTML_PLACE_H

#include "harness/report/html/anchor.h"
#include "lib/text/json.h"

struct place {
    double at;    /* seconds */
    int64_t conn; /* 0: of no connection, or of one that the record does not have */
    size_t line;  /* an index of the connection's lines */
};

/* False when it points nowhere, as what holds does. */
bool place_of(const struct json *record, const struct json *verdict, struct place *out);

/* The first verdict that points to this line; SIZE_MAX = none. */
size_t place_verdict(const struct json *record, int64_t conn, size_t line);
/* Whether one points into this connection. */
bool place_is_in(const struct json *record, int64_t conn);

/* NULL = the record has none of this number. */
const struct json *place_connection(const struct json *record, int64_t conn);

#endif
