/*
 * What the parts of the session core share. session.c: its life, and the reading of octets; verbs.c: the commands;
 * answer.c: the world's word on each, and what follows. Each has one way in:
 *
 *     session.c --session_command--> verbs.c --session_answer--> answer.c
 */
#ifndef RL_SIM_PARTS_H
#define RL_SIM_PARTS_H

#include "sim/mx/session.h"

#define MX_OUT_MAX (1024 * 1024)

/* One command line, without its line end. */
void session_command(struct mx_session *s, struct slice line, int64_t t_ns);

/* What a well-behaved host would answer; lines of fmt's text are separated by \n. */
void session_set_reply(struct mx_session *s, const char *verb, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The world's word on the reply that was set, and then the answer, at once or later. */
void session_answer(struct mx_session *s, enum stage stage, int64_t t_ns);
/* The answer that was decided on, now. */
void session_release(struct mx_session *s);
void session_write_reply(struct mx_session *s);

struct trace_fields session_fields(const struct mx_session *s);
void session_record_command(struct mx_session *s, const char *verb, struct slice line);
void session_record_rules(struct mx_session *s);
void session_end_transaction(struct mx_session *s);

#endif
