/*
 * The transcript, for reports that show it: each connection line by line, the DNS answers, and what else the story and
 * the target did. As JSON, bounded: a long run shows its first and last connections, a long connection its first and
 * last lines, each with the number of those left out between. Linear in the trace's size.
 *
 *     connections  {"count", "list": [{"conn", "host", "t", "end", "tls", "lines": [[t, who, text]]}]}
 *                  who: C the target (it is the client), S the host, # the lab: which rule acted, TLS, the end
 *     lookups      {"count", "list": [[t, type, name, rcode, answers]]}
 *     events       [[t, event, text]]: submissions, what the story does to the target, the target's end
 *
 * Times are seconds since the start of the story. Text is as the trace has it: what is not printable is \xNN there.
 */
#ifndef RL_HARNESS_TRANSCRIPT_H
#define RL_HARNESS_TRANSCRIPT_H

#include "harness/facts/sessions.h"

struct json *transcript_connections(const struct sessions *sessions);
struct json *transcript_lookups(const struct trace_log *log);
struct json *transcript_events(const struct trace_log *log);

/*
 * Where the event stands among the connections, or what came before it, if it has no line of its own. line: an index of
 * `lines`. False if it is of no connection, or was left out.
 */
bool transcript_place(const struct sessions *sessions, size_t event, int64_t *conn, size_t *line);

/*
 * The lines around the event of this index (at < log->count), at most TRANSCRIPT_AROUND: [[t, who, text, 1 if it is of
 * that event]]. They are those of its connection or dialog; of an event without one, those of the DNS, of connects and
 * of the story. In a dialog of the story the client (C) is the lab, and the server (S) the target.
 */
struct json *transcript_around(const struct trace_log *log, size_t at);
#define TRANSCRIPT_AROUND 5

/* What happened apart from the wire and the submissions, in words: false for events that are shown elsewhere. */
bool transcript_story_words(const struct trace_event *event, char *out, size_t size);

#endif
