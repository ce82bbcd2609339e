/*
 * The vocabulary of the trace: the one registry of its events and fields. The writer refuses what is not in it, the
 * reader numbers its events by it, judge and reports name events and fields by its enums, the linter checks patterns
 * against it, and docs/TRACE.md shows its tables, as `relaylab-sim --vocabulary` prints them.
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
    X(TARGET_START, "target.start", "", "the target listens on all its ports: at t = 0, and after each restart")       \
    X(TARGET_ACTION, "target.action", "action", "the story requests stop, kill, restart, reload or flush")             \
    X(TARGET_RESULT, "target.result", "action status signal", "the adapter's command for reload or flush ended")       \
    X(TARGET_EXIT, "target.exit", "status signal asked", "the target exited")                                          \
    X(TARGET_QUEUE, "target.queue", "count entries text", "the target's queue: at the end, and when a check needs it") \
    X(TARGET_SILENT, "target.silent", "msg n verb port text",                                                          \
      "the target does not reply within the time limits of RFC 5321 §4.5.3.2; the run ends")                           \
    X(DIALOG_START, "dialog.start", "dialog port", "a dialog of the story connects")                                   \
    X(DIALOG_SEND, "dialog.send", "dialog step text octets", "the client of the dialog sends")                         \
    X(DIALOG_REPLY, "dialog.reply", "code dialog step text", "the target replies")                                     \
    X(DIALOG_TLS, "dialog.tls", "dialog step version", "the TLS handshake is complete")                                \
    X(DIALOG_EXPECT, "dialog.expect", "code dialog step met wanted text", "what a line expected, and what arrived")    \
    X(DIALOG_END, "dialog.end", "dialog step reason text",                                                             \
      "the dialog is `over`, got an `unexpected` reply, or was `closed`")                                              \
    X(WORLD_CHANGE, "world.change", "hosts zones", "the story changes these hosts and zones")                          \
    X(MSG_HANDED, "msg.handed", "msg n from to token " OF_OCTETS "header body",                                        \
      "the final dot of a submission is sent, or its submit command starts; its recipients are pending from then on")  \
    X(MSG_SUBMITTED, "msg.submitted", "msg n code from to",                                                            \
      "the target replies 250 to a submission, or its submit command exits with 0: the target is responsible from "    \
      "then on")                                                                                                       \
    X(MSG_REFUSED, "msg.refused", "msg n rcpt code verb text",                                                         \
      "the target refused it; without `code`, the connection ended. `verb` submit: the submit command "                \
      "exited with the status `code` (128 + N: by signal N), and `text` is the last line that it wrote")               \
    X(DNS_QUERY, "dns.query", "peer qname qtype proto", "the DNS server receives a question")                          \
    X(DNS_ANSWER, "dns.answer", "peer qname qtype rcode answers truncated fault proto", "the answer to it, or none")   \
    X(TCP_CONNECT, "tcp.connect", "conn host peer addr port result", "the target tries to connect")                    \
    X(TCP_CLOSE, "tcp.close", "conn host peer by how", "a connection is closed")                                       \
    X(TLS_START, "tls.start", "conn host peer", "a TLS handshake begins")                                              \
    X(TLS_DONE, "tls.done", "conn host peer version", "the handshake succeeded")                                       \
    X(TLS_FAIL, "tls.fail", "conn host peer text",                                                                     \
      "the handshake failed; if a rule caused it, `text` says how: `alert protocol_version`")                          \
    X(SMTP_COMMAND, "smtp.command", OF_SESSION "verb line " OF_OCTETS "pipelined",                                     \
      "the command as received, with control characters escaped")                                                      \
    X(SMTP_REPLY, "smtp.reply", OF_SESSION "code verb text", "the host replies")                                       \
    X(SMTP_DATA, "smtp.data", OF_SESSION "bytes " OF_OCTETS "pipelined", "the final dot arrived")                      \
    X(SMTP_ACCEPTED, "smtp.accepted", "conn txn host msg n tls code bytes from rcpts header body",                     \
      "the host keeps the message; `header` and `body` are present if it is a submission")                             \
    X(MSG_DELIVERED, "msg.delivered", "conn txn host msg n rcpt tls",                                                  \
      "a host keeps a submission: one event for each recipient")                                                       \
    X(DSN_SEEN, "dsn.seen", "conn txn host msg n tls from to subject action report form recipients text",              \
      "a bounce reached a sender's host")                                                                              \
    X(RULE_FIRED, "rule.fired", OF_SESSION "rule at effect count", "a rule of the host acted")                         \
    X(VIOLATION, "violation", "addr port kind text", "something happened that must never happen")                      \
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

/* X(constant, name, type, what it says). The first three are in every event. */
#define TRACE_FIELDS(X)                                                                                                \
    X(T, "t", TRACE_TIME, "virtual seconds since the start of the story, with six decimals")                           \
    X(SEQ, "seq", TRACE_NUMBER, "number of the event, from 1")                                                         \
    X(EVENT, "event", TRACE_TEXT, "name of the event")                                                                 \
    X(CONN, "conn", TRACE_NUMBER, "number of the connection, from 1, across all hosts")                                \
    X(TXN, "txn", TRACE_NUMBER, "number of the transaction (from MAIL to the reply to the final dot), from 1")         \
    X(HOST, "host", TRACE_TEXT, "name of the simulated host")                                                          \
    X(PEER, "peer", TRACE_TEXT, "address of the client that connects to it")                                           \
    X(MSG, "msg", TRACE_TEXT, "name of the submission")                                                                \
    X(N, "n", TRACE_NUMBER, "number of the message within the submission")                                             \
    X(RCPT, "rcpt", TRACE_TEXT, "forward-path of the recipient")                                                       \
    X(ROUND, "round", TRACE_NUMBER, "number of the recipient's attempt")                                               \
    X(TLS, "tls", TRACE_BOOL, "whether the session is encrypted")                                                      \
    X(CODE, "code", TRACE_NUMBER, "reply code; absent if there was no reply")                                          \
    X(VERB, "verb", TRACE_TEXT,                                                                                        \
      "the command, or what the reply answers: `banner`, `EHLO`, …, `eod` for the final dot (also when "             \
      "the reply comes in the middle of the message), `idle`")                                                         \
    X(BYTES, "bytes", TRACE_NUMBER, "size of the message in octets")                                                   \
    X(ACTION, "action", TRACE_TEXT,                                                                                    \
      "what the story requests; for a bounce, `failed` if any recipient has it, otherwise the action of "              \
      "the first recipient")                                                                                           \
    X(STATUS, "status", TRACE_NUMBER, "exit status of the process")                                                    \
    X(SIGNAL, "signal", TRACE_NUMBER, "signal that ended the process")                                                 \
    X(ASKED, "asked", TRACE_TEXT, "action that requested the exit")                                                    \
    X(COUNT, "count", TRACE_NUMBER, "how often the rule has acted; number of messages in the queue")                   \
    X(ENTRIES, "entries", TRACE_OBJECT, "entries of the queue")                                                        \
    X(DIALOG, "dialog", TRACE_NUMBER, "number of the dialog in the story, from 1")                                     \
    X(STEP, "step", TRACE_NUMBER, "number of the line in the dialog, from 1")                                          \
    X(OCTETS, "octets", TRACE_NUMBER, "number of octets sent")                                                         \
    X(MET, "met", TRACE_BOOL, "whether what arrived is what was expected")                                             \
    X(WANTED, "wanted", TRACE_TEXT, "what was expected, in words")                                                     \
    X(REASON, "reason", TRACE_TEXT,                                                                                    \
      "why the dialog or the run ended; for the run: `until`, `target-exit`, `target-silent`, "                        \
      "`interrupted`")                                                                                                 \
    X(TEXT, "text", TRACE_TEXT,                                                                                        \
      "text of a reply (lines separated by line feeds; with `raw`, its octets), description of a "                     \
      "failure, or human-readable part of a bounce")                                                                   \
    X(HOSTS, "hosts", TRACE_TEXTS, "names of the hosts that change")                                                   \
    X(ZONES, "zones", TRACE_TEXTS, "names of the zones that change")                                                   \
    X(FROM, "from", TRACE_TEXT, "reverse-path; `<>` for a bounce")                                                     \
    X(TO, "to", TRACE_TEXTS,                                                                                           \
      "for a submission, the recipients that the target did not refuse; for a bounce, its recipient")                  \
    X(RCPTS, "rcpts", TRACE_TEXTS, "recipients for which the host keeps the message")                                  \
    X(TOKEN, "token", TRACE_TEXT, "token in its X-Relaylab-Id field")                                                  \
    X(BARE, "bare", TRACE_TEXT, "`CR`, `LF` or `CR LF`: line-end characters that occur without the other one")         \
    X(LONGEST, "longest", TRACE_NUMBER,                                                                                \
      "length of the longest line with its line end, if above 512 octets in a command, or 1000 in a "                  \
      "message")                                                                                                       \
    X(EIGHT_BIT, "eight_bit", TRACE_FLAG, "contains octets above 127")                                                 \
    X(PIPELINED, "pipelined", TRACE_FLAG, "the octets arrived before the host had replied to what precedes them")      \
    X(HEADER, "header", TRACE_TEXTS, "header fields, unfolded, in order")                                              \
    X(BODY, "body", TRACE_OBJECT, "`octets`, `lines` and a `hash` of everything after the first empty line")           \
    X(LINE, "line", TRACE_TEXT, "the command, cut off after 512 octets")                                               \
    X(QNAME, "qname", TRACE_TEXT, "name in the question, in lower case")                                               \
    X(QTYPE, "qtype", TRACE_TEXT, "type in the question: `MX`")                                                        \
    X(RCODE, "rcode", TRACE_TEXT, "`NOERROR`, `NXDOMAIN`, …; `TIMEOUT`: no answer was sent")                           \
    X(ANSWERS, "answers", TRACE_TEXTS, "records of the answer section, as text")                                       \
    X(TRUNCATED, "truncated", TRACE_FLAG, "TC is set, and there are no records")                                       \
    X(FAULT, "fault", TRACE_TEXT, "fault of the zone that changed the answer")                                         \
    X(PROTO, "proto", TRACE_TEXT, "`udp` or `tcp`")                                                                    \
    X(ADDR, "addr", TRACE_TEXT, "destination address")                                                                 \
    X(PORT, "port", TRACE_NUMBER, "destination port")                                                                  \
    X(RESULT, "result", TRACE_TEXT,                                                                                    \
      "`ok` with `conn`; otherwise `refused`, `dropped` (SYN unanswered), `given-up` (the target "                     \
      "closed a dropped one), `unreachable`")                                                                          \
    X(BY, "by", TRACE_TEXT, "side that closed the connection: `target` or `host`")                                     \
    X(HOW, "how", TRACE_TEXT, "`close` or `reset`")                                                                    \
    X(VERSION, "version", TRACE_TEXT, "TLS version: `TLSv1.3`")                                                        \
    X(SUBJECT, "subject", TRACE_TEXT, "Subject field of the bounce")                                                   \
    X(REPORT, "report", TRACE_BOOL, "whether the bounce is a delivery status notification; otherwise it is only text") \
    X(FORM, "form", TRACE_OBJECT, "MIME structure of the bounce")                                                      \
    X(RECIPIENTS, "recipients", TRACE_OBJECT, "recipients that the bounce reports on")                                 \
    X(RULE, "rule", TRACE_NUMBER, "number of the host's rule, from 1")                                                 \
    X(AT, "at", TRACE_TEXT, "stage at which the rule acted")                                                           \
    X(EFFECT, "effect", TRACE_TEXT, "what the rule did")                                                               \
    X(KIND, "kind", TRACE_TEXT, "`outside-world`: a denied connection attempt")

enum trace_kind {
#define X(constant, name, fields, help) TRACE_##constant,
    TRACE_EVENTS(X)
#undef X
        TRACE_KINDS, /* how many; and an event that this program does not know */
};

enum trace_field {
#define X(constant, name, type, help) FIELD_##constant,
    TRACE_FIELDS(X)
#undef X
        FIELDS, /* how many; and a name that no event has */
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
extern const struct trace_field_row trace_field_rows[FIELDS];

enum trace_kind trace_kind_of(const char *name);   /* TRACE_KINDS: unknown */
enum trace_field trace_field_of(const char *name); /* FIELDS: unknown */
bool trace_carries(enum trace_kind kind, enum trace_field field);

/* The tables of docs/TRACE.md. */
void trace_vocabulary_print(FILE *out);

#endif
