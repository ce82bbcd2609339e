/*
 * Plays a dialog of the story: a core without I/O. It sends the script's lines, compares what comes with what is
 * expected, and records each step in the trace. A reply that does not match a line without a sentence ends the dialog,
 * since nothing that follows would mean anything; so does the end of the connection, except at lines that expect it, or
 * silence.
 *
 *     play_go(play, in, now)     whenever octets have come or the deadline is reached; then `out` is to be sent, and
 *         PLAY_START_TLS         flush, drop plaintext that has come (RFC 3207 §4.2), start TLS; then play_tls
 *         PLAY_CLOSE, PLAY_RESET end the connection; unless `over`, play_lost and go on
 *         PLAY_END_WRITING       send a FIN, and go on: replies still come
 *
 * Limits: a reply is at most as long as `in`; what the trace shows of a line is cut at 400 octets.
 */
#ifndef RL_SIM_PLAY_H
#define RL_SIM_PLAY_H

#include "lib/base/buf.h"
#include "lib/text/json.h"
#include "sim/scenario/model.h"

#define PLAY_TEXT_MAX 2048

enum play_event { PLAY_NOTHING, PLAY_START_TLS, PLAY_CLOSE, PLAY_RESET, PLAY_END_WRITING };

struct play {
    const struct script *script;
    void (*record)(void *arg, const char *event, int code, struct json *extra);
    void *arg;
    struct buf out;
    size_t next; /* of the script's lines */
    int64_t deadline_ns;
    bool waiting; /* the deadline is the present line's */
    bool handshaking;
    bool over;  /* nothing will be done any more */
    bool ended; /* the connection */
    bool half;  /* nothing more can be sent */
    char why[256];
    /* of the present expect */
    int64_t got;
    bool fits;
    int code; /* of the first reply that did not fit, else of the last */
    char text[PLAY_TEXT_MAX];
};

void play_init(struct play *play, const struct script *script,
               void (*record)(void *arg, const char *event, int code, struct json *extra), void *arg);
void play_fini(struct play *play);

enum play_event play_go(struct play *play, struct buf *in, int64_t now_ns);
void play_tls(struct play *play, const char *version); /* the handshake is done */
void play_lost(struct play *play, const char *why);    /* the connection has ended */

#endif
