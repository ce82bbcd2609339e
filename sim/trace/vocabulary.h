/*
 * The vocabulary of the trace: the one registry of its events and fields. The writer refuses what is not in it, the
 * reader numbers its events by it, the linter checks patterns against it, and docs/TRACE.md shows its tables, as
 * `relaylab-sim --vocabulary` prints them.
 *
 *     trace_emit(trace, TRACE_SMTP_REPLY, &(struct trace_fields){.conn = 1, .code = 250, .verb = "RCPT"}, extra);
 *
 * Adding an event is a row of TRACE_EVENTS, adding a field a row of TRACE_FIELDS and its name in the rows of the events
 * that carry it. The header line is not an event: docs/TRACE.md describes it.
 */
#ifndef RL_SIM_VOCABULARY_H
#define RL_SIM_VOCABULARY_H

#include <stdbool.h>
#include <stdio.h>

/* What a host's events carry when the session is known. */
#define OF_SESSION "conn txn host peer msg n rcpt round tls "
#define OF_OCTETS  "bare longest eight_bit "

/* X(constant, name, its fields, when it is written) */
#define TRACE_EVENTS(X)                                                                                                \
    X(TARGET_START, "target.start", "", "the target listens on all its ports: t = 0, and after each restart")          \
    X(TARGET_ACTION, "target.action", "action", "the story asks for stop, kill, restart, reload or flush")             \
    X(TARGET_RESULT, "target.result", "action status signal", "the adapter's command for reload or flush has ended")   \
    X(TARGET_EXIT, "target.exit", "status signal asked", "the target ended")                                           \
    X(TARGET_QUEUE, "target.queue", "count entries text", "its queue at the end, and when a check asks for it")        \
    X(TARGET_SILENT, "target.silent", "msg n verb port text",                                                          \
      "no reply to the client within RFC 5321 §4.5.3.2; the run ends")                                                 \
    X(DIALOG_START, "dialog.start", "dialog port", "the n-th dialog of the story connects")                            \
    X(DIALOG_SEND, "dialog.send", "dialog step text octets", "the client sends")                                       \
    X(DIALOG_REPLY, "dialog.reply", "code dialog step text", "the target replies")                                     \
    X(DIALOG_TLS, "dialog.tls", "dialog step version", "the handshake is done")                                        \
    X(DIALOG_EXPECT, "dialog.expect", "code dialog step met wanted text", "what a line expected, and what came")       \
    X(DIALOG_END, "dialog.end", "dialog step reason text", "it is `over`, got `unexpected` words, or was `closed`")    \
    X(WORLD_CHANGE, "world.change", "hosts zones", "the story changes these, from now on")                             \
    X(MSG_HANDED, "msg.handed", "msg n from to token " OF_OCTETS "header body",                                        \
      "the final dot of a submission is sent, or its submit command starts; its recipients are pending from here")     \
    X(MSG_SUBMITTED, "msg.submitted", "msg n code from to",                                                            \
      "the target's 250 to a submission, or status 0 of its submit command: the target is responsible from here")      \
    X(MSG_REFUSED, "msg.refused", "msg n rcpt code verb text",                                                         \
      "it refused; without `code` the connection ended. `verb` submit: the adapter's command ended with the status "   \
      "`code` (128 + N: by signal N), its last words are the `text`")                                                  \
    X(DNS_QUERY, "dns.query", "peer qname qtype proto", "a question")                                                  \
    X(DNS_ANSWER, "dns.answer", "peer qname qtype rcode answers truncated fault proto", "its answer, or none")         \
    X(TCP_CONNECT, "tcp.connect", "conn host peer addr port result", "a connect of the target's")                      \
    X(TCP_CLOSE, "tcp.close", "conn host peer by how", "a connection ends")                                            \
    X(TLS_START, "tls.start", "conn host peer", "a handshake begins")                                                  \
    X(TLS_DONE, "tls.done", "conn host peer version", "it succeeded")                                                  \
    X(TLS_FAIL, "tls.fail", "conn host peer text",                                                                     \
      "it failed; one that a rule broke says how: `alert "                                                             \
      "protocol_version`")                                                                                             \
    X(SMTP_COMMAND, "smtp.command", OF_SESSION "verb line " OF_OCTETS "pipelined",                                     \
      "as received, control characters escaped")                                                                       \
    X(SMTP_REPLY, "smtp.reply", OF_SESSION "code verb text", "what the host says")                                     \
    X(SMTP_DATA, "smtp.data", OF_SESSION "bytes " OF_OCTETS "pipelined", "the final dot has come")                     \
    X(SMTP_ACCEPTED, "smtp.accepted", "conn txn host msg n tls code bytes from rcpts header body",                     \
      "the host keeps the message; `header` and `body` are there when it is a submission")                             \
    X(MSG_DELIVERED, "msg.delivered", "conn txn host msg n rcpt tls",                                                  \
      "one for each recipient of a submission that a host keeps")                                                      \
    X(DSN_SEEN, "dsn.seen", "conn txn host msg n tls from to subject action report form recipients text",              \
      "a bounce reached a sender's host")                                                                              \
    X(RULE_FIRED, "rule.fired", OF_SESSION "rule at effect count", "the n-th rule of the host acted")                  \
    X(VIOLATION, "violation", "addr port kind text", "what must never happen")                                         \
    X(RUN_END, "run.end", "reason", "the last event")

