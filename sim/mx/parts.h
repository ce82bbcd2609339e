/*
 * What the parts of the session core share. session.c: its life, and the reading of octets; verbs.c: the commands;
 * answer.c: the world's decision on each, and what follows; handshake.c: TLS that fails; reply.c: what is said. Each
 * has one entry:
 *
 *     session.c --session_command--> verbs.c --session_answer--> answer.c --session_start_handshake--> handshake.c
 */
#ifndef RL_SIM_PARTS_H
#define RL_SIM_PARTS_H

#include "sim/mx/session.h"

#define MX_OUT_MAX (1024 * 1024)

/* One command line, or one line of a SASL exchange, without its line end. */
void session_command(struct mx_session *s, struct slice line, int64_t t_ns);
void session_auth_line(struct mx_session *s, struct slice line, int64_t t_ns);

/* What a well-behaved host would answer; lines of fmt's text are separated by \n. */
void session_set_reply(struct mx_session *s, const char *verb, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The reply to EHLO: the host's name, and these keywords. */
void session_set_offers(struct mx_session *s, const struct yaml_list *words);
/* At this stage a well-behaved host says nothing; verb is for the trace, should the world make it reply. */
void session_set_silence(struct mx_session *s, const char *verb);
/* The world's word on the reply that was set, and then the answer, at once or later. */
void session_answer(struct mx_session *s, enum stage stage, int64_t t_ns);
/* The decision on the connection itself; false when there is none, and the banner comes next. */
bool session_answer_connect(struct mx_session *s, int64_t t_ns);
/* The client is silent: as session_answer, but the delay has passed already. */
void session_answer_idle(struct mx_session *s, int64_t t_ns);
/* The answer that was decided on, now. */
void session_release(struct mx_session *s, int64_t t_ns);
/*
 * The message is complete, and the reply that is set was sent for it. A host that could not send 2yz does not have the
 * message, unless the rule says that it keeps it. Without a recipient it keeps nothing, whatever it replies.
 */
void session_take_message(struct mx_session *s, bool said);
void session_write_reply(struct mx_session *s, int64_t t_ns);
/* Sends the reply that was set, at once, without asking any rule. */
void session_interject(struct mx_session *s, int64_t t_ns);
/* The `raw` that was decided on; and the code that a client reads in such: that of the last line, or 0. */
void session_write_raw(struct mx_session *s, int64_t t_ns);
int session_raw_code(struct slice octets);
void session_say(struct mx_session *s, struct slice octets, int64_t t_ns);

/* The 220 to STARTTLS has been said: the driver's handshake, or one that fails. */
void session_start_handshake(struct mx_session *s, int64_t t_ns);
void session_fail_handshake(struct mx_session *s, int64_t t_ns);

struct situation session_situation(const struct mx_session *s, enum stage stage, int64_t t_ns);
struct trace_fields session_fields(const struct mx_session *s);
void session_record_command(struct mx_session *s, const char *verb, struct slice line);
void session_record_rules(struct mx_session *s, const struct decision *decision);
void session_end_transaction(struct mx_session *s);

#endif