enum trace_type {
    TRACE_TIME,
    TRACE_NUMBER,
    TRACE_TEXT,
    TRACE_BOOL,
    TRACE_FLAG,   /* true, or left out */
    TRACE_TEXTS,  /* a list: a pattern holds when it holds for one of them */
    TRACE_OBJECT, /* not for patterns */
};

/* X(name, type, what it says). The first three are in every event. */
#define TRACE_FIELDS(X)                                                                                                \
    X("t", TRACE_TIME, "virtual seconds since the start of the story, six decimals")                                   \
    X("seq", TRACE_NUMBER, "number of the event, from 1")                                                              \
    X("event", TRACE_TEXT, "its name")                                                                                 \
    X("conn", TRACE_NUMBER, "number of the connection, from 1, over all hosts")                                        \
    X("txn", TRACE_NUMBER, "number of the transaction (MAIL to the reply to the dot), from 1")                         \
    X("host", TRACE_TEXT, "name of the simulated host")                                                                \
    X("peer", TRACE_TEXT, "address of who talks to it")                                                                \
    X("msg", TRACE_TEXT, "the submission")                                                                             \
    X("n", TRACE_NUMBER, "which of its copies")                                                                        \
    X("rcpt", TRACE_TEXT, "forward-path")                                                                              \
    X("round", TRACE_NUMBER, "number of that recipient's attempt")                                                     \
    X("tls", TRACE_BOOL, "whether the session is encrypted")                                                           \
    X("code", TRACE_NUMBER, "of a reply; left out where there was none")                                               \
    X("verb", TRACE_TEXT,                                                                                              \
      "what it is, or what it answers: `banner`, `EHLO`, …, `eod` for the final dot, also when "                     \
      "the reply comes in mid-message, `idle`")                                                                        \
    X("bytes", TRACE_NUMBER, "octets of the message")                                                                  \
    X("action", TRACE_TEXT,                                                                                            \
      "what the story asks for; of a bounce: `failed` when that of any recipient is, else that "                       \
      "of the first")                                                                                                  \
    X("status", TRACE_NUMBER, "with which the process exited")                                                         \
    X("signal", TRACE_NUMBER, "that ended the process")                                                                \
    X("asked", TRACE_TEXT, "the action that wanted the end")                                                           \
    X("count", TRACE_NUMBER, "how often the rule has acted; how many messages the queue has")                          \
    X("entries", TRACE_OBJECT, "of the queue")                                                                         \
    X("dialog", TRACE_NUMBER, "of the story's dialogs, from 1")                                                        \
    X("step", TRACE_NUMBER, "its line, from 1")                                                                        \
    X("octets", TRACE_NUMBER, "how many were sent")                                                                    \
    X("met", TRACE_BOOL, "whether what came is what was expected")                                                     \
    X("wanted", TRACE_TEXT, "what was expected, in words")                                                             \
    X("reason", TRACE_TEXT,                                                                                            \
      "why a dialog or the run ended; of the run: `until`, `target-exit`, `target-silent`, "                           \
      "`interrupted`")                                                                                                 \
    X("text", TRACE_TEXT,                                                                                              \
      "words: of a reply (lines separated by line feeds; of a `raw` one its octets), of a "                            \
      "failure, of the part for people of a bounce")                                                                   \
    X("hosts", TRACE_TEXTS, "names that the change is about")                                                          \
    X("zones", TRACE_TEXTS, "names that the change is about")                                                          \
    X("from", TRACE_TEXT, "reverse-path; of a bounce `<>`")                                                            \
    X("to", TRACE_TEXTS, "of a submission the recipients that the target has not refused; of a bounce its recipient")  \
    X("rcpts", TRACE_TEXTS, "recipients of the message that the host keeps")                                           \
    X("token", TRACE_TEXT, "that of its X-Relaylab-Id")                                                                \
    X("bare", TRACE_TEXT, "`CR`, `LF` or `CR LF`: one without the other")                                              \
    X("longest", TRACE_NUMBER,                                                                                         \
      "octets of the longest line with its end, when above 512 in a command, 1000 in a "                               \
      "message")                                                                                                       \
    X("eight_bit", TRACE_FLAG, "octets above 127")                                                                     \
    X("pipelined", TRACE_FLAG, "the octets were there before the host had answered what came before them")             \
    X("header", TRACE_TEXTS, "the fields, unfolded and in order")                                                      \
    X("body", TRACE_OBJECT, "`octets`, `lines` and a `hash` of what comes after the first empty line")                 \
    X("line", TRACE_TEXT, "the command, at most 512 octets of it")                                                     \
    X("qname", TRACE_TEXT, "name asked for, in lower case")                                                            \
    X("qtype", TRACE_TEXT, "type asked for: `MX`")                                                                     \
    X("rcode", TRACE_TEXT, "`NOERROR`, `NXDOMAIN`, …; `TIMEOUT`: no answer was sent")                                  \
    X("answers", TRACE_TEXTS, "records of the answer section, as text")                                                \
    X("truncated", TRACE_FLAG, "TC is set, and no records are there")                                                  \
    X("fault", TRACE_TEXT, "that of the zone, which spoilt the answer")                                                \
    X("proto", TRACE_TEXT, "`udp` or `tcp`")                                                                           \
    X("addr", TRACE_TEXT, "address that was connected to")                                                             \
    X("port", TRACE_NUMBER, "port that was connected to")                                                              \
    X("result", TRACE_TEXT,                                                                                            \
      "`ok` with `conn`; else `refused`, `dropped` (SYN unanswered), `given-up` (a dropped one "                       \
      "was closed), `unreachable`")                                                                                    \
    X("by", TRACE_TEXT, "who closed: `target` or `host`")                                                              \
    X("how", TRACE_TEXT, "`close` or `reset`")                                                                         \
    X("version", TRACE_TEXT, "of TLS: `TLSv1.3`")                                                                      \
    X("subject", TRACE_TEXT, "of the bounce")                                                                          \
    X("report", TRACE_BOOL, "whether it is a delivery status notification; else it is words alone")                    \
    X("form", TRACE_OBJECT, "the MIME form of a bounce")                                                               \
    X("recipients", TRACE_OBJECT, "whom a bounce is about")                                                            \
    X("rule", TRACE_NUMBER, "number of the host's rule, from 1")                                                       \
    X("at", TRACE_TEXT, "stage of the rule")                                                                           \
    X("effect", TRACE_TEXT, "what it did")                                                                             \
    X("kind", TRACE_TEXT, "`outside-world`: a connect that was denied")

enum trace_kind {
#define X(constant, name, fields, help) TRACE_##constant,
    TRACE_EVENTS(X)
#undef X
        TRACE_KINDS, /* how many; and an event that this program does not know */
};

struct trace_event_row {
    const char *name, *fields, *help;
};

struct trace_field_row {
    const char *name;
    enum trace_type type;
    const char *help;
};

extern const struct trace_event_row trace_event_rows[TRACE_KINDS];
extern const struct trace_field_row trace_field_rows[];
extern const unsigned trace_field_count;

enum trace_kind trace_kind_of(const char *name);                /* TRACE_KINDS: unknown */
const struct trace_field_row *trace_field_of(const char *name); /* NULL: unknown */
bool trace_carries(enum trace_kind kind, const char *field);

/* The tables of docs/TRACE.md. */
void trace_vocabulary_print(FILE *out);

#endif
